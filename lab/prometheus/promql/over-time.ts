import type { RangeFunction, Window } from './range-call.ts'
import { KahanSum, keepsInfiniteMean, quantileOf } from './sums.ts'

function* valuesOf({ values, from, to }: Window): Generator<number> {
  for (let index = from; index < to; index++) yield values[index] ?? 0
}

const sum: RangeFunction = window => {
  const total = new KahanSum()
  for (const value of valuesOf(window)) total.add(value)
  return Math.abs(total.rough) === Number.POSITIVE_INFINITY ? total.rough : total.exact
}

const average: RangeFunction = window => {
  const mean = new KahanSum()
  let count = 0
  for (const value of valuesOf(window)) {
    count++
    if (!keepsInfiniteMean(mean.rough, value)) mean.add(value / count - mean.rough / count)
  }
  return Math.abs(mean.rough) === Number.POSITIVE_INFINITY ? mean.rough : mean.exact
}

const variance = (window: Window): number => {
  const mean = new KahanSum()
  const squares = new KahanSum()
  let count = 0
  for (const value of valuesOf(window)) {
    count++
    const delta = value - mean.exact
    mean.add(delta / count)
    squares.add(delta * (value - mean.exact))
  }
  return squares.exact / count
}

/** The extreme value; a NaN counts only when there is nothing else. */
const extreme =
  (isBetter: (value: number, best: number) => boolean): RangeFunction =>
  window => {
    let best = window.values[window.from] ?? 0
    for (const value of valuesOf(window)) if (isBetter(value, best) || Number.isNaN(best)) best = value
    return best
  }

/** The `…_over_time` functions. The window has at least one sample. */
export const overTime: Record<string, RangeFunction> = {
  sum_over_time: sum,
  avg_over_time: average,
  min_over_time: extreme((value, best) => value < best),
  max_over_time: extreme((value, best) => value > best),
  count_over_time: window => window.to - window.from,
  last_over_time: window => window.values[window.to - 1] ?? 0,
  present_over_time: () => 1,
  stddev_over_time: window => Math.sqrt(variance(window)),
  stdvar_over_time: variance,
  quantile_over_time: (window, [q = 0]) => quantileOf(q, [...valuesOf(window)]),
}
