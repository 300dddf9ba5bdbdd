import { aggregate } from './aggregate.ts'
import type { Expr, UnaryExpr } from './ast.ts'
import { evaluateBinary } from './binary.ts'
import { evaluateCall } from './call.ts'
import type { Scope } from './scope.ts'
import { selectInstant } from './select.ts'
import { mapValues, nameless, type Value } from './value.ts'

/** The value of a checked expression at every step of the scope. Range vectors exist only inside calls. */
export function evaluate(expr: Expr, scope: Scope): Value {
  switch (expr.kind) {
    case 'number':
      return { kind: 'scalar', values: new Float64Array(scope.count).fill(expr.value) }
    case 'string':
      return { kind: 'string', value: expr.value }
    case 'paren':
      return evaluate(expr.expr, scope)
    case 'selector':
      return selectInstant(scope, expr)
    case 'unary':
      return evaluateUnary(expr, scope)
    case 'binary':
      return evaluateBinary(expr, evaluate(expr.left, scope), evaluate(expr.right, scope))
    case 'aggregate': {
      const param = expr.param && evaluate(expr.param, scope)
      const vector = evaluate(expr.expr, scope)
      if (vector.kind !== 'vector') throw new Error(`${expr.op} over a ${vector.kind}`)
      return aggregate(expr, vector, param, scope.onTie)
    }
    case 'call':
      return evaluateCall(expr, scope, evaluate)
    case 'matrix':
    case 'subquery':
      throw new Error('a range vector outside a function call')
  }
}

function evaluateUnary({ op, expr }: UnaryExpr, scope: Scope): Value {
  const value = evaluate(expr, scope)
  if (op === '+') return value
  switch (value.kind) {
    case 'scalar':
      return { kind: 'scalar', values: value.values.map(number => -number) }
    case 'vector':
      return nameless(
        mapValues(value, number => -number),
        'refuse',
      )
    case 'string':
      throw new Error('a sign before a string')
  }
}
