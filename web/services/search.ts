import type { ScopeSearch } from '#web/api/scope.ts'

/** Everything that is chosen on a list, as the address says it. What is not said is the default. */
export interface ListSearch extends ScopeSearch {
  /** Words that names, versions and identities are looked through for. */
  q?: string | undefined
  /** `failing,degraded`. */
  health?: string | undefined
  /** Columns that are left out: `trend,versions`. */
  hide?: string | undefined
  /** `rate` rises, `-rate` falls. */
  sort?: string | undefined
}
export type OnListSearch = (patch: Partial<ListSearch>, isStep?: boolean) => void

export const healths = ['failing', 'degraded', 'healthy', 'unknown'] as const
export const columnIds = [
  'health',
  'name',
  'namespace',
  'rate',
  'trend',
  'errors',
  'p95',
  'mtls',
  'versions',
  'proxies',
  'findings',
] as const
export type ColumnId = (typeof columnIds)[number]
/** What a list is nothing without. */
export const hideable = columnIds.filter(id => id !== 'name' && id !== 'health')
/** What a narrow window has no room for. */
export const spare: ReadonlySet<ColumnId> = new Set<ColumnId>(['trend', 'versions'])

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= most ? value : undefined

/** Words of a list in the address that are known; none of them is no choice at all. */
export const manyOf = <Value extends string>(text: string | undefined, known: readonly Value[]): Value[] => {
  const words = (text ?? '').split(',')
  return known.filter(each => words.includes(each))
}
export const wordsText = (words: readonly string[]): string | undefined =>
  words.length === 0 ? undefined : words.join(',')

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export const listSearchIn = (search: Record<string, unknown>): ListSearch => ({
  ns: textIn(search['ns'], 8192),
  at: textIn(search['at'], 40),
  window: textIn(search['window'], 8),
  q: textIn(search['q'], 256),
  health: wordsText(manyOf(textIn(search['health'], 64), healths)),
  hide: wordsText(manyOf(textIn(search['hide'], 128), hideable)),
  sort: textIn(search['sort'], 24),
})

export const tabs = ['overview', 'traffic', 'metrics', 'traces', 'logs', 'config', 'security', 'proxies'] as const
export type Tab = (typeof tabs)[number]
export const tabIn = (value: unknown): Tab => tabs.find(each => each === value) ?? 'overview'
