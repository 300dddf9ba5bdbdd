import { selectsSomething } from '#lab/prometheus/matcher.ts'
import type { AggregateExpr, BinaryExpr, CallExpr, Expr, ValueType } from './ast.ts'
import { isComparison, isSetOp } from './ast.ts'
import { parseError } from './error.ts'
import { signatures } from './signatures.ts'

/** Checks the types inside and returns the expression's own. Throws the first error, in Prometheus' words. */
export function check(query: string, expr: Expr): ValueType {
  switch (expr.kind) {
    case 'number':
      return 'scalar'
    case 'string':
      return 'string'
    case 'selector':
      if (!selectsSomething(expr.matchers))
        throw parseError(query, expr.from, 'vector selector must contain at least one non-empty matcher')
      return 'instant vector'
    case 'matrix':
      check(query, expr.selector)
      return 'range vector'
    case 'paren':
      return check(query, expr.expr)
    case 'subquery': {
      const type = check(query, expr.expr)
      if (type !== 'instant vector')
        throw parseError(
          query,
          expr.from,
          `subquery is only allowed on instant vector, got ${type === 'range vector' ? 'matrix' : type} instead`,
        )
      return 'range vector'
    }
    case 'unary': {
      const type = check(query, expr.expr)
      if (isNumeric(type)) return type
      const message = `unary expression only allowed on expressions of type scalar or instant vector, got "${type}"`
      throw parseError(query, expr.from, message)
    }
    case 'binary':
      return checkBinary(query, expr)
    case 'aggregate':
      return checkAggregate(query, expr)
    case 'call':
      return checkCall(query, expr)
  }
}

const isNumeric = (type: ValueType): boolean => type === 'scalar' || type === 'instant vector'

function expect(query: string, expr: Expr, wanted: ValueType, context: string): void {
  const type = check(query, expr)
  if (type !== wanted) throw parseError(query, expr.from, `expected type ${wanted} in ${context}, got ${type}`)
}

function checkBinary(query: string, expr: BinaryExpr): ValueType {
  const { op, left, right, matching } = expr
  const leftType = check(query, left)
  const rightType = check(query, right)
  const areScalars = leftType === 'scalar' && rightType === 'scalar'
  const areVectors = leftType === 'instant vector' && rightType === 'instant vector'
  const atOperator = (message: string) => parseError(query, expr.opFrom, message)
  const atStart = (message: string) => parseError(query, expr.from, message)

  if (expr.bool && !isComparison(op)) throw atOperator('bool modifier can only be used on comparison operators')
  if (isComparison(op) && !expr.bool && areScalars)
    throw atOperator('comparisons between scalars must use BOOL modifier')
  const both = matching.on ? matching.labels.find(label => matching.include.includes(label)) : undefined
  if (both !== undefined) throw atOperator(`label "${both}" must not occur in ON and GROUP clause at once`)
  for (const [type, side] of [
    [leftType, left],
    [rightType, right],
  ] as const)
    if (!isNumeric(type))
      throw parseError(query, side.from, 'binary expression must contain only scalar and instant vector types')
  if (!areVectors && matching.labels.length > 0) throw atStart('vector matching only allowed between instant vectors')
  if (areVectors && isSetOp(op) && matching.group) throw atStart(`no grouping allowed for "${op}" operation`)
  if (!areVectors && isSetOp(op)) throw atStart(`set operator "${op}" not allowed in binary scalar expression`)
  return areScalars ? 'scalar' : 'instant vector'
}

function checkAggregate(query: string, expr: AggregateExpr): ValueType {
  expect(query, expr.expr, 'instant vector', 'aggregation expression')
  if (expr.param) {
    const wanted = expr.op === 'count_values' ? 'string' : 'scalar'
    expect(query, expr.param, wanted, 'aggregation parameter')
  }
  return 'instant vector'
}

function checkCall(query: string, expr: CallExpr): ValueType {
  const signature = signatures.get(expr.name)
  if (!signature) throw parseError(query, expr.from, `unknown function with name "${expr.name}"`)
  const { args, variadic } = signature
  const given = expr.args.length
  const least = variadic === 0 ? args.length : args.length - 1
  const most = variadic < 0 ? Number.POSITIVE_INFINITY : least + variadic
  if (given < least || given > most) {
    const bound = variadic === 0 ? '' : given < least ? 'at least ' : 'at most '
    const wanted = given < least ? least : most
    const message = `expected ${bound}${wanted} argument(s) in call to "${expr.name}", got ${given}`
    throw parseError(query, expr.from, message)
  }
  for (const [index, argument] of expr.args.entries()) {
    const wanted = args[Math.min(index, args.length - 1)]
    if (wanted) expect(query, argument, wanted, `call to function "${expr.name}"`)
  }
  return signature.returns
}
