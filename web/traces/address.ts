import type { ScopeSearch } from '#web/api/scope.ts'

/** Everything that is chosen on the search, as the address says it. What is not said is the default. */
export interface TracesSearch extends ScopeSearch {
  service?: string | undefined
  operation?: string | undefined
  /** A service that took part as well: `app.namespace`. */
  caller?: string | undefined
  /** `k=v,k=v`. */
  tags?: string | undefined
  /** Milliseconds. */
  min?: string | undefined
  max?: string | undefined
  error?: '1' | undefined
  /** Milliseconds since the epoch. */
  from?: string | undefined
  to?: string | undefined
  /** `1h`: until now. */
  range?: string | undefined
  limit?: string | undefined
  /** `duration` rises, `-duration` falls. */
  sort?: string | undefined
  /** Ids of one or two traces: `a,b`. */
  picked?: string | undefined
  /** The list unless this says otherwise. */
  view?: 'together' | undefined
}

const textIn = (value: unknown, most: number): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' && text.length <= most ? text : undefined
}
const numberIn = (value: unknown): string | undefined => {
  const text = textIn(value, 20)
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? text : undefined
}

const id = /^[0-9a-f]{1,32}$/i

/** Takes what it understands and drops the rest: a half-broken link still opens. */
export function tracesSearchIn(search: Record<string, unknown>): TracesSearch {
  const found: TracesSearch = {
    ns: textIn(search['ns'], 8192),
    at: textIn(search['at'], 40),
    window: textIn(search['window'], 8),
    service: textIn(search['service'], 256),
    operation: textIn(search['operation'], 1024),
    caller: textIn(search['caller'], 256),
    tags: textIn(search['tags'], 4096),
    min: numberIn(search['min']),
    max: numberIn(search['max']),
    error: search['error'] === '1' || search['error'] === 1 ? '1' : undefined,
    from: numberIn(search['from']),
    to: numberIn(search['to']),
    range: textIn(search['range'], 8),
    limit: numberIn(search['limit']),
    sort: textIn(search['sort'], 24),
    picked: pickedText(pickedIn(textIn(search['picked'], 80))),
    view: search['view'] === 'together' ? 'together' : undefined,
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined))
}

/** What the page says when something is chosen. Choices that are steps of a walk can be stepped back. */
export type OnSearch = (patch: Partial<TracesSearch>, isStep?: boolean) => void
export type OnGo = (href: string) => void

export const pickedIn = (text: string | undefined): string[] =>
  [...new Set((text ?? '').split(',').filter(each => id.test(each)))].slice(-2)
export const pickedText = (ids: readonly string[]): string | undefined => (ids.length === 0 ? undefined : ids.join(','))

/** Two at most: a third takes the place of the one that was picked first. */
export const pick = (picked: readonly string[], chosen: string): string[] =>
  picked.includes(chosen) ? picked.filter(each => each !== chosen) : [...picked, chosen].slice(-2)

/** An id somebody pasted, as tools write it: with or without dashes and leading zeros; null where it is none. */
export function traceIdIn(text: string): string | null {
  const bare = text.trim().replaceAll('-', '').toLowerCase()
  return id.test(bare) ? bare : null
}
