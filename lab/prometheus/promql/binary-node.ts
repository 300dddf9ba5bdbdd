import type { SyntaxNode } from '@lezer/common'
import type { BinaryExpr, BinaryOp, Expr, VectorMatching } from './ast.ts'
import { type Source, unexpected } from './grammar.ts'
import { child, children, groupingLabels, textOf, tokensIn } from './tree.ts'

/** The operator of a binary expression, in lower case. */
export function binaryOpOf(source: Source, node: SyntaxNode): BinaryOp {
  const op = operatorNode(node)
  const text = textOf(source, op).toLowerCase()
  // `</` and `>/` are one operator only in later versions.
  if (text === '</' || text === '>/') throw unexpected(source.query, tokensIn(source, op.from, op.to)[1])
  return text as BinaryOp
}

const operatorNode = (node: SyntaxNode): SyntaxNode => {
  const op = children(node)[1]
  if (!op) throw new Error('a binary expression without an operator')
  return op
}

/** Puts an operator and its modifiers between two operands, whichever operands the grammar had chosen. */
export function buildBinary(source: Source, node: SyntaxNode, op: BinaryOp, left: Expr, right: Expr): BinaryExpr {
  return {
    kind: 'binary',
    op,
    opFrom: operatorNode(node).from,
    left,
    right,
    bool: child(node, 'BoolModifier') !== undefined,
    matching: readMatching(source, child(node, 'MatchingModifierClause')),
    from: left.from,
    to: right.to,
  }
}

function readMatching(source: Source, clause: SyntaxNode | undefined): VectorMatching {
  if (!clause) return { on: false, labels: [], group: undefined, include: [] }
  const [labels, include] = children(clause).filter(node => node.name === 'GroupingLabels')
  return {
    on: child(clause, 'On') !== undefined,
    labels: groupingLabels(source, labels),
    group: child(clause, 'GroupLeft') ? 'left' : child(clause, 'GroupRight') ? 'right' : undefined,
    include: groupingLabels(source, include),
  }
}
