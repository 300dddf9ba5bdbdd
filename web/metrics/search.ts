/** What is chosen of the charts, as the address says it. What is not said is the default. */
export interface MetricsSearch {
  range?: string | undefined
  /** Milliseconds since the epoch, both or none. */
  from?: string | undefined
  to?: string | undefined
  direction?: string | undefined
  split?: string | undefined
  reporter?: string | undefined
  compare?: string | undefined
  q?: string | undefined
}
export type OnMetricsSearch = (patch: Partial<MetricsSearch>) => void

export const ranges = ['900', '3600', '10800', '43200', '86400', '604800'] as const
export const splits = ['none', 'version', 'caller', 'code', 'flag', 'protocol'] as const
export const reporters = ['auto', 'destination', 'source'] as const
export const compares = ['none', 'hour', 'day', 'week'] as const
export const shifts = { none: 0, hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const

export const oneOf = <Value extends string>(text: string | undefined, known: readonly Value[], rest: Value): Value =>
  known.find(each => each === text) ?? rest

/** `from` and `to` where both are moments in order. */
export function spanIn({ from, to }: MetricsSearch): { from: string; to: string } | null {
  if (from === undefined || to === undefined || !/^\d{1,15}$/.test(from) || !/^\d{1,15}$/.test(to)) return null
  return Number(from) < Number(to) ? { from, to } : null
}
