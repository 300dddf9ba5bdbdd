import type { Labels, SampleStore } from '#lab/contract.ts'
import { compareLabels, noLabels } from '#lab/prometheus/labels.ts'
import { type Expr, unwrap } from './ast.ts'
import { check } from './check.ts'
import { PromqlError } from './error.ts'
import { evaluate } from './eval.ts'
import { parsePromql } from './parse.ts'
import { Budget, type Scope } from './scope.ts'
import { selectRange } from './select.ts'
import type { Value, VectorValue } from './value.ts'

export interface QueryOptions {
  store: SampleStore
  /** Milliseconds. Default: Prometheus' 5 minutes. */
  lookback?: number
  /** Milliseconds: the step of subqueries that name none. Default: Prometheus' evaluation interval, 1 minute. */
  subqueryStep?: number
  /** Default: Prometheus' 50 million. */
  maxSamples?: number
  /** Whether the query's time is over; asked now and then. */
  isLate?: () => boolean
  /** Told when topk or bottomk had to choose between equal elements: another engine may choose others. */
  onTie?: () => void
}

/** Times in milliseconds. */
export interface MatrixSeries {
  labels: Labels
  times: Float64Array
  values: Float64Array
}

export type QueryResult =
  | { type: 'scalar'; time: number; value: number }
  | { type: 'string'; time: number; value: string }
  | { type: 'vector'; time: number; labels: Labels[]; values: Float64Array }
  | { type: 'matrix'; series: MatrixSeries[] }

/** Evaluates a query at one time (milliseconds). Throws a PromqlError. */
export function instantQuery(query: string, time: number, options: QueryOptions): QueryResult {
  const expr = parsePromql(query)
  const scope = scopeOf({ start: time, end: time, step: 1 }, options)
  const range = unwrap(expr)
  if (range.kind === 'matrix' || range.kind === 'subquery') return rangeVector(range, scope)
  const value = evaluate(expr, scope)
  switch (value.kind) {
    case 'scalar':
      return { type: 'scalar', time, value: value.values[0] ?? Number.NaN }
    case 'string':
      return { type: 'string', time, value: value.value }
    case 'vector':
      return { type: 'vector', time, labels: value.labels, values: value.values }
  }
}

/** Evaluates a query at start, start + step, … up to end (milliseconds). Throws a PromqlError. */
export function rangeQuery(
  query: string,
  steps: { start: number; end: number; step: number },
  options: QueryOptions,
): QueryResult {
  const expr = parsePromql(query)
  const type = check(query, expr)
  if (type !== 'scalar' && type !== 'instant vector')
    throw new PromqlError(
      'bad_data',
      `invalid expression type "${type}" for range query, must be Scalar or instant Vector`,
    )
  const scope = scopeOf(steps, options)
  const series = toSeries(evaluate(expr, scope), scope)
  return { type: 'matrix', series: series.sort((a, b) => compareLabels(a.labels, b.labels)) }
}

function scopeOf({ start, end, step }: { start: number; end: number; step: number }, options: QueryOptions): Scope {
  const {
    store,
    lookback = 300_000,
    subqueryStep = 60_000,
    maxSamples = 50_000_000,
    isLate = () => false,
    onTie,
  } = options
  const count = Math.floor((end - start) / step) + 1
  const budget = new Budget(maxSamples, isLate)
  return { store, budget, start, step, count, queryStart: start, queryEnd: end, lookback, subqueryStep, onTie }
}

function rangeVector(expr: Extract<Expr, { kind: 'matrix' | 'subquery' }>, scope: Scope): QueryResult {
  const { series, range, reference } = selectRange(
    scope,
    expr,
    (inner, subquery) => evaluate(subquery.expr, inner) as VectorValue,
  )
  const [from, to] = [reference.first - range, reference.first]
  const cut = series.map(({ labels, times, values }) => {
    scope.budget.spend(times.length)
    const first = times.findIndex(time => time >= from)
    const last = times.findLastIndex(time => time <= to)
    const isEmpty = first < 0 || last < first
    return {
      labels,
      times: isEmpty ? new Float64Array() : times.subarray(first, last + 1),
      values: isEmpty ? new Float64Array() : values.subarray(first, last + 1),
    }
  })
  return { type: 'matrix', series: cut.filter(({ times }) => times.length > 0) }
}

function toSeries(value: Value, scope: Scope): MatrixSeries[] {
  const timesOf = (steps: Iterable<number>) => Float64Array.from(steps, step => scope.start + step * scope.step)
  switch (value.kind) {
    case 'string':
      throw new Error('a string over a range')
    case 'scalar':
      return [{ labels: noLabels, times: timesOf(value.values.keys()), values: value.values }]
    case 'vector': {
      const { steps, labels, values, present } = value
      return labels.map((rowLabels, row) => {
        const own: number[] = []
        for (let step = 0; step < steps; step++) if (present[row * steps + step]) own.push(step)
        const pick = Float64Array.from(own, step => values[row * steps + step] ?? 0)
        return { labels: rowLabels, times: timesOf(own), values: pick }
      })
    }
  }
}
