import type { ScopeSearch } from '#web/api/scope.ts'

export const views = ['waterfall', 'flame', 'statistics', 'map'] as const
export type TraceView = (typeof views)[number]

/** What is chosen on the page of one trace, as its address says it. */
export interface TraceSearch extends ScopeSearch {
  /** Id of the span that is looked at; `id~2` is its second with that id. */
  span?: string | undefined
  view?: TraceView | undefined
}

const textIn = (value: unknown, most: number): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= most ? value : undefined

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export function traceSearchIn(search: Record<string, unknown>): TraceSearch {
  const found: TraceSearch = {
    ns: textIn(search['ns'], 8192),
    at: textIn(search['at'], 40),
    window: textIn(search['window'], 8),
    span: textIn(search['span'], 80),
    view: views.find(each => each === search['view']),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}
