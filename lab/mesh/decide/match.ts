import type { Workload } from '#lab/mesh/snapshot/facts.ts'
import { covers } from '#lab/mesh/snapshot/hosts.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import type { ConnectionMatch, HttpMatch, HttpRule, TcpRule, TlsRule } from '#lab/mesh/snapshot/rules.ts'
import { anyRequest } from '#lab/mesh/snapshot/rules.ts'
import { matches } from '#lab/mesh/snapshot/string-match.ts'
import { isInside } from './addresses.ts'
import { claimHeader } from './claims.ts'
import type { Flow } from './outcome.ts'

export interface Fit {
  rule: HttpRule
  /** The one of its matches that fits: a rewrite replaces what it matched. */
  match: HttpMatch
}

/** The first rule that fits, in their order. @param router whose proxy reads the rules: its labels are the source's. */
export function firstFit(rules: readonly HttpRule[], flow: Flow, router: Workload): Fit | undefined {
  for (const rule of rules) {
    if (rule.matches.length === 0) return { rule, match: anyRequest }
    const match = rule.matches.find(candidate => fits(candidate, flow, router))
    if (match) return { rule, match }
  }
  return undefined
}

/** All conditions of one match hold. */
export function fits(match: HttpMatch, flow: Flow, router: Workload): boolean {
  const path = withoutQuery(match.ignorePathCase ? flow.path.toLowerCase() : flow.path)
  if (match.path && !matches(match.path, path)) return false
  if (match.method && !matches(match.method, flow.method)) return false
  if (match.scheme && !matches(match.scheme, schemeOf(flow))) return false
  // Callers write a port that is not the scheme's own into the Host header.
  if (match.authority && !matches(match.authority, flow.host) && !matches(match.authority, `${flow.host}:${flow.port}`))
    return false
  if (match.port !== null && match.port !== flow.port) return false
  if (!fitsSource(match, router)) return false
  if (match.queryParams.length > 0) {
    const query = new URLSearchParams(queryOf(flow.path))
    for (const parameter of match.queryParams) {
      const value = query.get(parameter.name)
      if (value === null || !matches(parameter.match, value)) return false
    }
  }
  return match.headers.every(header => {
    const values = claimHeader(header.name, flow.validated) ?? [headerOf(flow, header.name)]
    return values.some(value => value !== undefined && matches(header.match, value)) !== header.negated
  })
}

const fitsSource = (match: Pick<HttpMatch, 'sourceNamespace' | 'sourceLabels'>, router: Workload): boolean =>
  (match.sourceNamespace === null || match.sourceNamespace === router.namespace) &&
  hasLabels(router.labels, match.sourceLabels)

export const schemeOf = (flow: Flow): 'http' | 'https' => (flow.sni === null ? 'http' : 'https')

/** @param address what the caller connects to; empty where it is not known. */
export function firstTcpRule(
  rules: readonly TcpRule[],
  flow: Flow,
  router: Workload,
  address: string,
): TcpRule | undefined {
  return rules.find(
    rule => rule.matches.length === 0 || rule.matches.some(match => fitsConnection(match, flow, router, address)),
  )
}

export function firstTlsRule(
  rules: readonly TlsRule[],
  flow: Flow,
  router: Workload,
  address: string,
): TlsRule | undefined {
  const sni = flow.sni?.toLowerCase()
  if (sni === undefined) return undefined
  return rules.find(rule =>
    rule.matches.some(
      match => match.sniHosts.some(host => covers(host, sni)) && fitsConnection(match, flow, router, address),
    ),
  )
}

const fitsConnection = (match: ConnectionMatch, flow: Flow, router: Workload, address: string): boolean =>
  (match.port === null || match.port === flow.port) &&
  fitsSource(match, router) &&
  (match.destinationSubnets.length === 0 || match.destinationSubnets.some(block => isInside(address, block)))

export const withoutQuery = (path: string): string => {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

/** With its question mark; empty where there is none. */
export const queryOf = (path: string): string => path.slice(withoutQuery(path).length)

/** Header names know no case. */
export function headerOf(flow: Flow, name: string): string | undefined {
  for (const key in flow.headers) if (key.toLowerCase() === name) return flow.headers[key]
  return undefined
}
