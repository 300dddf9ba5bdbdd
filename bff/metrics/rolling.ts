import type { Series } from '#bff/sources/source.ts'
import type { Grid } from '#shared/metrics/step.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

export interface RangeQuestion {
  promql: string
  grid: Grid
  /** Its range goes with the clock: the next one begins a little later. */
  isLive?: boolean
}

type ReadRange = (
  promql: string,
  range: { start: EpochMilliseconds; end: EpochMilliseconds; step: Seconds },
  signal: AbortSignal,
) => Promise<Series[]>

/** The newest points are read again: a scrape may have come after them. */
const again = 2
/** Their values at one time depend on where the range ends. */
const boundToRange = /@\s*(start|end)\s*\(/

/**
 * Ranges that go with the clock are read whole once; then only what is new is asked for, and put behind what is known.
 * Every step of a range stands for itself, so it is what a whole reading would find.
 */
export function rollingRange(
  read: ReadRange,
  most = 256,
): (question: RangeQuestion, signal: AbortSignal) => Promise<Series[]> {
  const kept = new Map<string, { grid: Grid; series: Series[] }>()
  return async ({ promql, grid, isLive = false }, signal) => {
    const ask = (start: EpochMilliseconds) => read(promql, { start, end: grid.to, step: grid.step }, signal)
    if (!isLive || boundToRange.test(promql)) return ask(grid.from)
    const key = JSON.stringify([promql, grid.step, grid.times.length])
    const before = kept.get(key)
    const start = before === undefined ? grid.from : newFrom(before.grid, grid)
    const fresh = await ask(start)
    const series = start === grid.from ? fresh : joined(before?.series ?? [], fresh, { from: grid.from, until: start })
    kept.delete(key)
    kept.set(key, { grid, series })
    const [oldest] = kept.keys()
    if (kept.size > most && oldest !== undefined) kept.delete(oldest)
    return series
  }
}

/** Where the newer of two ranges must be read from. */
function newFrom(before: Grid, after: Grid): EpochMilliseconds {
  const start = before.to - (again - 1) * before.step * 1000
  return before.from <= after.from && before.to <= after.to && start > after.from ? start : after.from
}

/** What is known `from` a moment `until` another, and what was read from there on. */
export function joined(
  known: readonly Series[],
  fresh: readonly Series[],
  { from, until }: { from: EpochMilliseconds; until: EpochMilliseconds },
): Series[] {
  const lines = new Map<string, Series>()
  for (const { metric, times, values } of known) {
    const [first, last] = [placeOf(times, from), placeOf(times, until)]
    if (last > first)
      lines.set(keyOf(metric), { metric, times: times.slice(first, last), values: values.slice(first, last) })
  }
  for (const { metric, times, values } of fresh) {
    const line = lines.get(keyOf(metric))
    lines.set(
      keyOf(metric),
      line === undefined
        ? { metric, times, values }
        : { metric, times: [...line.times, ...times], values: [...line.values, ...values] },
    )
  }
  return [...lines.values()]
}

const keyOf = (metric: Record<string, string>): string =>
  JSON.stringify(Object.entries(metric).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** The first place that is not before a moment. */
function placeOf(times: readonly EpochMilliseconds[], at: EpochMilliseconds): number {
  const place = times.findIndex(time => time >= at)
  return place < 0 ? times.length : place
}
