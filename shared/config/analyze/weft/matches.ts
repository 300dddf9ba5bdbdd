import { has, items, record, text, texts } from '#shared/config/world/read.ts'
import { isEqual } from '#shared/mesh/equal.ts'
import type { Json } from '#shared/mesh/object.ts'

/** Matches of VirtualServices as sets of requests. Istio docs, HTTPMatchRequest, StringMatch, L4MatchAttributes. */

type Words = ReadonlyMap<string, Json>

const wordsOf = (written: unknown): Words =>
  new Map(Object.entries(record(written)).map(([key, word]) => [key, record(word)]))

/** Fields that hold one StringMatch. */
const single = ['uri', 'scheme', 'method', 'authority'] as const
/** Everything that narrows a match; what is not among these is not compared, and then nothing is claimed. */
const known = new Set<string>([
  ...single,
  'headers',
  'queryParams',
  'withoutHeaders',
  'port',
  'gateways',
  'sourceLabels',
  'sourceNamespace',
  'ignoreUriCase',
  'name',
  'statPrefix',
])

const isComparable = (match: Json): boolean => Object.keys(match).every(key => known.has(key))

/** Whether every text the narrow condition takes, the wide one takes. */
function coversWord(wide: Json | undefined, narrow: Json | undefined, isCaseIgnored = false): boolean {
  if (wide === undefined) return true
  if (narrow === undefined) return false
  const fold = (word: string) => (isCaseIgnored ? word.toLowerCase() : word)
  if (Object.keys(wide).length === 0) return true
  if (has(wide, 'exact')) return has(narrow, 'exact') && fold(text(wide['exact'])) === fold(text(narrow['exact']))
  if (has(wide, 'prefix')) {
    const [prefix, start] = [fold(text(wide['prefix'])), fold(text(narrow['exact']) || text(narrow['prefix']))]
    return (has(narrow, 'exact') || has(narrow, 'prefix')) && start.startsWith(prefix)
  }
  return has(wide, 'regex') && has(narrow, 'regex') && wide['regex'] === narrow['regex']
}

/** Every path begins so. */
const isOpenPath = (word: Json): boolean => word['prefix'] === '/' || word['prefix'] === ''

/** Whether every request that the narrow HTTP match takes, the wide one takes. */
export function coversMatch(wide: Json, narrow: Json): boolean {
  if (!isComparable(wide) || !isComparable(narrow)) return false
  const isFolded = wide['ignoreUriCase'] === true
  for (const field of single) {
    if (!has(wide, field)) continue
    const word = record(wide[field])
    if (field === 'uri' && isOpenPath(word)) continue
    // A match that ignores case takes more than one that does not.
    if (field === 'uri' && narrow['ignoreUriCase'] === true && !isFolded) return false
    if (!coversWord(word, has(narrow, field) ? record(narrow[field]) : undefined, field === 'uri' && isFolded))
      return false
  }
  for (const field of ['headers', 'queryParams'] as const)
    for (const [key, word] of wordsOf(wide[field])) if (!coversWord(word, wordsOf(narrow[field]).get(key))) return false
  for (const [key, word] of wordsOf(wide['withoutHeaders']))
    if (!isEqual(word, wordsOf(narrow['withoutHeaders']).get(key))) return false
  return coversPlace(wide, narrow)
}

/** Port, gateways and callers: the same of HTTP, TLS and TCP. */
function coversPlace(wide: Json, narrow: Json): boolean {
  if (has(wide, 'port') && wide['port'] !== narrow['port']) return false
  if (has(wide, 'sourceNamespace') && wide['sourceNamespace'] !== narrow['sourceNamespace']) return false
  const [gateways, others] = [texts(wide['gateways']), texts(narrow['gateways'])]
  if (gateways.length > 0 && (others.length === 0 || !others.every(name => gateways.includes(name)))) return false
  const labels = record(narrow['sourceLabels'])
  return Object.entries(record(wide['sourceLabels'])).every(([key, value]) => labels[key] === value)
}

const layer4 = new Set(['sniHosts', 'destinationSubnets', 'port', 'gateways', 'sourceLabels', 'sourceNamespace'])

/** The same of TLS and TCP matches. */
export function coversConnection(wide: Json, narrow: Json): boolean {
  if (![...Object.keys(wide), ...Object.keys(narrow)].every(key => layer4.has(key))) return false
  const [names, others] = [texts(wide['sniHosts']), texts(narrow['sniHosts'])]
  const coversName = (pattern: string, name: string) =>
    pattern === name || (pattern.startsWith('*') && name.endsWith(pattern.slice(1)))
  if (
    names.length > 0 &&
    (others.length === 0 || !others.every(name => names.some(pattern => coversName(pattern, name))))
  )
    return false
  const [blocks, theirs] = [texts(wide['destinationSubnets']), texts(narrow['destinationSubnets'])]
  if (blocks.length > 0 && (theirs.length === 0 || !theirs.every(block => blocks.includes(block)))) return false
  return coversPlace(wide, narrow)
}

/** Whether no request is taken by both. Said only where it is plain. */
export function areApart(a: Json, b: Json): boolean {
  const isFolded = a['ignoreUriCase'] === true || b['ignoreUriCase'] === true
  for (const field of single)
    if (!(field === 'uri' && isFolded) && wordsApart(record(a[field]), record(b[field]))) return true
  for (const field of ['headers', 'queryParams'] as const)
    for (const [key, word] of wordsOf(a[field])) {
      const other = wordsOf(b[field]).get(key)
      if (other && wordsApart(word, other)) return true
    }
  if (has(a, 'port') && has(b, 'port') && a['port'] !== b['port']) return true
  const [gateways, others] = [texts(a['gateways']), texts(b['gateways'])]
  return gateways.length > 0 && others.length > 0 && !gateways.some(name => others.includes(name))
}

function wordsApart(a: Json, b: Json): boolean {
  const [exact, other] = [a['exact'], b['exact']]
  const [prefix, start] = [a['prefix'], b['prefix']]
  if (typeof exact === 'string' && typeof other === 'string') return exact !== other
  if (typeof exact === 'string' && typeof start === 'string') return !exact.startsWith(start)
  if (typeof prefix === 'string' && typeof other === 'string') return !other.startsWith(prefix)
  if (typeof prefix === 'string' && typeof start === 'string')
    return !prefix.startsWith(start) && !start.startsWith(prefix)
  return false
}

/** Matches of a rule; one that asks for nothing where it has none. */
export const matchesOf = (rule: Json): Json[] => {
  const matches = items(rule['match'])
  return matches.length === 0 ? [{}] : matches
}

export const ruleName = (rule: Json, index: number): string =>
  text(rule['name']) === '' ? `#${index}` : `"${text(rule['name'])}"`
