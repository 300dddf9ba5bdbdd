// npm start: installs what is missing, builds the page, starts the lab (or reads a real mesh) and the console.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { ensureInstalled, fail, say } from './bootstrap.mjs'
import { ensurePage } from './build-page.mjs'
import { endAll, endWithUs, firstLine, startProgram } from './children.mjs'
import { help, readFlags } from './flags.mjs'

const flags = readFlags(process.argv.slice(2), process.env)
if (flags.kind === 'help') {
  process.stdout.write(help)
  process.exit(0)
}
if (flags.kind === 'bad') fail(flags.sentence, 2)
if (flags.kubeconfig && !existsSync(flags.kubeconfig))
  fail(`there is no kubeconfig file at ${resolve(flags.kubeconfig)}. Give the path of one with --kubeconfig.`, 2)

await ensureInstalled()
await ensurePage()
endWithUs()

const ended = name => async (code, signal) => {
  await endAll()
  // The child has said why in a sentence of its own.
  if (code === 1 || code === 2) process.exit(code)
  fail(`${name} ended unexpectedly (${signal ?? `code ${code}`}).`)
}

const mesh = flags.isLab ? await startLab() : givenMesh()
const console_ = startProgram(['bff/main.ts'], {
  env: {
    ...mesh,
    ...(flags.store && { WEFT_STORE: flags.store }),
    WEFT_HOST: flags.host,
    WEFT_PORT: String(flags.port),
  },
  onEnd: ended('the console'),
})
const url = await firstLine(console_, line => /^Weft is ready at (\S+)$/.exec(line)?.[1])
if (url !== null) process.stdout.write(`Weft is ready at ${url}\n`)

async function startLab() {
  say(`Starting the lab (${flags.preset}) …`)
  const lab = startProgram(['lab/main.ts', '--preset', flags.preset, '--seed', String(flags.seed), '--incidents'], {
    onEnd: ended('the lab'),
  })
  const told = await firstLine(lab, line => (line.startsWith('{') ? JSON.parse(line) : undefined))
  // It ended before it was ready: `ended` has the word now.
  if (told === null) return new Promise(() => {})
  return {
    WEFT_MESH: 'lab',
    WEFT_KUBECONFIG: told.kubeconfig,
    WEFT_CONTEXT: '',
    WEFT_PROMETHEUS_URL: told.prometheus,
    WEFT_TRACING_URL: told.tracing,
  }
}

function givenMesh() {
  const env = { WEFT_MESH: 'cluster' }
  if (flags.kubeconfig) env.WEFT_KUBECONFIG = resolve(flags.kubeconfig)
  if (flags.context) env.WEFT_CONTEXT = flags.context
  if (flags.prometheus) env.WEFT_PROMETHEUS_URL = flags.prometheus
  if (flags.tracing) env.WEFT_TRACING_URL = flags.tracing
  return env
}
