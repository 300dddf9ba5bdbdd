import { parseArgs } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { authorizerRoute } from '#lab/control/authorizer.ts'
import { faultRoute } from '#lab/control/faults.ts'
import { outageRoute } from '#lab/control/outage.ts'
import { notePlace } from '#lab/control/place.ts'
import { createControlServer } from '#lab/control/server.ts'
import { faultCommand, faultHelp } from '#lab/faults/command.ts'
import { labUsers } from '#lab/scenario/users.ts'
import { startLab } from './start.ts'

const presets = ['shop', 'thousand', 'tenthousand'] as const

const help = `The lab: a whole small mesh on loopback, with a Kubernetes API, a Prometheus and a Jaeger to look at it.

  --preset NAME           shop (about 60 pods), thousand or tenthousand; shop unless told
  --seed NUMBER           the same seed gives the same mesh and the same traffic; 1 unless told
  --kubernetes-port N     a free port unless told
  --prometheus-port N
  --tracing-port N
  --control-port N        POST /lab/outage {"server":"prometheus","down":true} takes a server away;
                          POST /lab/authorizer {"provider":"lab-authorizer","answer":"deny"} turns one
  --log-share SHARE       share of the requests that are in the logs, 0 to 1; 0.08 of the shop's unless told
  --trace-share SHARE     share that is traced; what Telemetry objects and the mesh config say unless told
  --trace-bias FACTOR     how many times likelier failing and slow requests are traced; 1 unless told
  --incidents             small incidents by themselves, about every ten minutes
  --kubeconfig FILE       where to write the kubeconfig; a temporary folder unless told
  --help

Containers do as they are described: an image with the tag does-not-exist cannot be pulled; the commands false, true,
sleep N and sh -c 'sleep N; exit N' end as they say; a readiness probe that runs false fails; all else serves.

When it is ready it prints one line of JSON: kubernetes, prometheus, tracing, control (addresses), kubeconfig (a path),
users (mesh-admin may do everything, viewer reads everything but Secrets, shop-dev is at home in the two namespaces that
developer names: it edits one and reads both; each has a context in the kubeconfig).

In another shell:

${faultHelp}`

/** Bad input: one sentence and exit code 2. */
class Mistake extends Error {}

function readFlags(args: string[]) {
  const options = {
    preset: { type: 'string', default: 'shop' },
    seed: { type: 'string', default: '1' },
    'kubernetes-port': { type: 'string', default: '0' },
    'prometheus-port': { type: 'string', default: '0' },
    'tracing-port': { type: 'string', default: '0' },
    'control-port': { type: 'string', default: '0' },
    'log-share': { type: 'string' },
    'trace-share': { type: 'string' },
    'trace-bias': { type: 'string' },
    incidents: { type: 'boolean', default: false },
    kubeconfig: { type: 'string' },
    help: { type: 'boolean', default: false },
  } as const
  let values: ReturnType<typeof parseArgs<{ options: typeof options }>>['values']
  try {
    values = parseArgs({ args, options }).values
  } catch (error) {
    throw new Mistake(`${error instanceof Error ? error.message.split('. ')[0] : String(error)}. Try --help.`)
  }
  const preset = presets.find(name => name === values.preset)
  if (preset === undefined) throw new Mistake(`--preset is ${presets.join(', ')}, not ${values.preset}.`)
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Mistake(`--seed is a whole number, not ${values.seed}.`)
  const port = (name: 'kubernetes' | 'prometheus' | 'tracing' | 'control') => {
    const written = values[`${name}-port`]
    const number = Number(written)
    if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number
    throw new Mistake(`--${name}-port is a port from 0 to 65535, not ${written}.`)
  }
  const amount = (name: 'log-share' | 'trace-share' | 'trace-bias', most: number) => {
    const written = values[name]
    if (written === undefined) return undefined
    const number = Number(written)
    if (written !== '' && number >= 0 && number <= most) return number
    throw new Mistake(`--${name} is a number from 0 to ${most}, not ${written}.`)
  }
  const shares = {
    logShare: amount('log-share', 1),
    traceShare: amount('trace-share', 1),
    traceBias: amount('trace-bias', 1000),
  }
  return {
    help: values.help,
    shares: Object.fromEntries(Object.entries(shares).filter(([, share]) => share !== undefined)),
    preset,
    seed,
    ports: { kubernetes: port('kubernetes'), prometheus: port('prometheus'), tracing: port('tracing') },
    controlPort: port('control'),
    incidents: values.incidents,
    kubeconfigPath: values.kubeconfig,
  }
}

/** A port that is taken is the one thing that commonly goes wrong. */
function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { code, port } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `Port ${port} on 127.0.0.1 is in use; choose another one or 0 for a free one.`
  if (code === 'EACCES') return `Port ${port} on 127.0.0.1 may not be opened by this user.`
  return error.message
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2)
  if (command === 'fault') {
    const { output, code } = await faultCommand(rest, Date.now)
    const stream = code === 0 ? process.stdout : process.stderr
    stream.write(output)
    process.exitCode = code
    return
  }
  const flags = readFlags(process.argv.slice(2))
  if (flags.help) {
    process.stdout.write(help)
    return
  }
  const { preset, seed, ports, incidents, kubeconfigPath, shares } = flags
  // A small mesh makes little garbage: space for much of it (64 MB and more, by default) would be most of what it takes.
  if (preset === 'shop') setFlagsFromString('--semi-space-growth-factor=1')
  const named = kubeconfigPath ? { kubeconfigPath } : {}
  const lab = await startLab({ preset, seed, ports, incidents, ...shares, ...named })
  const control = createControlServer([outageRoute(lab.setOutage), faultRoute(lab.faults), authorizerRoute(lab.mesh)])
  let isEnding = false
  const end = () => {
    if (isEnding) return
    isEnding = true
    Promise.all([lab.stop(), control.close().catch(() => undefined), forget()]).then(
      () => process.exit(0),
      (error: unknown) => fail(error, 1),
    )
  }
  let forget = () => Promise.resolve()
  let address: string
  try {
    address = await control.listen(flags.controlPort)
  } catch (error) {
    await lab.stop()
    throw error
  }
  forget = await notePlace({ control: address, pid: process.pid })
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  const told = {
    kubernetes: lab.kubernetes.url,
    prometheus: lab.prometheus.url,
    tracing: lab.tracing.url,
    control: address,
    kubeconfig: lab.kubeconfig,
    users: labUsers.map(({ name }) => name),
    developer: lab.kubernetes.developer,
    preset,
    seed,
  }
  process.stdout.write(`${JSON.stringify(told)}\n`)
}

function fail(error: unknown, code: number): never {
  process.stderr.write(`lab: ${sentenceOf(error)}\n`)
  process.exit(code)
}

main().catch((error: unknown) => fail(error, error instanceof Mistake ? 2 : 1))
