import type { Labels } from '#lab/contract.ts'
import { metricName, noLabels } from '#lab/prometheus/labels.ts'
import { type Expr, unwrap } from './ast.ts'
import { emptyVector, filterValues, rowCount, type ScalarValue, type VectorValue, VectorBuilder } from './value.ts'

/** The value of the only row at each step; NaN where there is none or more than one. */
export function toScalar({ steps, values, present }: VectorValue): ScalarValue {
  const result = new Float64Array(steps).fill(Number.NaN)
  const counts = new Uint32Array(steps)
  for (let index = 0; index < values.length; index++) {
    const step = index % steps
    if (!present[index]) continue
    counts[step] = (counts[step] ?? 0) + 1
    result[step] = counts[step] === 1 ? (values[index] ?? 0) : Number.NaN
  }
  return { kind: 'scalar', values: result }
}

export function toVector({ values }: ScalarValue): VectorValue {
  const builder = new VectorBuilder(values.length, 1)
  for (const [step, value] of values.entries()) builder.set(step, value)
  builder.end(noLabels)
  return builder.build()
}

/** 1 at the steps at which the vector is empty. */
export function absent({ steps, present }: VectorValue, labels: Labels): VectorValue {
  const seen = new Uint8Array(steps)
  for (let index = 0; index < present.length; index++) if (present[index]) seen[index % steps] = 1
  const builder = new VectorBuilder(steps, 1)
  for (const [step, isSeen] of seen.entries()) if (!isSeen) builder.set(step, 1)
  builder.end(labels)
  return builder.build()
}

/** The labels an absent series would have: what the selector demands with `=`, each once. */
export function labelsOfAbsent(argument: Expr): Labels {
  const expr = unwrap(argument)
  const selector = expr.kind === 'matrix' ? expr.selector : expr
  if (selector.kind !== 'selector') return noLabels
  const labels: Record<string, string> = {}
  const seen = new Set<string>()
  for (const { name, op, value } of selector.matchers) {
    if (name === metricName) continue
    if (op === '=' && !seen.has(name)) {
      seen.add(name)
      if (value !== '') labels[name] = value
    } else delete labels[name]
  }
  return labels
}

/** By value, NaN last either way. Ranges have no order of rows, so only a single step is sorted. */
export function sortRows(vector: VectorValue, direction: 'up' | 'down'): VectorValue {
  if (vector.steps !== 1) return vector
  const { labels, values } = vector
  const sign = direction === 'up' ? 1 : -1
  const rank = (row: number) => values[row] ?? 0
  const order = [...labels.keys()].sort((a, b) => {
    if (Number.isNaN(rank(a)) || Number.isNaN(rank(b)))
      return Number(Number.isNaN(rank(a))) - Number(Number.isNaN(rank(b)))
    return rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -sign : sign
  })
  const builder = new VectorBuilder(1, rowCount(vector))
  for (const row of order) {
    builder.set(0, values[row] ?? 0)
    builder.end(labels[row] ?? noLabels)
  }
  return builder.build()
}

/** Values held between bounds; nothing at the steps at which the bounds contradict each other. */
export function clampValues(
  vector: VectorValue,
  low: Float64Array,
  high: Float64Array,
  clamp: (value: number, low: number, high: number) => number,
): VectorValue {
  return filterValues(vector, (value, step) => {
    const [least, most] = [low[step] ?? 0, high[step] ?? 0]
    return most < least ? undefined : clamp(value, least, most)
  })
}

/** Functions of native histograms find none among floats. */
export const nothing = ({ steps }: VectorValue): VectorValue => emptyVector(steps)
