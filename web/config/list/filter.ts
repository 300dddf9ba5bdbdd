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

/** What a row has of each facet. */
const valuesOf: Record<Facet, (row: ConfigRow) => readonly string[]> = {
  kind: row => [kindId(row.ref)],
  namespace: row => [row.ref.namespace],
  findings: row => levelsOf(row),
  owner: row => [row.owner.kind],
}

export function levelsOf({ findings }: ConfigRow): Level[] {
  const found: Level[] = []
  if (findings.Error > 0) found.push('error')
  if (findings.Warning > 0) found.push('warning')
  if (findings.Info > 0) found.push('info')
  return found.length === 0 ? ['none'] : found
}

/** A row's text in lower case, made once: rows that did not change keep their identity. */
const texts = new WeakMap<ConfigRow, string>()
function textOf(row: ConfigRow): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const { ref, hosts, changedBy, owner, meshLabels = {} } = row
  const labels = Object.entries(meshLabels).map(pair => pair.join('='))
  const parts = [`${ref.namespace}/${ref.name}`, ref.kind, ref.group, ...hosts, changedBy ?? '', owner.name, ...labels]
  const text = parts.join('\n').toLowerCase()
  texts.set(row, text)
  return text
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
  const chosen = Object.fromEntries(facets.map(facet => [facet, new Set<string>(filter[facet])])) as Record<
    Facet,
    Set<string>
  >
  const shown = rows.filter(row => {
    if (filter.words.length > 0) {
      const text = textOf(row)
      if (!filter.words.every(word => text.includes(word))) return false
    }
    const values = facets.map(facet => valuesOf[facet](row))
    const misses = facets.filter(
      (facet, index) => chosen[facet].size > 0 && values[index]?.some(value => chosen[facet].has(value)) !== true,
    )
    for (const [index, facet] of facets.entries())
      if (misses.every(missed => missed === facet))
        for (const value of values[index] ?? []) counts[facet].set(value, (counts[facet].get(value) ?? 0) + 1)
    return misses.length === 0
  })
  return { rows: shown, counts }
}
