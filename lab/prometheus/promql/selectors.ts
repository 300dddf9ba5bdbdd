import type { Expr, SelectorExpr } from './ast.ts'

/** Every selector of an expression, in the order of its text. */
export function selectorsIn(expr: Expr): SelectorExpr[] {
  switch (expr.kind) {
    case 'number':
    case 'string':
      return []
    case 'selector':
      return [expr]
    case 'matrix':
      return [expr.selector]
    case 'binary':
      return [...selectorsIn(expr.left), ...selectorsIn(expr.right)]
    case 'call':
      return expr.args.flatMap(selectorsIn)
    case 'aggregate':
      return [...(expr.param === undefined ? [] : selectorsIn(expr.param)), ...selectorsIn(expr.expr)]
    default:
      return selectorsIn(expr.expr)
  }
}
