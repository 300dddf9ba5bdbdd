import { Level } from '#shared/topology/graph.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import { type Lens, lenses } from './lens.ts'

/** Everything that is chosen on this page, as the address says it. What is not said is the default. */
export interface TopologySearch extends ScopeSearch {
  level?: Level | undefined
  lens?: Lens | undefined
  /** Namespaces drawn open: `a,b`. */
  open?: string | undefined
  find?: string | undefined
  hide?: string | undefined
  /** Idle nodes are left out unless this says `show`. */
  idle?: 'show' | undefined
  /** Id of a node or an edge. */
  selected?: string | undefined
  /** Of the panel of what is selected. */
  tab?: string | undefined
  view?: 'table' | undefined
  /** Which table. */
  rows?: 'nodes' | undefined
  /** `rate` or `-rate`: a column, falling with a minus. */
  sort?: string | undefined
}

const textIn = (value: unknown, most: number): string | undefined => {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  return typeof text === 'string' && text !== '' && text.length <= most ? text : undefined
}
const oneOf = <Value extends string>(value: unknown, known: readonly Value[]): Value | undefined =>
  known.find(each => each === value)

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export function topologySearchIn(search: Record<string, unknown>): TopologySearch {
  const found: TopologySearch = {
    ns: textIn(search['ns'], 8192),
    at: textIn(search['at'], 40),
    window: textIn(search['window'], 8),
    level: oneOf(search['level'], Level.options),
    lens: oneOf(search['lens'], lenses),
    open: textIn(search['open'], 8192),
    find: textIn(search['find'], 512),
    hide: textIn(search['hide'], 512),
    idle: oneOf(search['idle'], ['show'] as const),
    selected: textIn(search['selected'], 1024),
    tab: textIn(search['tab'], 16),
    view: oneOf(search['view'], ['table'] as const),
    rows: oneOf(search['rows'], ['nodes'] as const),
    sort: textIn(search['sort'], 24),
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** What the page says when something is chosen. Choices that are steps of a walk can be stepped back. */
export type OnSearch = (patch: Partial<TopologySearch>, isStep?: boolean) => void
