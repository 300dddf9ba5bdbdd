import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import type { HttpMatch, HttpRule, Route } from '#lab/mesh/snapshot/routes.ts'
import { matches } from '#lab/mesh/snapshot/string-match.ts'
import type { Flow } from './outcome.ts'

/** The first rule that fits, in the order of the route. */
export function firstRule(routes: readonly Route[], flow: Flow): HttpRule | undefined {
  for (const route of routes) {
    const rule = route.http.find(candidate => fitsRule(candidate, flow))
    if (rule) return rule
  }
  return undefined
}

const fitsRule = (rule: HttpRule, flow: Flow): boolean =>
  rule.matches.length === 0 || rule.matches.some(match => fits(match, flow))

/** All conditions of one match hold. */
export function fits(match: HttpMatch, flow: Flow): boolean {
  const path = withoutQuery(match.ignorePathCase ? flow.path.toLowerCase() : flow.path)
  if (match.path && !matches(match.path, path)) return false
  if (match.method && !matches(match.method, flow.method)) return false
  if (match.authority && !matches(match.authority, flow.host)) return false
  if (match.port !== null && match.port !== flow.port) return false
  if (match.sourceNamespace !== null && match.sourceNamespace !== flow.source.namespace) return false
  if (!hasLabels(flow.source.labels, match.sourceLabels)) return false
  return match.headers.every(header => {
    const value = headerOf(flow, header.name)
    return (value !== undefined && matches(header.match, value)) !== header.negated
  })
}

export const withoutQuery = (path: string): string => {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

/** Header names know no case. */
export function headerOf(flow: Flow, name: string): string | undefined {
  for (const key in flow.headers) if (key.toLowerCase() === name) return flow.headers[key]
  return undefined
}
