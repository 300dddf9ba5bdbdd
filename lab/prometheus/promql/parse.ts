import type { Matcher } from '#lab/contract.ts'
import type { Expr } from './ast.ts'
import { check } from './check.ts'
import { climb } from './climb.ts'
import { parseError } from './error.ts'
import { readTree } from './grammar.ts'
import { children } from './tree.ts'

/**
 * PromQL of Prometheus 2.42 to a checked syntax tree. Throws a PromqlError of kind bad_data whose message begins with
 * line and column.
 */
export function parsePromql(query: string): Expr {
  const expr = parse(query)
  check(query, expr)
  return expr
}

/** A series selector as `match[]` takes it: a metric, braces, or both, and nothing else. May select everything. */
export function parseSelector(text: string): Matcher[] {
  const expr = parse(text)
  const isPlain = expr.kind === 'selector' && expr.offset === 0 && expr.at === undefined
  if (isPlain) return expr.matchers
  throw parseError(text, expr.from, `${text} is no series selector`)
}

function parse(query: string): Expr {
  const source = readTree(query)
  const [first] = children(source.tree.topNode)
  if (!first) throw new Error(`the grammar made nothing of ${query}`)
  return climb(source, first)
}
