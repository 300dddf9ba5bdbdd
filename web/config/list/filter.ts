import type { ConfigRow } from '#shared/config/api.ts'
import { namespacesIn } from '#web/api/scope.ts'
import { kindId } from '#web/config/names.ts'
import {
  type ConfigSearch,
  type Level,
  levels,
  manyOf,
  type OwnerKind,
  ownerKinds,
  wordsIn,
} from '#web/config/search.ts'

/** What the list is narrowed to. An empty choice narrows nothing; several of one facet are either-or. */
export interface Filter {
  kind: readonly string[]
  namespace: readonly string[]
  findings: readonly Level[]
  owner: readonly OwnerKind[]
  /** All of them have to be found. */
  words: readonly string[]
}

export const facets = ['kind', 'namespace', 'findings', 'owner'] as const
export type Facet = (typeof facets)[number]

export const filterIn = (search: ConfigSearch): Filter => ({
  kind: wordsIn(search.kind),
  namespace: namespacesIn(search.ns),
  findings: manyOf(search.findings, levels),
  owner: manyOf(search.owner, ownerKinds),
  words: (search.q ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter(word => word !== ''),
})

export const isFiltered = (filter: Filter): boolean =>
  filter.words.length > 0 || facets.some(facet => filter[facet].length > 0)

export function levelsOf({ findings }: ConfigRow): Level[] {
  const found: Level[] = []
  if (findings.Error > 0) found.push('error')
  if (findings.Warning > 0) found.push('warning')
  if (findings.Info > 0) found.push('info')
  return found.length === 0 ? ['none'] : found
}

/** What a row is found by: its text in lower case, and what it has of each facet, in the order of `facets`. */
interface Facts {
  text: string
  values: readonly (readonly string[])[]
}
/** Made once for each row: those that did not change keep their identity. */
const known = new WeakMap<ConfigRow, Facts>()

function factsOf(row: ConfigRow): Facts {
  const before = known.get(row)
  if (before !== undefined) return before
  const { ref, hosts, changedBy, owner, meshLabels = {} } = row
  const labels = Object.entries(meshLabels).map(pair => pair.join('='))
  const parts = [`${ref.namespace}/${ref.name}`, ref.kind, ref.group, ...hosts, changedBy ?? '', owner.name, ...labels]
  const facts = {
    text: parts.join('\n').toLowerCase(),
    values: [[kindId(ref)], [ref.namespace], levelsOf(row), [owner.kind]],
  }
  known.set(row, facts)
  return facts
}

export interface Narrowed {
  rows: ConfigRow[]
  /** Of each facet: how many rows each value would show, the other facets and the words being as they are. */
  counts: Record<Facet, Map<string, number>>
}

export function narrow(rows: readonly ConfigRow[], filter: Filter): Narrowed {
  const counts = { kind: new Map(), namespace: new Map(), findings: new Map(), owner: new Map() } satisfies Record<
    Facet,
    Map<string, number>
  >
  const chosen = facets.map(facet => new Set<string>(filter[facet]))
  const shown = rows.filter(row => {
    const { text, values } = factsOf(row)
    for (const word of filter.words) if (!text.includes(word)) return false
    let misses = 0
    let missed = -1
    for (const [place, of] of chosen.entries())
      if (of.size > 0 && values[place]?.some(value => of.has(value)) !== true) {
        misses++
        missed = place
      }
    // A value is counted where nothing but its own facet leaves the row out.
    if (misses > 1) return false
    for (const [place, facet] of facets.entries())
      if (misses === 0 || missed === place)
        for (const value of values[place] ?? []) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1)
    return misses === 0
  })
  return { rows: shown, counts }
}
