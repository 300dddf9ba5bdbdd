import type { Matcher } from '#lab/contract.ts'

/** Prometheus' names of the types an expression can have. */
export type ValueType = 'scalar' | 'instant vector' | 'range vector' | 'string'

export type ArithmeticOp = '+' | '-' | '*' | '/' | '%' | '^' | 'atan2'
export type ComparisonOp = '==' | '!=' | '<' | '<=' | '>' | '>='
export type SetOp = 'and' | 'or' | 'unless'
export type BinaryOp = ArithmeticOp | ComparisonOp | SetOp

export const aggregateOps = [
  'sum',
  'min',
  'max',
  'avg',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
] as const
export type AggregateOp = (typeof aggregateOps)[number]

/** The time an `@` names: milliseconds, or a bound of the whole query. */
export type At = number | 'start' | 'end'

/** Offsets into the query's text. */
interface Place {
  from: number
  to: number
}

interface Shift {
  /** Milliseconds, positive into the past. */
  offset: number
  at: At | undefined
}

export interface VectorMatching {
  on: boolean
  labels: string[]
  group: 'left' | 'right' | undefined
  include: string[]
}

export type NumberExpr = Place & { kind: 'number'; value: number }
export type StringExpr = Place & { kind: 'string'; value: string }
export type SelectorExpr = Place & Shift & { kind: 'selector'; name: string; matchers: Matcher[] }
/** `range` in milliseconds. */
export type MatrixExpr = Place & { kind: 'matrix'; selector: SelectorExpr; range: number }
/** `range` and `step` in milliseconds; no step means the server's evaluation interval. */
export type SubqueryExpr = Place & Shift & { kind: 'subquery'; expr: Expr; range: number; step: number | undefined }
export type UnaryExpr = Place & { kind: 'unary'; op: '+' | '-'; expr: Expr }
export type BinaryExpr = Place & {
  kind: 'binary'
  op: BinaryOp
  opFrom: number
  left: Expr
  right: Expr
  bool: boolean
  matching: VectorMatching
}
export type AggregateExpr = Place & {
  kind: 'aggregate'
  op: AggregateOp
  expr: Expr
  param: Expr | undefined
  grouping: string[]
  without: boolean
}
export type CallExpr = Place & { kind: 'call'; name: string; args: Expr[] }
export type ParenExpr = Place & { kind: 'paren'; expr: Expr }

export type Expr =
  | NumberExpr
  | StringExpr
  | SelectorExpr
  | MatrixExpr
  | SubqueryExpr
  | UnaryExpr
  | BinaryExpr
  | AggregateExpr
  | CallExpr
  | ParenExpr

const comparisons = new Set<string>(['==', '!=', '<', '<=', '>', '>='])
const sets = new Set<string>(['and', 'or', 'unless'])

export const isComparison = (op: BinaryOp): op is ComparisonOp => comparisons.has(op)
export const isSetOp = (op: BinaryOp): op is SetOp => sets.has(op)

/** The expression inside any number of parentheses. */
export function unwrap(expr: Expr): Expr {
  return expr.kind === 'paren' ? unwrap(expr.expr) : expr
}
