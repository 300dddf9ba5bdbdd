import type { ArithmeticOp, BinaryOp, ComparisonOp } from './ast.ts'
import { isComparison } from './ast.ts'

type NonSetOp = ArithmeticOp | ComparisonOp

const arithmetic: Record<ArithmeticOp, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
  '^': power,
  atan2: Math.atan2,
}

const comparison: Record<ComparisonOp, (a: number, b: number) => boolean> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
}

/** Go's Pow: 1 to any power is 1, and so is -1 to an infinite one. JavaScript says NaN. */
function power(a: number, b: number): number {
  if (a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY)) return 1
  return a ** b
}

/** Whether the result is no longer the metric it was. Prometheus 2.42 forgot atan2 there. */
export const dropsName = (op: BinaryOp): boolean => !isComparison(op) && op !== 'atan2'

/** The result of `a op b`; undefined where a comparison without `bool` does not hold. `kept` is what stays if it does. */
export function operate(
  op: BinaryOp,
  bool: boolean,
  kept: 'left' | 'right',
): (a: number, b: number) => number | undefined {
  const checked = op as NonSetOp
  if (!isComparison(checked)) return arithmetic[checked]
  const holds = comparison[checked]
  if (bool) return (a, b) => (holds(a, b) ? 1 : 0)
  return kept === 'left' ? (a, b) => (holds(a, b) ? a : undefined) : (a, b) => (holds(a, b) ? b : undefined)
}
