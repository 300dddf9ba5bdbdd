import { HistoryEntry } from '#shared/config/api.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import { wordsIn } from '#web/config/search.ts'

export type Change = HistoryEntry['change']
export const changes = HistoryEntry.shape.change.options

/** Everything that is chosen on the history, as the address says it. What is not said is the default. */
export interface HistorySearch extends ScopeSearch {
  /** `group/kind/namespace/name`: the history of one object. */
  object?: string | undefined
  /** Names with what addresses keep for themselves encoded: `kubectl,o%27neil`. */
  author?: string | undefined
  /** `networking.istio.io/Gateway,core/Namespace`. */
  kind?: string | undefined
  /** `created,deleted`. */
  change?: string | undefined
  through?: 'weft' | 'other' | undefined
  q?: string | undefined
  /** ISO 8601: from, and before. */
  from?: string | undefined
  to?: string | undefined
  /** The change that is looked at. */
  open?: string | undefined
  /** One or two changes that are compared: `12,34`. */
  pick?: string | undefined
}

export type OnHistorySearch = (patch: Partial<HistorySearch>, isStep?: boolean) => void

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= most ? value : undefined

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export function historySearchIn(search: Record<string, unknown>): HistorySearch {
  const through = search['through']
  const isoIn = (value: unknown) => {
    const text = textIn(value, 40)
    return text === undefined || Number.isNaN(Date.parse(text)) ? undefined : text
  }
  const idsIn = (value: unknown, most: number) => {
    const ids = wordsIn(textIn(value, 64)).filter(id => /^\d{1,15}$/.test(id))
    return ids.length === 0 ? undefined : ids.slice(-most).join(',')
  }
  const object = textIn(search['object'], 1024)
  const known = wordsIn(textIn(search['change'], 64)).filter(word => changes.some(each => each === word))
  const found: HistorySearch = {
    ns: textIn(search['ns'], 8192),
    at: textIn(search['at'], 40),
    window: textIn(search['window'], 8),
    object: object?.split('/').length === 4 ? object : undefined,
    author: textIn(search['author'], 8192),
    kind: textIn(search['kind'], 4096),
    change: known.length === 0 ? undefined : known.join(','),
    through: through === 'weft' || through === 'other' ? through : undefined,
    q: textIn(search['q'], 256),
    from: isoIn(search['from']),
    to: isoIn(search['to']),
    open: idsIn(search['open'], 1),
    pick: idsIn(search['pick'], 2),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

export const authorsIn = (search: HistorySearch): string[] => wordsIn(search.author).map(decoded)
export const authorsText = (authors: readonly string[]): string | undefined =>
  authors.length === 0 ? undefined : authors.map(encodeURIComponent).join(',')

function decoded(word: string): string {
  try {
    return decodeURIComponent(word)
  } catch {
    return word
  }
}

export const picksIn = (search: HistorySearch): string[] => wordsIn(search.pick)

/** A change is ticked or not; of three the one ticked first goes. */
export function picked(picks: readonly string[], id: string): string | undefined {
  const next = picks.includes(id) ? picks.filter(each => each !== id) : [...picks, id]
  return next.length === 0 ? undefined : next.slice(-2).join(',')
}

/** What the store is asked for. */
export type HistoryFilter = Readonly<
  Partial<Record<'namespaces' | 'object' | 'author' | 'kind' | 'change' | 'through' | 'q' | 'since' | 'until', string>>
>

export function filterIn(search: HistorySearch): HistoryFilter {
  const authors = authorsIn(search)
  const filter = {
    namespaces: search.object === undefined ? search.ns : undefined,
    object: search.object,
    author: authors.length === 0 ? undefined : JSON.stringify(authors),
    kind: search.kind,
    change: search.change,
    through: search.through,
    q: search.q?.trim(),
    since: search.from === undefined ? undefined : String(Date.parse(search.from)),
    until: search.to === undefined ? undefined : String(Date.parse(search.to)),
  }
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined && value !== ''))
}

export const noFilter = {
  author: undefined,
  kind: undefined,
  change: undefined,
  through: undefined,
  q: undefined,
  from: undefined,
  to: undefined,
} as const satisfies Partial<HistorySearch>

export const isFiltered = (search: HistorySearch): boolean =>
  Object.keys(noFilter).some(name => search[name as keyof typeof noFilter] !== undefined)
