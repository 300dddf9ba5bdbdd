import type { Regex } from '#lab/prometheus/regex/regex.ts'
import type { StringMatch } from './string-match.ts'
import type { Visibility } from './visibility.ts'

/** VirtualService and Gateway API's routes in one form: ordered rules for some hosts. */
export interface Route {
  kind: 'VirtualService' | 'HTTPRoute' | 'GRPCRoute' | 'TLSRoute' | 'TCPRoute'
  namespace: string
  name: string
  /** Milliseconds: among rivals the oldest wins. */
  created: number
  /** Full host names, or with a wildcard in front. */
  hosts: readonly string[]
  /** Namespaces whose proxies see it. */
  visibleTo: Visibility
  http: readonly HttpRule[]
  tls: readonly TlsRule[]
  tcp: readonly TcpRule[]
}

export interface HttpRule {
  /** As access logs name the route; empty where nobody named it. */
  name: string
  /** Any of them; none = every request. */
  matches: readonly HttpMatch[]
  backends: readonly Backend[]
  /** The proxy answers by itself. */
  answer: { kind: 'redirect'; redirect: Redirect } | { kind: 'direct'; code: number } | null
  fault: Fault | null
  /** Milliseconds. */
  timeout: number | null
  retries: Retries | null
  rewrite: Rewrite | null
  mirrors: readonly Mirror[]
  headers: HeaderEdits
}

export interface HttpMatch {
  /** Added to the rule's name. */
  name: string
  path: StringMatch | null
  ignorePathCase: boolean
  scheme: StringMatch | null
  method: StringMatch | null
  authority: StringMatch | null
  headers: readonly NamedMatch[]
  queryParams: readonly NamedMatch[]
  port: number | null
  sourceNamespace: string | null
  sourceLabels: Record<string, string>
}

export interface NamedMatch {
  name: string
  match: StringMatch
  negated: boolean
}

export interface TlsRule {
  /** Any of them. */
  matches: readonly (ConnectionMatch & { sniHosts: readonly string[] })[]
  backends: readonly Backend[]
}

export interface TcpRule {
  /** Any of them; none = every connection. */
  matches: readonly ConnectionMatch[]
  backends: readonly Backend[]
}

export interface ConnectionMatch {
  port: number | null
  /** Of the address asked for; none = any. */
  destinationSubnets: readonly string[]
  sourceNamespace: string | null
  sourceLabels: Record<string, string>
}

export interface Backend {
  /** Full host name; empty: refers to nothing that may be used. */
  host: string
  subset: string | null
  port: number | null
  weight: number
  headers: HeaderEdits
  /** What is answered where no such cluster exists: Gateway API wants 500. */
  missing: 500 | 503
}

export interface Fault {
  /** Shares are 0–1. */
  delay: { share: number; milliseconds: number } | null
  abort: { share: number; code: number; grpcStatus: number | null } | null
}

export interface Retries {
  attempts: number
  /** Milliseconds per try. */
  perTryTimeout: number | null
  on: ReadonlySet<string>
}

export type PathEdit =
  /** Replaces the characters that a prefix matched, everything where the whole path was matched. */
  | { kind: 'matched'; value: string }
  /** Gateway API: replaces the path elements that a prefix matched. */
  | { kind: 'elements'; value: string }
  | { kind: 'whole'; value: string }
  | { kind: 'regex'; pattern: Regex; source: string; substitution: string }

export interface Rewrite {
  path: PathEdit | null
  authority: string | null
}

export interface Redirect {
  path: PathEdit | null
  authority: string | null
  scheme: string | null
  port: number | 'fromScheme' | 'fromRequest' | null
  code: number
}

export interface Mirror {
  backend: Backend
  /** 0–1. */
  share: number
}

export interface HeaderEdits {
  request: Edits
  response: Edits
}

export interface Edits {
  set: Readonly<Record<string, string>>
  add: Readonly<Record<string, string>>
  remove: readonly string[]
}

export const noEdits: HeaderEdits = {
  request: { set: {}, add: {}, remove: [] },
  response: { set: {}, add: {}, remove: [] },
}

export const anyRequest: HttpMatch = {
  name: '',
  path: null,
  ignorePathCase: false,
  scheme: null,
  method: null,
  authority: null,
  headers: [],
  queryParams: [],
  port: null,
  sourceNamespace: null,
  sourceLabels: {},
}

/** A rule that only forwards; what a kind of route adds is laid over it. */
export const plainRule: HttpRule = {
  name: '',
  matches: [],
  backends: [],
  answer: null,
  fault: null,
  timeout: null,
  retries: null,
  rewrite: null,
  mirrors: [],
  headers: noEdits,
}
