import { executionError } from './error.ts'
import type { RangeFunction, Window } from './range-call.ts'
import { KahanSum } from './sums.ts'

const first = ({ values, from }: Window): number => values[from] ?? 0
const last = ({ values, to }: Window): number => values[to - 1] ?? 0
const lengthOf = ({ from, to }: Window): number => to - from

/**
 * rate, increase and delta as 2.42 extrapolates them: up to the bounds of the range where samples come close to them
 * (within 1.1 times their mean distance), else by half that distance; a counter never to below zero.
 */
function extrapolated(window: Window, isCounter: boolean, isRate: boolean): number | undefined {
  const { times, values, from, to, rangeStart, rangeEnd } = window
  const count = lengthOf(window)
  if (count < 2) return undefined
  const [firstTime, lastTime] = [times[from] ?? 0, times[to - 1] ?? 0]
  let result = last(window) - first(window)
  if (isCounter) {
    let previous = 0
    for (let index = from; index < to; index++) {
      const value = values[index] ?? 0
      if (value < previous) result += previous
      previous = value
    }
  }
  let toStart = (firstTime - rangeStart) / 1000
  const toEnd = (rangeEnd - lastTime) / 1000
  const sampled = (lastTime - firstTime) / 1000
  const meanDistance = sampled / (count - 1)
  if (isCounter && result > 0 && first(window) >= 0) toStart = Math.min(toStart, sampled * (first(window) / result))
  const threshold = meanDistance * 1.1
  const extended =
    sampled + (toStart < threshold ? toStart : meanDistance / 2) + (toEnd < threshold ? toEnd : meanDistance / 2)
  const factor = extended / sampled
  return result * (isRate ? factor / ((rangeEnd - rangeStart) / 1000) : factor)
}

function instant({ times, values, from, to }: Window, isRate: boolean): number | undefined {
  if (to - from < 2) return undefined
  const [before, now] = [values[to - 2] ?? 0, values[to - 1] ?? 0]
  const seconds = ((times[to - 1] ?? 0) - (times[to - 2] ?? 0)) / 1000
  if (seconds === 0) return undefined
  if (!isRate) return now - before
  return (now < before ? now : now - before) / seconds
}

/** Least squares through the window, with x in seconds from `origin` (milliseconds). */
function regression({ times, values, from, to }: Window, origin: number): { slope: number; intercept: number } {
  const [x, y, xy, xx] = [new KahanSum(), new KahanSum(), new KahanSum(), new KahanSum()]
  const start = values[from] ?? 0
  let isConstant = true
  for (let index = from; index < to; index++) {
    const value = values[index] ?? 0
    const seconds = ((times[index] ?? 0) - origin) / 1000
    if (index > from && value !== start) isConstant = false
    x.add(seconds)
    y.add(value)
    xy.add(seconds * value)
    xx.add(seconds * seconds)
  }
  if (isConstant)
    return Number.isFinite(start) || Number.isNaN(start)
      ? { slope: 0, intercept: start }
      : { slope: Number.NaN, intercept: Number.NaN }
  const count = to - from
  const covariance = xy.exact - (x.exact * y.exact) / count
  const variance = xx.exact - (x.exact * x.exact) / count
  const slope = covariance / variance
  return { slope, intercept: y.exact / count - (slope * x.exact) / count }
}

const deriv: RangeFunction = window =>
  lengthOf(window) < 2 ? undefined : regression(window, window.times[window.from] ?? 0).slope

const predictLinear: RangeFunction = (window, [ahead = 0]) => {
  if (lengthOf(window) < 2) return undefined
  const { slope, intercept } = regression(window, window.now)
  return slope * ahead + intercept
}

/** Double exponential smoothing. */
const holtWinters: RangeFunction = ({ values, from, to }, [level = 0, trend = 0]) => {
  if (!(level > 0 && level < 1))
    throw executionError(`invalid smoothing factor. Expected: 0 < sf < 1, got: ${level.toFixed(6)}`)
  if (!(trend > 0 && trend < 1))
    throw executionError(`invalid trend factor. Expected: 0 < tf < 1, got: ${trend.toFixed(6)}`)
  if (to - from < 2) return undefined
  let before = 0
  let smoothed = values[from] ?? 0
  let slope = (values[from + 1] ?? 0) - smoothed
  for (let index = from + 1; index < to; index++) {
    if (index > from + 1) slope = trend * (smoothed - before) + (1 - trend) * slope
    const next = level * (values[index] ?? 0) + (1 - level) * (smoothed + slope)
    before = smoothed
    smoothed = next
  }
  return smoothed
}

/** How many neighbours the claim holds for. */
const neighbours =
  (holds: (before: number, now: number) => boolean): RangeFunction =>
  ({ values, from, to }) => {
    let count = 0
    for (let index = from + 1; index < to; index++) if (holds(values[index - 1] ?? 0, values[index] ?? 0)) count++
    return count
  }

export const rangeFunctions: Record<string, RangeFunction> = {
  rate: window => extrapolated(window, true, true),
  increase: window => extrapolated(window, true, false),
  delta: window => extrapolated(window, false, false),
  irate: window => instant(window, true),
  idelta: window => instant(window, false),
  deriv,
  predict_linear: predictLinear,
  holt_winters: holtWinters,
  changes: neighbours((before, now) => now !== before && !(Number.isNaN(now) && Number.isNaN(before))),
  resets: neighbours((before, now) => now < before),
}
