import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

/** Steps people can read off an axis. */
const steps = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400] as const
/** What a chart of a page's width can draw and a little more, well under what it may ask for. */
const points = 400
/** Of a whole mesh: each of its steps adds up the series of all. */
export const pointsOfMesh = 200
export const mostPoints = 1000

export interface Grid {
  from: EpochMilliseconds
  to: EpochMilliseconds
  step: Seconds
  times: EpochMilliseconds[]
  /** Of every rate: no sample falls between two steps, and four scrapes are in each. */
  window: Seconds
}

/** Where the values of a chart stand. Ends are whole steps, so that all who look at the same range ask the same. */
export function gridOf(
  from: EpochMilliseconds,
  to: EpochMilliseconds,
  scrapeInterval: Seconds,
  drawn: number = points,
): Grid {
  const span = Math.max(1, (to - from) / 1000)
  const least = Math.max(scrapeInterval, span / drawn)
  const step = steps.find(each => each >= least) ?? Math.ceil(span / drawn / 86_400) * 86_400
  const width = step * 1000
  const end = Math.floor(to / width) * width
  const count = Math.min(mostPoints, Math.max(2, Math.floor((end - from) / width) + 1))
  const times = Array.from({ length: count }, (_, index) => end - (count - 1 - index) * width)
  return { from: times[0] ?? end, to: end, step, times, window: Math.max(step, 4 * scrapeInterval) }
}
