import type { SyntaxNode } from '@lezer/common'
import { type Source, unexpected } from './grammar.ts'
import type { Token } from './lexer.ts'
import { parseDuration } from './number.ts'
import { parseError } from './error.ts'

/** Children that mean something: comments are nodes as well. */
export function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = []
  for (let child = node.firstChild; child; child = child.nextSibling)
    if (child.name !== 'LineComment') found.push(child)
  return found
}

export const child = (node: SyntaxNode, name: string): SyntaxNode | undefined =>
  children(node).find(candidate => candidate.name === name)

/** The tokens from one offset to another. */
export function tokensIn(source: Source, from: number, to: number): Token[] {
  return source.tokens.filter(token => token.from >= from && token.to <= to)
}

export const textOf = (source: Source, node: SyntaxNode): string => source.query.slice(node.from, node.to)

/** Names in `by (…)`, `on (…)`, `group_left (…)`. Quoted ones came after 2.42. */
export function groupingLabels(source: Source, node: SyntaxNode | undefined): string[] {
  if (!node) return []
  return children(node).map(labelNode => {
    const [token] = tokensIn(source, labelNode.from, labelNode.to)
    if (token?.kind === 'string') throw unexpected(source.query, token, 'grouping opts', 'label')
    if (/^(?:inf|nan)$/i.test(token?.text ?? ''))
      throw unexpected(source.query, token && { ...token, kind: 'number' }, 'grouping opts', 'label')
    return textOf(source, labelNode)
  })
}

/** One duration token, in milliseconds. Numbers as durations and arithmetic on them came after 2.42. */
export function readDuration(source: Source, tokens: Token[], context: string): number {
  const [token, extra] = tokens
  if (token?.kind !== 'duration') throw unexpected(source.query, token, context, 'duration')
  if (extra) throw unexpected(source.query, extra)
  const duration = parseDuration(token.text)
  if (typeof duration === 'object') throw parseError(source.query, token.from, duration.reason)
  if (duration === 0) throw parseError(source.query, token.from, 'duration must be greater than 0')
  return duration
}
