/**
 * What the whole page speaks about: which namespaces, and when. It lives in the address as `ns`, `at` and `window`; this
 * file is the only place that reads and writes those three words.
 */
export interface Scope {
  /** Empty: every namespace. */
  namespaces: readonly string[]
  /** Milliseconds since the epoch; null: live. */
  at: number | null
  /** Seconds; null: what the scrape interval asks for. */
  window: number | null
}

export interface ScopeSearch {
  ns?: string | undefined
  at?: string | undefined
  window?: string | undefined
}

const namespace = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/

/** Names of an `a,b` in the address: what is not a namespace name is dropped, not shown as an error. */
export const namespacesIn = (text: string | undefined): string[] =>
  [...new Set((text ?? '').split(',').filter(name => namespace.test(name)))].sort()

const momentIn = (text: string | undefined): number | null => {
  const at = text === undefined ? Number.NaN : /^\d+$/.test(text) ? Number(text) : Date.parse(text)
  return Number.isFinite(at) && at > 0 && at < 8.64e15 ? at : null
}

const windowIn = (text: string | undefined): number | null => {
  const seconds = Number(text ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 1 && seconds <= 86_400 ? seconds : null
}

export const scopeIn = (search: ScopeSearch): Scope => ({
  namespaces: namespacesIn(search.ns),
  at: momentIn(search.at),
  window: windowIn(search.window),
})

/** Canonical words for the address: what says nothing is left out. */
export const scopeSearch = (scope: Scope): ScopeSearch => ({
  ns: scope.namespaces.length === 0 ? undefined : scope.namespaces.join(','),
  at: scope.at === null ? undefined : new Date(scope.at).toISOString().replace('.000Z', 'Z'),
  window: scope.window === null ? undefined : String(scope.window),
})
