import type { Labels } from '#lab/contract.ts'
import { isStale, withoutStale } from '#lab/prometheus/stale.ts'
import type { MatrixExpr, SelectorExpr, SubqueryExpr } from './ast.ts'
import { type Reference, referenceOf, type Scope, timeOf } from './scope.ts'
import { type VectorValue, VectorBuilder } from './value.ts'

/**
 * The last sample of each series within the lookback (its ends included, as 2.42 has it), at every step. `what` chooses
 * the sample's value or its own time in seconds.
 */
export function selectInstant(scope: Scope, expr: SelectorExpr, what: 'value' | 'time' = 'value'): VectorValue {
  const reference = referenceOf(scope, expr)
  const found = scope.store.select(expr.matchers, reference.first - scope.lookback, reference.last)
  const builder = new VectorBuilder(scope.count, found.length)
  for (const { labels, times, values } of found) {
    let at = -1
    for (let step = 0; step < scope.count; step++) {
      const now = reference.at(step)
      while (at + 1 < times.length && (times[at + 1] ?? 0) <= now) at++
      const time = times[at]
      if (time === undefined || time < now - scope.lookback || isStale(values, at)) continue
      builder.set(step, what === 'value' ? (values[at] ?? 0) : time / 1000)
    }
    builder.end(labels)
    scope.budget.spend(scope.count)
  }
  return builder.build()
}

/** Series with their samples, to be looked at through windows. */
export interface RangeSource {
  series: { labels: Labels; times: Float64Array; values: Float64Array }[]
  /** Milliseconds. */
  range: number
  reference: Reference
}

type EvaluateVector = (scope: Scope, subquery: SubqueryExpr) => VectorValue

/** The samples of a range vector for all steps at once. Windows are closed at both ends. */
export function selectRange(scope: Scope, expr: MatrixExpr | SubqueryExpr, evaluate: EvaluateVector): RangeSource {
  const { range } = expr
  const reference = referenceOf(scope, expr.kind === 'matrix' ? expr.selector : expr)
  const series =
    expr.kind === 'matrix'
      ? scope.store
          .select(expr.selector.matchers, reference.first - range, reference.last)
          .map(({ labels, times, values }) => ({ labels, ...withoutStale(times, values) }))
      : selectSubquery(scope, expr, reference, evaluate)
  return { series, range, reference }
}

function selectSubquery(
  scope: Scope,
  expr: SubqueryExpr,
  reference: Reference,
  evaluate: EvaluateVector,
): RangeSource['series'] {
  const step = expr.step ?? scope.subqueryStep
  // The steps of a subquery are multiples of its step, whatever the time of the query.
  const earliest = reference.first - expr.range
  const truncated = step * Math.trunc(earliest / step)
  const start = truncated < earliest ? truncated + step : truncated
  const count = Math.floor((reference.last - start) / step) + 1
  if (count <= 0) return []
  const inner = { ...scope, start, step, count }
  const { labels, values, present } = evaluate(inner, expr)
  return labels.map((rowLabels, row) => {
    const base = row * count
    const steps = Array.from({ length: count }, (_, index) => index).filter(index => present[base + index])
    return {
      labels: rowLabels,
      times: Float64Array.from(steps, index => timeOf(inner, index)),
      values: Float64Array.from(steps, index => values[base + index] ?? 0),
    }
  })
}
