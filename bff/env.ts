import { readFileSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as z from 'zod/mini'
import { readPlace, type StorePlace } from '#bff/store/place.ts'
import { readRules } from '#bff/mesh/health/read-rules.ts'
import { defaultRules, type HealthRules } from '#bff/mesh/health/rules.ts'
import type { Bytes, Milliseconds } from '#shared/units.ts'

/** Something in the environment cannot be used: one sentence each. */
export class EnvError extends Error {
  readonly sentences: string[]
  constructor(sentences: string[]) {
    super(sentences.join('\n'))
    this.sentences = sentences
  }
}

const none = (text: string | undefined) => (text === undefined || text.trim() === '' ? null : text.trim())

const optional = z.pipe(z.optional(z.string()), z.transform(none))

const url = z.pipe(
  z.optional(z.string()),
  z.transform((text, context) => {
    const given = none(text)
    if (given !== null && !/^https?:$/.test(URL.canParse(given) ? new URL(given).protocol : ''))
      // Not repeated: it may hold a password.
      context.issues.push({ code: 'custom', message: 'is not an http or https address', input: text })
    return given
  }),
)

/** Under the folder of the project, which git does not look at. */
const ownFile: StorePlace = { kind: 'file', path: fileURLToPath(new URL('../.weft/history.db', import.meta.url)) }

const store = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): StorePlace => {
    const given = none(text)
    const place = given === null ? ownFile : readPlace(given)
    if (!('wrong' in place)) return place
    context.issues.push({ code: 'custom', message: place.wrong, input: text })
    return ownFile
  }),
)

const most = (otherwise: number) =>
  z.pipe(
    z.optional(z.string()),
    z.transform((text, context) => {
      const given = none(text) ?? String(otherwise)
      if (!/^[1-9]\d{0,6}$/.test(given))
        context.issues.push({ code: 'custom', message: `is a whole number above 0, not "${given}"`, input: text })
      return Number(given)
    }),
  )

const names = z.pipe(
  z.optional(z.string()),
  z.transform(text =>
    (text ?? '')
      .split(',')
      .map(name => name.trim().toLowerCase())
      .filter(name => name !== ''),
  ),
)

const port = z.pipe(
  z.optional(z.string()),
  z.transform((text, context) => {
    const given = none(text) ?? '4280'
    if (!/^\d{1,5}$/.test(given) || Number(given) > 65_535)
      context.issues.push({ code: 'custom', message: `is a port from 0 to 65535, not "${given}"`, input: text })
    return Number(given)
  }),
)

function oneOf<const Word extends string>(words: readonly Word[], otherwise: Word) {
  return z.pipe(
    z.optional(z.string()),
    z.transform((text, context): Word => {
      const given = none(text) ?? otherwise
      const word = words.find(each => each === given)
      if (word === undefined)
        context.issues.push({ code: 'custom', message: `is one of ${words.join(', ')}, not "${given}"`, input: text })
      return word ?? otherwise
    }),
  )
}

/** JSON, or the path of a file that holds it. Read once. */
const health = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): HealthRules => {
    const given = none(text)
    if (given === null) return defaultRules
    const isFile = isAbsolute(given)
    const wrong = (message: string) => {
      context.issues.push({
        code: 'custom',
        message: isFile ? `names ${given}, which ${message}` : message,
        input: text,
      })
      return defaultRules
    }
    let json = given
    try {
      if (isFile) json = readFileSync(given, 'utf8')
    } catch (error) {
      return wrong(`cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`)
    }
    const read = readRules(json)
    return 'wrong' in read ? wrong(read.wrong) : read
  }),
)

