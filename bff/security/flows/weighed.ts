import type { Sample, Series } from '#bff/sources/source.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

/** A sample of a whole window that also tells when it came. */
export interface Weighed extends Sample {
  lastSeen?: EpochMilliseconds
  /** They add up to its value. */
  hours?: number[]
}

export interface Steps {
  /** Ends of the first step and of the last. */
  start: EpochMilliseconds
  end: EpochMilliseconds
  step: Seconds
}

/**
 * An hour in steps of five minutes, a day in hours, a month in quarters of days: a month of hours would be 720 numbers for
 * every call of the mesh. A step in which nobody scrapes a few times tells nothing: it is longer then.
 */
export function stepOver(window: Seconds, scrape: Seconds): Seconds {
  const wanted = window <= 3600 ? 300 : window <= 86_400 ? 3600 : 21_600
  const least = Math.max(wanted, scrape * 4)
  const long = [wanted, 600, 900, 1800, 3600].find(step => step >= least && window % step === 0)
  if (long !== undefined) return long
  // Of a window that somebody chose: as many whole steps as there may be, of those that rules record where they fit.
  const unit = window % 300 === 0 ? 300 : 1
  let count = Math.max(1, Math.floor(window / least))
  while ((window / unit) % count !== 0) count -= 1
  return window / count
}

export const stepsOf = (window: Seconds, step: Seconds, end: EpochMilliseconds): Steps => ({
  start: end - (window - step) * 1000,
  end,
  step,
})

/**
 * What came in each step of a window → the window as a whole. `carried`: connections that were opened before and still
 * carried something in a step. That makes them seen then; where none was opened, they are one. Pure.
 */
export function weighed(series: readonly Series[], { start, end, step }: Steps): Weighed[] {
  const size = Math.round((end - start) / (step * 1000)) + 1
  const found = new Map<string, Summed>()
  for (const { metric: told, times, values } of series) {
    const { part, ...metric } = told
    const key = JSON.stringify(Object.entries(metric).sort(([a], [b]) => (a < b ? -1 : 1)))
    const one: Summed = found.get(key) ?? { metric, value: 0, hours: zeros(size), carried: zeros(size) }
    found.set(key, one)
    const into = part === 'carried' ? one.carried : one.hours
    for (const [index, time] of times.entries()) {
      const value = values[index] ?? 0
      const place = Math.round((time - start) / (step * 1000))
      if (!(value > 0) || place < 0 || place >= size) continue
      into[place] = (into[place] ?? 0) + value
      one.lastSeen = Math.max(one.lastSeen ?? 0, time)
    }
  }
  return [...found.values()].map(({ hours, carried, metric, lastSeen }) => {
    const value = sum(hours)
    const alive = carried.filter(each => each > 0).length
    const seen = lastSeen === undefined ? {} : { lastSeen }
    return value > 0 || alive === 0
      ? { metric, value, hours, ...seen }
      : { metric, value: 1, hours: carried.map(each => (each > 0 ? 1 / alive : 0)), ...seen }
  })
}

type Summed = Weighed & { hours: number[]; carried: number[] }

const zeros = (size: number): number[] => Array.from({ length: size }, () => 0)
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0)
