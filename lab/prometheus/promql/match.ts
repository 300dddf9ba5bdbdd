import type { Labels } from '#lab/contract.ts'
import { dropName, dropper, keeper, keyOf, showLabels, withLabel } from '#lab/prometheus/labels.ts'
import type { BinaryExpr, VectorMatching } from './ast.ts'
import { executionError } from './error.ts'
import { dropsName, operate } from './operators.ts'
import { matchingShape, signer } from './signature.ts'
import { joinRows, type VectorValue, VectorBuilder } from './value.ts'

/** Arithmetic and comparison between two instant vectors, one-to-one or with group_left / group_right. */
export function matchVectors(expr: BinaryExpr, left: VectorValue, right: VectorValue): VectorValue {
  const { matching, op, bool } = expr
  const isSwapped = matching.group === 'right'
  const [many, one] = isSwapped ? [right, left] : [left, right]
  const { steps } = many
  const run = operate(op, bool, 'left')
  const sign = signer(matching)
  const oneRows = Map.groupBy(one.labels.keys(), row => sign(one.labels[row] ?? {}))
  checkOneSide(expr, many, one, oneRows)
  const taken = new Taken(matching, steps)
  const labelsOf = resultLabels(expr)
  const builder = new VectorBuilder(steps, many.labels.length)

  for (const [row, manyLabels] of many.labels.entries()) {
    const signature = sign(manyLabels)
    for (const oneRow of oneRows.get(signature) ?? []) {
      const labels = labelsOf(manyLabels, one.labels[oneRow] ?? {})
      const claim = taken.claims(signature, labels)
      for (let step = 0; step < steps; step++) {
        const [at, oneAt] = [row * steps + step, oneRow * steps + step]
        if (!many.present[at] || !one.present[oneAt]) continue
        const [value, other] = [many.values[at] ?? 0, one.values[oneAt] ?? 0]
        const result = isSwapped ? run(other, value) : run(value, other)
        if (result === undefined) continue
        claim(step)
        builder.set(step, result)
      }
      builder.end(labels)
    }
  }
  return joinRows(builder.build())
}

/** On the "one" side a signature may occur once per step. Steps at which the other side is empty are not looked at. */
function checkOneSide(expr: BinaryExpr, many: VectorValue, one: VectorValue, oneRows: Map<string, number[]>): void {
  const { steps } = one
  const manyHas = (step: number) => many.labels.some((_, row) => many.present[row * steps + step])
  for (const rows of oneRows.values()) {
    if (rows.length === 1) continue
    for (let step = 0; step < steps; step++) {
      const [first, second] = rows.filter(row => one.present[row * steps + step])
      if (first === undefined || second === undefined || !manyHas(step)) continue
      const side = expr.matching.group === 'right' ? 'left' : 'right'
      const group = showLabels(matchingShape(expr.matching)(one.labels[first] ?? {}))
      const pair = [second, first].map(row => showLabels(one.labels[row] ?? {})).join(', ')
      throw executionError(
        `found duplicate series for the match group ${group} on the ${side} hand-side of the operation: [${pair}];` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      )
    }
  }
}

/** Remembers which results exist at which step, to refuse second ones. */
class Taken {
  readonly #steps = new Map<string, Uint8Array>()
  readonly #matching: VectorMatching
  readonly #count: number

  constructor(matching: VectorMatching, count: number) {
    this.#matching = matching
    this.#count = count
  }

  /** A function to call for each result of one pair of rows; throws where another pair was there before. */
  claims(signature: string, labels: Labels): (step: number) => void {
    const isGrouped = this.#matching.group !== undefined
    const key = isGrouped ? `${signature}\n${keyOf(labels)}` : signature
    const steps = this.#steps.get(key) ?? new Uint8Array(this.#count)
    this.#steps.set(key, steps)
    return step => {
      if (steps[step])
        throw executionError(
          isGrouped
            ? 'multiple matches for labels: grouping labels must ensure unique matches'
            : 'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
        )
      steps[step] = 1
    }
  }
}

function resultLabels({ op, bool, matching }: BinaryExpr): (many: Labels, one: Labels) => Labels {
  const { on, labels, group, include } = matching
  const shape = group ? undefined : on ? keeper(labels) : dropper(labels)
  return (many, one) => {
    // The name goes last: an `on (__name__)` keeps it as a label until a `bool` takes it.
    let result = dropsName(op) ? dropName(many) : many
    if (shape) result = shape(result)
    for (const name of include) result = withLabel(result, name, one[name] ?? '')
    return bool ? dropName(result) : result
  }
}
