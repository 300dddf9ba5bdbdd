// The command line of `npm start`, parsed by hand of plain Node so that --help works before anything is installed.
import { parseArgs } from 'node:util'

export const help = `Weft, an open console for Istio-compatible service meshes

  npm start                         the console on its own embedded mesh (the lab)
  npm start -- [flags]

  --kubeconfig FILE    read the mesh of this kubeconfig instead of the lab   (WEFT_KUBECONFIG)
  --context NAME       which context of it                                   (WEFT_CONTEXT)
  --prometheus URL     its Prometheus                                        (WEFT_PROMETHEUS_URL)
  --tracing URL        its Jaeger                                            (WEFT_TRACING_URL)
  --store PLACE        where history is kept: a file (.weft/history.db unless told), postgres://user:password@host/db,
                       or memory for this run only                          (WEFT_STORE)
  --host ADDRESS       where to listen, 127.0.0.1 unless told                (WEFT_HOST)
  --port NUMBER        4280 unless told, 0 for any free one                  (WEFT_PORT)
  --preset NAME        size of the lab: shop, thousand or tenthousand        (WEFT_LAB_PRESET)
  --seed NUMBER        the lab's seed, 1 unless told                         (WEFT_LAB_SEED)
  --help               this text

What counts as degraded or failing: WEFT_HEALTH, e.g. '{"serverErrors":{"degraded":0.001,"failing":0.05}}', or the path
of a file with it (docs/health.md). How much of history is kept: WEFT_HISTORY_DAYS (90) and
WEFT_HISTORY_MEGABYTES (512). A folder of dashboards that everybody sees: WEFT_DASHBOARDS.

With any of --kubeconfig, --prometheus or --tracing no lab is started.
`

const options = {
  kubeconfig: { type: 'string' },
  context: { type: 'string' },
  prometheus: { type: 'string' },
  tracing: { type: 'string' },
  store: { type: 'string' },
  host: { type: 'string' },
  port: { type: 'string' },
  preset: { type: 'string' },
  seed: { type: 'string' },
  help: { type: 'boolean' },
}

const presets = ['shop', 'thousand', 'tenthousand']

/**
 * Flags and environment → settings, flags first. Either `{ kind: 'help' }`, `{ kind: 'bad', sentence }` or
 * `{ kind: 'start', … }`.
 */
export function readFlags(args, env) {
  let values
  try {
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values
  } catch (error) {
    return bad(flagError(error))
  }
  if (values.help) return { kind: 'help' }
  const kubeconfig = values.kubeconfig ?? env.WEFT_KUBECONFIG
  const context = values.context ?? env.WEFT_CONTEXT
  const prometheus = values.prometheus ?? env.WEFT_PROMETHEUS_URL
  const tracing = values.tracing ?? env.WEFT_TRACING_URL
  const store = values.store ?? env.WEFT_STORE
  const host = values.host ?? env.WEFT_HOST ?? '127.0.0.1'
  const port = values.port ?? env.WEFT_PORT ?? '4280'
  const preset = values.preset ?? env.WEFT_LAB_PRESET ?? 'shop'
  const seed = values.seed ?? env.WEFT_LAB_SEED ?? '1'
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535)
    return bad(`--port takes a number from 0 to 65535, not "${port}".`)
  if (!/^\d{1,9}$/.test(seed)) return bad(`--seed takes a whole number, not "${seed}".`)
  if (!presets.includes(preset)) return bad(`--preset takes ${presets.join(', ')}, not "${preset}".`)
  for (const [flag, url] of [
    ['--prometheus', prometheus],
    ['--tracing', tracing],
  ])
    if (url !== undefined && !isHttpUrl(url)) return bad(`${flag} takes an http or https address, not "${url}".`)
  const isLab = !kubeconfig && !prometheus && !tracing
  if (isLab && context) return bad('--context chooses within a kubeconfig: give --kubeconfig FILE too.')
  return {
    kind: 'start',
    isLab,
    kubeconfig,
    context,
    prometheus,
    tracing,
    store,
    host,
    port: Number(port),
    preset,
    seed: Number(seed),
  }
}

const bad = sentence => ({ kind: 'bad', sentence: `${sentence} "npm start -- --help" lists the flags.` })

function flagError(error) {
  const flag = /'(-[^' <]+)/.exec(error.message)?.[1] ?? /'([^']+)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `there is no flag ${flag}.`
  if (error.code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') return `"${flag}" is not a flag.`
  return `${flag || 'a flag'} needs a value.`
}

function isHttpUrl(text) {
  try {
    return ['http:', 'https:'].includes(new URL(text).protocol)
  } catch {
    return false
  }
}
