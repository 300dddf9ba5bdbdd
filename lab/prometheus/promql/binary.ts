import type { BinaryExpr, VectorMatching } from './ast.ts'
import { isSetOp } from './ast.ts'
import { matchVectors } from './match.ts'
import { dropsName, operate } from './operators.ts'
import { signer } from './signature.ts'
import {
  filterValues,
  joinRows,
  nameless,
  type ScalarValue,
  type Value,
  type VectorValue,
  VectorBuilder,
} from './value.ts'

/** `left op right` for operands that are already values. */
export function evaluateBinary(expr: BinaryExpr, left: Value, right: Value): Value {
  const { op, bool, matching } = expr
  if (left.kind === 'vector' && right.kind === 'vector')
    return isSetOp(op) ? combineSets(op, left, right, matching) : matchVectors(expr, left, right)
  if (left.kind === 'vector' && right.kind === 'scalar') {
    const run = operate(op, bool, 'left')
    return named(
      expr,
      filterValues(left, (value, step) => run(value, right.values[step] ?? 0)),
    )
  }
  if (left.kind === 'scalar' && right.kind === 'vector') {
    // Of a comparison the vector's value stays, on whichever side it stands.
    const run = operate(op, bool, 'right')
    return named(
      expr,
      filterValues(right, (value, step) => run(left.values[step] ?? 0, value)),
    )
  }
  if (left.kind === 'scalar' && right.kind === 'scalar') return combineScalars(expr, left, right)
  throw new Error(`no operator takes ${left.kind} and ${right.kind}`)
}

const named = ({ op, bool }: BinaryExpr, vector: VectorValue): VectorValue =>
  dropsName(op) || bool ? nameless(vector) : vector

function combineScalars({ op }: BinaryExpr, left: ScalarValue, right: ScalarValue): ScalarValue {
  // Between scalars a comparison is always written with bool.
  const run = operate(op, true, 'left')
  return { kind: 'scalar', values: left.values.map((value, step) => run(value, right.values[step] ?? 0) ?? 0) }
}

function combineSets(
  op: 'and' | 'or' | 'unless',
  left: VectorValue,
  right: VectorValue,
  matching: VectorMatching,
): VectorValue {
  const sign = signer(matching)
  if (op === 'and') return masked(left, presenceBy(right, sign), sign, true)
  if (op === 'unless') return masked(left, presenceBy(right, sign), sign, false)
  const added = masked(right, presenceBy(left, sign), sign, false)
  const { steps } = left
  const builder = new VectorBuilder(steps, left.labels.length + added.labels.length)
  for (const side of [left, added])
    for (const [row, labels] of side.labels.entries()) {
      for (let step = 0; step < steps; step++)
        if (side.present[row * steps + step]) builder.set(step, side.values[row * steps + step] ?? 0)
      builder.end(labels)
    }
  return joinRows(builder.build())
}

type Sign = ReturnType<typeof signer>

/** For each signature the steps at which some row has it. */
function presenceBy({ labels, steps, present }: VectorValue, sign: Sign): Map<string, Uint8Array> {
  const presence = new Map<string, Uint8Array>()
  for (const [row, rowLabels] of labels.entries()) {
    const signature = sign(rowLabels)
    const own = present.subarray(row * steps, (row + 1) * steps)
    const known = presence.get(signature)
    presence.set(signature, known ? known.map((value, step) => value | (own[step] ?? 0)) : own)
  }
  return presence
}

/** The values for whose signature there is, or is not, something on the other side at the same step. */
function masked(vector: VectorValue, other: Map<string, Uint8Array>, sign: Sign, wanted: boolean): VectorValue {
  const { labels, steps, values, present } = vector
  const builder = new VectorBuilder(steps, labels.length)
  for (const [row, rowLabels] of labels.entries()) {
    const mask = other.get(sign(rowLabels))
    for (let step = 0; step < steps; step++) {
      const index = row * steps + step
      if (present[index] && (mask?.[step] === 1) === wanted) builder.set(step, values[index] ?? 0)
    }
    builder.end(rowLabels)
  }
  return builder.build()
}
