import { compileRegex, type Regex } from '#lab/prometheus/regex/regex.ts'
import { type Fields, text } from './read.ts'

/** One comparison of a text, as VirtualService, Gateway API and AuthorizationPolicy write them. */
export type StringMatch =
  | { kind: 'exact'; value: string }
  | { kind: 'prefix'; value: string }
  | { kind: 'suffix'; value: string }
  /** Gateway API: whole path elements, `/shop` covers `/shop` and `/shop/cart`, not `/shopping`. */
  | { kind: 'pathPrefix'; value: string }
  | { kind: 'regex'; value: Regex | null; source: string }
  | { kind: 'present' }

export function matches(match: StringMatch, value: string): boolean {
  switch (match.kind) {
    case 'exact':
      return value === match.value
    case 'prefix':
      return value.startsWith(match.value)
    case 'suffix':
      return value.endsWith(match.value)
    case 'pathPrefix':
      return value === match.value || value.startsWith(match.value.endsWith('/') ? match.value : `${match.value}/`)
    case 'regex':
      return match.value?.test(value) ?? false
    case 'present':
      return true
  }
}

/** Envoy's regular expressions are RE2's and cover the whole text. One that does not compile matches nothing. */
export function wholeRegex(pattern: string): StringMatch {
  try {
    return { kind: 'regex', value: compileRegex(pattern), source: pattern }
  } catch {
    return { kind: 'regex', value: null, source: pattern }
  }
}

/** Istio's StringMatch: `{exact}`, `{prefix}` or `{regex}`; an empty one asks for presence. */
export function readStringMatch(value: Fields, ignoreCase = false): StringMatch {
  const folded = (written: string) => (ignoreCase ? written.toLowerCase() : written)
  const [exact, prefix, regex] = [text(value['exact']), text(value['prefix']), text(value['regex'])]
  if (exact !== undefined) return { kind: 'exact', value: folded(exact) }
  if (prefix !== undefined) return { kind: 'prefix', value: folded(prefix) }
  return regex === undefined ? { kind: 'present' } : wholeRegex(regex)
}

/** AuthorizationPolicy's short form: `exact`, `prefix*`, `*suffix`, `*` = present. */
export function readPattern(pattern: string): StringMatch {
  if (pattern === '*') return { kind: 'present' }
  if (pattern.endsWith('*')) return { kind: 'prefix', value: pattern.slice(0, -1) }
  if (pattern.startsWith('*')) return { kind: 'suffix', value: pattern.slice(1) }
  return { kind: 'exact', value: pattern }
}
