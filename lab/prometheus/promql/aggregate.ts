import type { Labels } from '#lab/contract.ts'
import { dropper, isLabelName, keeper, keyOf, metricName, withLabel } from '#lab/prometheus/labels.ts'
import type { AggregateExpr } from './ast.ts'
import { executionError } from './error.ts'
import { folds } from './folds.ts'
import { formatPlain, formatSample } from './number.ts'
import { quantileOf } from './sums.ts'
import { hasTie, largest } from './topk.ts'
import { emptyVector, type Value, type VectorValue, VectorBuilder } from './value.ts'

type OnTie = (() => void) | undefined

interface Group {
  labels: Labels
  rows: number[]
}

/** Aggregates a vector; `param` is the value of the first argument of topk, bottomk, quantile and count_values. */
export function aggregate(
  expr: AggregateExpr,
  vector: VectorValue,
  param: Value | undefined,
  onTie: OnTie,
): VectorValue {
  const { op } = expr
  const scalars = param?.kind === 'scalar' ? param.values : new Float64Array(vector.steps)
  switch (op) {
    case 'topk':
    case 'bottomk':
      return selectExtremes(op, vector, groupsOf(expr, vector), scalars, onTie)
    case 'quantile':
      return perStep(vector, groupsOf(expr, vector), (values, step) => quantileOf(scalars[step] ?? 0, values))
    case 'count_values':
      return countValues(expr, vector, param?.kind === 'string' ? param.value : '')
    default: {
      const fold = folds[op]
      return perStep(vector, groupsOf(expr, vector), values => fold(values))
    }
  }
}

function groupingShape({ grouping, without }: AggregateExpr): (labels: Labels) => Labels {
  return without ? dropper([...grouping, metricName]) : keeper(grouping)
}

/** Groups in the order in which their first member comes. */
function groupsOf(expr: AggregateExpr, { labels }: VectorValue): Group[] {
  const shape = groupingShape(expr)
  const groups = new Map<string, Group>()
  for (const [row, rowLabels] of labels.entries()) {
    const groupLabels = shape(rowLabels)
    const key = keyOf(groupLabels)
    const group = groups.get(key)
    if (group) group.rows.push(row)
    else groups.set(key, { labels: groupLabels, rows: [row] })
  }
  return [...groups.values()]
}

function perStep(
  { steps, values, present }: VectorValue,
  groups: Group[],
  run: (values: number[], step: number) => number,
): VectorValue {
  const builder = new VectorBuilder(steps, groups.length)
  for (const { labels, rows } of groups) {
    for (let step = 0; step < steps; step++) {
      const members: number[] = []
      for (const row of rows) {
        const at = row * steps + step
        if (present[at]) members.push(values[at] ?? 0)
      }
      if (members.length > 0) builder.set(step, run(members, step))
    }
    builder.end(labels)
  }
  return builder.build()
}

/** Go's int64, which k has to fit. */
const maxInteger = 2 ** 63

function selectExtremes(
  op: 'topk' | 'bottomk',
  vector: VectorValue,
  groups: Group[],
  counts: Float64Array,
  onTie: OnTie,
): VectorValue {
  const { steps, labels, values, present } = vector
  for (const count of counts)
    if (!(count >= -maxInteger && count <= maxInteger))
      throw executionError(`Scalar value ${goGeneral(count)} overflows int64`)
  const chosen = new Uint8Array(values.length)
  /** At a single step the order of the rows is the answer's order. */
  const order: number[] = []
  for (const { rows } of groups)
    for (let step = 0; step < steps; step++) {
      const members = rows.filter(row => present[row * steps + step])
      const valueOf = (row: number) => values[row * steps + step] ?? 0
      const best = largest(members, Math.trunc(counts[step] ?? 0), valueOf, op === 'bottomk')
      if (onTie && hasTie(members, best, valueOf)) onTie()
      for (const row of best) {
        chosen[row * steps + step] = 1
        order.push(row)
      }
    }
  const builder = new VectorBuilder(steps, order.length)
  for (const row of steps === 1 ? order : labels.keys()) {
    for (let step = 0; step < steps; step++)
      if (chosen[row * steps + step]) builder.set(step, values[row * steps + step] ?? 0)
    builder.end(labels[row] ?? {})
  }
  return builder.build()
}

/** Go's %v of a float. */
const goGeneral = (value: number): string =>
  Math.abs(value) >= 1e21 || !Number.isFinite(value)
    ? formatSample(value)
    : value.toExponential().replace(/e\+(\d)$/, 'e+0$1')

function countValues(expr: AggregateExpr, vector: VectorValue, label: string): VectorValue {
  if (!isLabelName(label)) throw executionError(`invalid label name "${label}"`)
  const { steps, labels, values, present } = vector
  const shape = groupingShape(expr.without ? expr : { ...expr, grouping: [...expr.grouping, label] })
  const counts = new Map<string, { labels: Labels; counts: Float64Array }>()
  for (const [row, rowLabels] of labels.entries())
    for (let step = 0; step < steps; step++) {
      const at = row * steps + step
      if (!present[at]) continue
      const groupLabels = shape(withLabel(rowLabels, label, formatPlain(values[at] ?? 0)))
      const key = keyOf(groupLabels)
      const group = counts.get(key) ?? { labels: groupLabels, counts: new Float64Array(steps) }
      counts.set(key, group)
      group.counts[step] = (group.counts[step] ?? 0) + 1
    }
  if (counts.size === 0) return emptyVector(steps)
  const builder = new VectorBuilder(steps, counts.size)
  for (const group of counts.values()) {
    for (const [step, count] of group.counts.entries()) if (count > 0) builder.set(step, count)
    builder.end(group.labels)
  }
  return builder.build()
}
