import type { Workload } from '#lab/mesh/snapshot/facts.ts'
import { claims } from '#lab/mesh/snapshot/http-rules.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import type { HttpMatch, NamedMatch } from '#lab/mesh/snapshot/rules.ts'
import type { StringMatch } from '#lab/mesh/snapshot/string-match.ts'
import { given, type Message } from './proto.ts'

/** What a route matches, as Envoy has it (Envoy docs, RouteMatch). */
export const routeMatch = (match: HttpMatch): Message => {
  const headers: NamedMatch[] = [
    ...named(':method', match.method),
    ...named(':authority', match.authority),
    ...named(':scheme', match.scheme),
    ...match.headers.filter(({ name }) => !name.startsWith(claims)),
  ]
  return {
    ...pathMatch(match.path),
    case_sensitive: !match.ignorePathCase,
    ...given({
      headers: headers.map(headerMatch),
      query_parameters: match.queryParams.map(({ name, match: value }) =>
        value.kind === 'present' ? { name, present_match: true } : { name, string_match: stringMatch(value) },
      ),
      dynamic_metadata: match.headers.filter(({ name }) => name.startsWith(claims)).map(claimMatch),
    }),
  }
}

/** What a rule says of where it is read: a proxy is sent only what can ever fit. */
export const isReadBy = (match: HttpMatch, reader: Workload, port: number): boolean =>
  (match.port === null || match.port === port) &&
  (match.sourceNamespace === null || match.sourceNamespace === reader.namespace) &&
  hasLabels(reader.labels, match.sourceLabels)

const named = (name: string, match: StringMatch | null): NamedMatch[] =>
  match ? [{ name, match, negated: false }] : []

function pathMatch(path: StringMatch | null): Message {
  switch (path?.kind) {
    case undefined:
    case 'present':
      return { prefix: '/' }
    case 'exact':
      return { path: path.value }
    case 'prefix':
      return { prefix: path.value }
    case 'pathPrefix':
      return path.value === '/' ? { prefix: '/' } : { path_separated_prefix: path.value }
    case 'suffix':
      return { safe_regex: { regex: `.*${escaped(path.value)}` } }
    case 'regex':
      return { safe_regex: { regex: path.source } }
  }
}

/** Envoy docs, StringMatcher. Presence is a matter of whoever holds the text. */
export function stringMatch(match: StringMatch): Message {
  switch (match.kind) {
    case 'exact':
    case 'prefix':
    case 'suffix':
      return { [match.kind]: match.value }
    case 'pathPrefix':
      return { prefix: match.value }
    case 'regex':
      return { safe_regex: { regex: match.source } }
    case 'present':
      return { safe_regex: { regex: '.*' } }
  }
}

const headerMatch = ({ name, match, negated }: NamedMatch): Message => ({
  name,
  ...(match.kind === 'present' ? { present_match: true } : { string_match: stringMatch(match) }),
  ...(negated ? { invert_match: true } : {}),
})

const claimMatch = ({ name, match, negated }: NamedMatch): Message => ({
  filter: 'istio_authn',
  path: [
    { key: 'request.auth.claims' },
    ...name
      .slice(claims.length)
      .split(/[.[\]]+/)
      .filter(Boolean)
      .map(key => ({ key })),
  ],
  value: { or_match: { value_matchers: [{ string_match: stringMatch(match) }] } },
  ...(negated ? { invert: true } : {}),
})

export const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
