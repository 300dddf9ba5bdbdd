import type { AggregateOp } from './ast.ts'
import { keepsInfiniteMean } from './sums.ts'

type Fold = (values: readonly number[]) => number

const mean: Fold = values => {
  let result = values[0] ?? 0
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? 0
    const count = index + 1
    if (!keepsInfiniteMean(result, value)) result += value / count - result / count
  }
  return result
}

/** Welford's algorithm. A single value varies by 0, even NaN: Prometheus does not look at it. */
const variance: Fold = values => {
  let average = values[0] ?? 0
  let squares = 0
  for (let index = 1; index < values.length; index++) {
    const value = values[index] ?? 0
    const delta = value - average
    average += delta / (index + 1)
    squares += delta * (value - average)
  }
  return squares / values.length
}

const extreme =
  (isBetter: (value: number, best: number) => boolean): Fold =>
  values =>
    values.reduce((best, value) => (isBetter(value, best) || Number.isNaN(best) ? value : best))

/** Aggregations that make one number of the values of a group, of which there is at least one. */
export const folds: Record<Exclude<AggregateOp, 'topk' | 'bottomk' | 'quantile' | 'count_values'>, Fold> = {
  sum: values => values.reduce((total, value) => total + value),
  avg: mean,
  count: values => values.length,
  group: () => 1,
  min: extreme((value, best) => value < best),
  max: extreme((value, best) => value > best),
  stdvar: variance,
  stddev: values => Math.sqrt(variance(values)),
}
