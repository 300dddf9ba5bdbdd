/** Host names and patterns with a wildcard in front, as all routing kinds write them. */

/** `*.example.com` covers `api.example.com`; `*` covers everything. */
export const covers = (pattern: string, host: string): boolean =>
  pattern === '*' || pattern === host || (pattern.startsWith('*.') && host.endsWith(pattern.slice(1)))

/** Every pattern that would cover the host, the most specific first: what a table of patterns is asked for, one by one. */
export function* patternsFor(host: string): Generator<string> {
  yield host
  for (let dot = host.indexOf('.'); dot >= 0; dot = host.indexOf('.', dot + 1))
    if (host[0] !== '*' || dot > 1) yield `*${host.slice(dot)}`
  if (host !== '*') yield '*'
}

/** What two patterns both cover, in the narrower one's words; undefined: nothing. */
export function common(one: string, other: string): string | undefined {
  if (covers(one, other)) return other
  return covers(other, one) ? one : undefined
}

/** A Host header without its port; case does not count. */
export function hostOnly(authority: string): string {
  const name = authority.toLowerCase()
  const colon = name.lastIndexOf(':')
  return colon > 0 && /^\d+$/.test(name.slice(colon + 1)) && !name.slice(0, colon).includes(':')
    ? name.slice(0, colon)
    : name
}
