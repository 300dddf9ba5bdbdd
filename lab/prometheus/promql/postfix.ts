import type { SyntaxNode } from '@lezer/common'
import type { At, Expr, MatrixExpr, SelectorExpr, SubqueryExpr } from './ast.ts'
import { parseError } from './error.ts'
import { type Source, unexpected } from './grammar.ts'
import { parseNumberLiteral } from './number.ts'
import { children, readDuration, tokensIn } from './tree.ts'

/** What stands behind an operand: a range, a subquery, an offset, an @. */
export function applyPostfix(source: Source, node: SyntaxNode, expr: Expr): Expr {
  switch (node.name) {
    case 'MatrixSelector':
      return applyRange(source, node, expr)
    case 'SubqueryExpr':
      return applySubquery(source, node, expr)
    case 'OffsetExpr':
      return applyOffset(source, node, expr)
    default:
      return applyAt(source, node, expr)
  }
}

/** The postfix's own tokens: those behind the operand the grammar gave it. */
const ownTokens = (source: Source, node: SyntaxNode) => tokensIn(source, children(node)[0]?.to ?? node.from, node.to)

function applyRange(source: Source, node: SyntaxNode, expr: Expr): MatrixExpr {
  const [bracket, ...tokens] = ownTokens(source, node)
  const fail = (message: string) => parseError(source.query, bracket?.from ?? node.from, message)
  if (expr.kind !== 'selector') throw fail('ranges only allowed for vector selectors')
  if (expr.offset !== 0) throw fail('no offset modifiers allowed before range')
  if (expr.at !== undefined) throw fail('no @ modifiers allowed before range')
  const range = readDuration(source, tokens.slice(0, -1), 'range')
  return { kind: 'matrix', selector: expr, range, from: expr.from, to: node.to }
}

function applySubquery(source: Source, node: SyntaxNode, expr: Expr): SubqueryExpr {
  const tokens = ownTokens(source, node).slice(1, -1)
  const colon = tokens.findIndex(token => token.text === ':')
  const range = readDuration(source, tokens.slice(0, colon), 'subquery selector')
  const behind = tokens.slice(colon + 1)
  const step = behind.length > 0 ? readDuration(source, behind, 'subquery selector') : undefined
  return { kind: 'subquery', expr, range, step, offset: 0, at: undefined, from: expr.from, to: node.to }
}

const shiftable = 'must be preceded by an instant vector selector or range vector selector or a subquery'

function applyOffset(source: Source, node: SyntaxNode, expr: Expr): Expr {
  const [, ...tokens] = ownTokens(source, node)
  const isNegative = tokens[0]?.text === '-'
  const offset = readDuration(source, isNegative ? tokens.slice(1) : tokens, 'offset')
  return shift(
    expr,
    (target, from) => {
      if (!target) throw parseError(source.query, from, `offset modifier ${shiftable}`)
      if (target.offset !== 0) throw parseError(source.query, from, 'offset may not be set multiple times')
      return { offset: isNegative ? -offset : offset, at: target.at }
    },
    node.to,
  )
}

function applyAt(source: Source, node: SyntaxNode, expr: Expr): Expr {
  const at = readAt(source, node, expr.from)
  return shift(
    expr,
    (target, from) => {
      if (!target) throw parseError(source.query, from, `@ modifier ${shiftable}`)
      if (target.at !== undefined) throw parseError(source.query, from, '@ <timestamp> may not be set multiple times')
      return { offset: target.offset, at }
    },
    node.to,
  )
}

type Shifted = SelectorExpr | SubqueryExpr

function shift(
  expr: Expr,
  change: (target: Shifted | undefined, from: number) => Pick<Shifted, 'offset' | 'at'>,
  to: number,
): Expr {
  switch (expr.kind) {
    case 'selector':
    case 'subquery':
      return { ...expr, ...change(expr, expr.from), to }
    case 'matrix':
      return { ...expr, selector: { ...expr.selector, ...change(expr.selector, expr.from) }, to }
    default:
      return { ...expr, ...change(undefined, expr.from) }
  }
}

/** Go's int64 of milliseconds. */
const maxTimestamp = 2 ** 63

function readAt(source: Source, node: SyntaxNode, from: number): At {
  const [, ...tokens] = ownTokens(source, node)
  const word = tokens[0]?.text.toLowerCase()
  if (word === 'start' || word === 'end') return word
  const isSigned = word === '-' || word === '+'
  const token = tokens[isSigned ? 1 : 0]
  const number = parseNumberLiteral(token?.text ?? '')
  if (token?.kind === 'duration' || number === undefined) throw unexpected(source.query, token, '@', 'timestamp')
  const seconds = word === '-' ? -number : number
  const milliseconds = Math.sign(seconds) * Math.round(Math.abs(seconds) * 1000)
  if (!(Math.abs(milliseconds) < maxTimestamp)) {
    const shown = Number.isFinite(seconds)
      ? seconds.toFixed(6)
      : Number.isNaN(seconds)
        ? 'NaN'
        : seconds > 0
          ? '+Inf'
          : '-Inf'
    throw parseError(source.query, from, `timestamp out of bounds for @ modifier: ${shown}`)
  }
  return milliseconds
}
