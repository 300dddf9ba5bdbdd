import { asPoliciesSee, type PathNormalization } from './path.ts'
import type { Flow } from '#shared/security/flow.ts'
import { record } from '#shared/security/read.ts'

/** What policies ask of a flow. Undefined is unknown, null is known to be none. */

export interface Identity {
  /** `cluster.local/ns/shop/sa/cart` */
  principal: string
  /** Null: the certificate is none of Kubernetes' kind. */
  namespace: string | null
  account: string | null
}

export interface Token {
  issuer: string
  subject: string
}

export type Value = string | number | boolean | null | Identity | Token | readonly string[]

export interface Facts {
  flow: Flow
  mtls: boolean | undefined
  /** Of the peer's certificate, were there one. */
  who: Identity | null | undefined
  port: number | null | undefined
  http: {
    method: string | null | undefined
    path: string | null | undefined
    /** The path with its query. */
    whole: string | null | undefined
    host: string | null | undefined
  }
  /** By lower-case name; undefined: none is known. */
  headers: ReadonlyMap<string, string | null> | undefined
  token: Token | null | undefined
  audiences: readonly string[] | undefined
}

export interface FactSettings {
  trustDomain: string
  pathNormalization: PathNormalization
}

export function factsOf(flow: Flow, { trustDomain, pathNormalization }: FactSettings): Facts {
  const { source, http, jwt } = flow
  const none = http === null ? null : undefined
  const path = http ? http.path : none
  const method = http ? http.method : none
  const host = http ? http.host : none
  const headers = http ? http.headers : none
  return {
    flow,
    mtls: flow.mtls === null ? false : flow.mtls,
    who: whoIs(source, trustDomain),
    port: typeof flow.destination.port === 'string' ? Number(flow.destination.port) : flow.destination.port,
    http: {
      // gRPC has one method only. Istio docs, Authorization Policy, `Operation.methods`.
      method: method === undefined && flow.protocol === 'grpc' ? 'POST' : (method?.toUpperCase() ?? method),
      path: typeof path === 'string' ? asPoliciesSee(path, pathNormalization) : path,
      whole: typeof path === 'string' ? asPoliciesSee(path, pathNormalization) + queryOf(path) : path,
      host: host?.toLowerCase() ?? host,
    },
    headers:
      headers === undefined
        ? undefined
        : new Map(Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])),
    token: jwt ? tokenOf(jwt) : jwt,
    audiences: jwt === null ? [] : audiencesOf(jwt?.audiences),
  }
}

const queryOf = (path: string): string => (path.includes('?') ? path.slice(path.indexOf('?')) : '')

const audiencesOf = (told: string | string[] | null | undefined): readonly string[] | undefined =>
  told === undefined ? undefined : told === null ? [] : typeof told === 'string' ? [told] : told

/** Half a name is not a name. */
const tokenOf = ({ issuer, subject }: NonNullable<Flow['jwt']>): Token | undefined =>
  issuer === undefined || subject === undefined ? undefined : { issuer: issuer ?? '', subject: subject ?? '' }

function whoIs({ principal, namespace, serviceAccount }: Flow['source'], trustDomain: string) {
  if (principal === null) return null
  if (principal !== undefined) return identityOf(principal.replace(/^spiffe:\/\//, ''))
  if (namespace === null || serviceAccount === null) return null
  if (namespace === undefined || serviceAccount === undefined) return undefined
  return identityOf(`${trustDomain}/ns/${namespace}/sa/${serviceAccount}`)
}

export function identityOf(principal: string): Identity {
  const [, namespace = null, account = null] = /^[^/]*\/ns\/([^/]+)\/sa\/([^/]+)$/.exec(principal) ?? []
  return { principal, namespace, account }
}

/** Pseudo headers and `host` say what the request line says. */
export function headerIn({ http, headers, flow }: Facts, name: string): string | null | undefined {
  switch (name) {
    case ':authority':
    case 'host':
      return http.host
    case ':method':
      return http.method
    case ':path':
      return http.whole
  }
  if (headers === undefined) return flow.http === null ? null : undefined
  return headers.get(name) ?? null
}

/** The texts of a claim, a nested one by its path. Istio docs, Authorization Policy Conditions, `request.auth.claims`. */
export function claimIn({ flow, audiences }: Facts, path: readonly string[]): readonly string[] | undefined {
  const { jwt } = flow
  if (jwt === null) return []
  if (jwt === undefined) return undefined
  const [first = ''] = path
  if (path.length === 1 && first === 'aud') return audiences
  const registered = { iss: jwt.issuer, sub: jwt.subject, azp: jwt.presenter }
  if (path.length === 1 && Object.hasOwn(registered, first)) {
    const told = registered[first as keyof typeof registered]
    if (told !== undefined) return told === null ? [] : [told]
  }
  if (jwt.claims === undefined) return undefined
  let value: unknown = jwt.claims
  for (const name of path) {
    const inner = record(value)
    if (!Object.hasOwn(inner, name)) return []
    value = inner[name]
  }
  if (typeof value === 'string') return isSpaced(path) ? value.split(' ').filter(word => word !== '') : [value]
  return Array.isArray(value) ? value.filter(item => typeof item === 'string') : []
}

/** Claims that hold several words in one text. */
const isSpaced = ([name, ...more]: readonly string[]) =>
  more.length === 0 && (name === 'scope' || name === 'permission')
