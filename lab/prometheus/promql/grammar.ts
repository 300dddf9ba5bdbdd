import type { SyntaxNode, Tree } from '@lezer/common'
import { parser } from '@prometheus-io/lezer-promql'
import { parseError } from './error.ts'
import { describeToken, type Token, tokenize } from './lexer.ts'
import { signatures } from './signatures.ts'

/** A query with its tokens and the tree the grammar made of it. */
export interface Source {
  query: string
  tokens: Token[]
  tree: Tree
}

/**
 * Runs the grammar. It is the one of the newest Prometheus, made for colouring: what 2.42 does not know is kept from
 * it by handing it the query in disguise, token by token of the same length, and reading the words from the original.
 */
export function readTree(query: string): Source {
  const tokens = tokenize(query)
  if (tokens.length === 0) throw parseError(query, 0, 'no expression found in input')
  for (const [index, token] of tokens.entries()) checkFunction(query, tokens, index, token)
  const source = { query, tokens, tree: parser.parse(disguise(query, tokens)) }
  checkSyntax(source)
  return source
}

function checkFunction(query: string, tokens: Token[], index: number, token: Token): void {
  if (!isCalled(tokens, index)) return
  if (token.kind === 'identifier' && !signatures.has(token.text))
    throw parseError(query, token.from, `unknown function with name "${token.text}"`)
}

const isCalled = (tokens: Token[], index: number): boolean =>
  tokens[index + 1]?.text === '(' && tokens[index - 1]?.text !== '@'

function disguise(query: string, tokens: Token[]): string {
  let text = ''
  let end = 0
  for (const [index, token] of tokens.entries()) {
    text += query.slice(end, token.from) + mask(tokens, index, token)
    end = token.to
  }
  return text + query.slice(end)
}

function mask(tokens: Token[], index: number, token: Token): string {
  const { length } = token.text
  if (token.kind === 'number') return /^0x/i.test(token.text) ? '1'.repeat(length) : token.text.replace(/\.$/, '1')
  if (token.kind === 'duration') return `${'1'.repeat(length - 1)}s`
  if (token.kind === 'string') return `"${'x'.repeat(length - 2)}"`
  // Where an operand is due, `offset` is a metric.
  if (token.text === 'offset' && !endsOperand(tokens[index - 1])) return 'xxxxxx'
  if (token.kind !== 'identifier' || /^(?:inf|nan)$/i.test(token.text)) return token.text
  // Renamed since, with another length; any function of as many letters parses the same.
  if (token.text === 'holt_winters') return isCalled(tokens, index) ? 'day_of_month' : 'xxxxxxxxxxxx'
  return tokens[index + 1]?.text === '(' ? token.text : 'x'.repeat(length)
}

const endsOperand = (token: Token | undefined): boolean =>
  token !== undefined && token.kind !== 'operator' && token.kind !== 'keyword' && !'(,'.includes(token.text)

function checkSyntax({ query, tokens, tree }: Source): void {
  let error: SyntaxNode | undefined
  tree.iterate({
    enter(node) {
      if (node.type.isError) error ??= node.node
      return error === undefined
    },
  })
  if (!error) return
  const { from } = error
  const index = tokens.findIndex(candidate => candidate.to > from)
  const [before, token] = index < 0 ? [tokens.at(-1), undefined] : [tokens[index - 1], tokens[index]]
  if (before?.text === ',' && token?.text === ')')
    throw parseError(query, before.from, 'trailing commas not allowed in function call args')
  const [context, expected] = contexts[error.parent?.name ?? ''] ?? []
  throw unexpected(query, token, context, expected)
}

/** Where in the grammar the token stood, in Prometheus' words. */
const contexts: Record<string, [context: string, expected?: string]> = {
  LabelMatchers: ['label matching'],
  UnquotedLabelMatcher: ['label matching'],
  GroupingLabels: ['grouping opts'],
  AggregateModifier: ['grouping opts'],
  MatchingModifierClause: ['grouping opts'],
  OffsetExpr: ['offset', 'duration'],
  StepInvariantExpr: ['@', 'timestamp'],
}

export function unexpected(query: string, token: Token | undefined, context = '', expected = ''): Error {
  const where = (context && ` in ${context}`) + (expected && `, expected ${expected}`)
  return parseError(query, token?.from ?? query.length, `unexpected ${describeToken(token)}${where}`)
}
