import type { Series } from '#bff/sources/source.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

/** What a counter did within a window, as far as looks at it tell. */
export interface Progress {
  counted: number
  /** The look that first saw the last increase: it happened within the step before; null: there was none. */
  lastSeen: EpochMilliseconds | null
  /** The first look at which the counter was there. */
  since: EpochMilliseconds
}

/** A day is looked at every six minutes, an hour every minute: some hundred looks, whatever the window. */
export const stepOf = (window: Seconds): Seconds => Math.max(60, Math.round(window / 240))

/** A counter that falls was restarted: what it shows then was counted since. One that appears within the window began at 0. */
export function progressOf({ times, values }: Series, start: EpochMilliseconds, step: Seconds): Progress | null {
  const [since] = times
  if (since === undefined) return null
  let before = since > start + step * 1000 ? 0 : (values[0] ?? 0)
  let [counted, lastSeen] = [0, null as EpochMilliseconds | null]
  for (const [index, value] of values.entries()) {
    const more = value >= before ? value - before : value
    if (more > 0) [counted, lastSeen] = [counted + more, times[index] ?? lastSeen]
    before = value
  }
  return { counted, lastSeen, since }
}

export const together = (one: Progress, other: Progress): Progress => ({
  counted: one.counted + other.counted,
  lastSeen: one.lastSeen === null ? other.lastSeen : Math.max(one.lastSeen, other.lastSeen ?? 0),
  since: Math.min(one.since, other.since),
})
