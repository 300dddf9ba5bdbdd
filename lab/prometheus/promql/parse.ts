import type { Expr } from './ast.ts'
import { check } from './check.ts'
import { climb } from './climb.ts'
import { readTree } from './grammar.ts'

/**
 * PromQL of Prometheus 2.42 to a checked syntax tree. Throws a PromqlError of kind bad_data whose message begins with
 * line and column.
 */
export function parsePromql(query: string): Expr {
  const source = readTree(query)
  const root = source.tree.topNode.firstChild
  const first = root?.name === 'LineComment' ? lastNamed(root.nextSibling) : root
  if (!first) throw new Error(`the grammar made nothing of ${query}`)
  const expr = climb(source, first)
  check(query, expr)
  return expr
}

/** Comments are nodes too; the expression is what is none. */
function lastNamed<T extends { name: string; nextSibling: T | null }>(node: T | null): T | null {
  return node?.name === 'LineComment' ? lastNamed(node.nextSibling) : node
}