const Variables = z.object({
  /** `lab`: the mesh is the embedded one, and the page says so. */
  WEFT_MESH: oneOf(['lab', 'cluster'], 'cluster'),
  WEFT_KUBECONFIG: optional,
  WEFT_CONTEXT: optional,
  WEFT_PROMETHEUS_URL: url,
  /** Bearer token; goes before credentials in the address. */
  WEFT_PROMETHEUS_TOKEN: optional,
  WEFT_TRACING_URL: url,
  WEFT_HOST: optional,
  WEFT_PORT: port,
  /** Host names this console goes by, beside localhost and plain addresses; separated by commas. */
  WEFT_ALLOWED_HOSTS: names,
  /** Origins of pages that may speak to it, beside its own; separated by commas. */
  WEFT_ALLOWED_ORIGINS: names,
  /** When a share of bad answers makes what degraded or failing: JSON, or a file of it; see docs/health.md. */
  WEFT_HEALTH: health,
  /** Where history is kept: a file, `postgres://user:password@host/database`, or `memory` for this run only. */
  WEFT_STORE: store,
  /** Older changes are forgotten, but never the last one of an object that exists. */
  WEFT_HISTORY_DAYS: most(90),
  /** The oldest changes are forgotten when all of them, compressed, take more. */
  WEFT_HISTORY_MEGABYTES: most(512),
  /** A folder of dashboards (`NAME.json`) that everybody sees and nobody edits in the console. */
  WEFT_DASHBOARDS: optional,
  WEFT_LOG_LEVEL: z.optional(z.string()),
  NODE_ENV: optional,
  /** Set by Kubernetes in every pod. */
  KUBERNETES_SERVICE_HOST: optional,
})

export interface Env {
  mesh: 'lab' | 'cluster'
  kubeconfig: string | null
  context: string | null
  prometheus: { url: string; token: string | null } | null
  tracing: { url: string } | null
  host: string
  port: number
  allowedHosts: string[]
  allowedOrigins: string[]
  health: HealthRules
  store: StorePlace
  history: { age: Milliseconds; bytes: Bytes }
  dashboards: string | null
  logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Development and tests: replies are held against their contract. */
  checksReplies: boolean
  isInPod: boolean
}

/** Environment variables → settings. Throws EnvError with a sentence for each one that cannot be used. */
export function parseEnv(variables: Record<string, string | undefined>): Env {
  const isProduction = variables['NODE_ENV'] === 'production'
  const levels = oneOf(['trace', 'debug', 'info', 'warn', 'error', 'silent'], isProduction ? 'info' : 'warn')
  const parsed = z.extend(Variables, { WEFT_LOG_LEVEL: levels }).safeParse(variables)
  if (!parsed.success)
    throw new EnvError(parsed.error.issues.map(({ path, message }) => `${path.join('.')} ${message}.`))
  const env = parsed.data
  if (env.WEFT_CONTEXT !== null && env.WEFT_KUBECONFIG === null)
    throw new EnvError(['WEFT_CONTEXT chooses within a kubeconfig: set WEFT_KUBECONFIG too.'])
  return {
    mesh: env.WEFT_MESH,
    kubeconfig: env.WEFT_KUBECONFIG,
    context: env.WEFT_CONTEXT,
    prometheus: env.WEFT_PROMETHEUS_URL ? { url: env.WEFT_PROMETHEUS_URL, token: env.WEFT_PROMETHEUS_TOKEN } : null,
    tracing: env.WEFT_TRACING_URL ? { url: env.WEFT_TRACING_URL } : null,
    host: env.WEFT_HOST ?? '127.0.0.1',
    port: env.WEFT_PORT,
    allowedHosts: env.WEFT_ALLOWED_HOSTS,
    allowedOrigins: env.WEFT_ALLOWED_ORIGINS,
    health: env.WEFT_HEALTH,
    store: env.WEFT_STORE,
    history: { age: env.WEFT_HISTORY_DAYS * 86_400_000, bytes: env.WEFT_HISTORY_MEGABYTES * 1e6 },
    dashboards: env.WEFT_DASHBOARDS,
    logLevel: env.WEFT_LOG_LEVEL,
    checksReplies: env.NODE_ENV === 'development' || env.NODE_ENV === 'test',
    isInPod: env.KUBERNETES_SERVICE_HOST !== null,
  }
}

/** The only place that reads the process's environment. */
export function readEnv(): Env {
  return parseEnv(process.env)
}
