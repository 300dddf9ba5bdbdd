import { duration, type Fields, fields, number, text, textMap } from './read.ts'

/** Istio docs, "Global Mesh Options", ExtensionProvider: what AuthorizationPolicies and Telemetries name. */
export type ExtensionProvider =
  | {
      kind: 'envoyExtAuthzGrpc' | 'envoyExtAuthzHttp'
      name: string
      /** Host of a Service or ServiceEntry, perhaps with its namespace before it: `ns/host`. */
      service: string
      port: number
      /** Lets requests pass when the authorizer does not answer. */
      failOpen: boolean
      /** HTTP status where it does not answer. */
      statusOnError: number
      /** Milliseconds. */
      timeout: number
    }
  | { kind: 'opentelemetry' | 'zipkin'; name: string; service: string; port: number }
  | { kind: 'envoyFileAccessLog'; name: string; path: string; logFormat: LogFormat | null }
  | { kind: 'prometheus'; name: string }
  /** One that the lab only knows by name. */
  | { kind: 'other'; name: string }

export type LogFormat = { text: string } | { labels: Readonly<Record<string, string>> }

/** Known without being written. */
export const builtInProviders: readonly ExtensionProvider[] = [
  { kind: 'prometheus', name: 'prometheus' },
  { kind: 'envoyFileAccessLog', name: 'envoy', path: '/dev/stdout', logFormat: null },
]

export function readProvider(provider: Fields): ExtensionProvider {
  const name = text(provider['name'])
  if (name === undefined || name === '') throw new Error('An extension provider has no name.')
  for (const kind of ['envoyExtAuthzGrpc', 'envoyExtAuthzHttp'] as const)
    if (provider[kind] !== undefined) return { kind, name, ...readAuthorizer(fields(provider[kind])) }
  for (const kind of ['opentelemetry', 'zipkin'] as const)
    if (provider[kind] !== undefined) return { kind, name, ...addressOf(fields(provider[kind])) }
  if (provider['envoyFileAccessLog'] !== undefined) {
    const log = fields(provider['envoyFileAccessLog'])
    return {
      kind: 'envoyFileAccessLog',
      name,
      path: text(log['path']) ?? '/dev/stdout',
      logFormat: readFormat(fields(log['logFormat'])),
    }
  }
  return provider['prometheus'] === undefined ? { kind: 'other', name } : { kind: 'prometheus', name }
}

const addressOf = (written: Fields) => ({ service: text(written['service']) ?? '', port: number(written['port']) ?? 0 })

const readAuthorizer = (written: Fields) => ({
  ...addressOf(written),
  failOpen: written['failOpen'] === true,
  statusOnError: Number(text(written['statusOnError']) ?? number(written['statusOnError']) ?? 403) || 403,
  timeout: duration(written['timeout']) ?? 600_000,
})

function readFormat(format: Fields): LogFormat | null {
  const line = text(format['text'])
  if (line !== undefined) return { text: line }
  return format['labels'] === undefined ? null : { labels: textMap(format['labels']) }
}
