import type { SyntaxNode } from '@lezer/common'
import type { Matcher } from '#lab/contract.ts'
import { compileMatcher } from '#lab/prometheus/matcher.ts'
import { RegexError } from '#lab/prometheus/regex/syntax.ts'
import type { AggregateExpr, AggregateOp, CallExpr, Expr, SelectorExpr } from './ast.ts'
import { parseError } from './error.ts'
import { type Source, unexpected } from './grammar.ts'
import { parseNumberLiteral } from './number.ts'
import { unquote } from './strings.ts'
import { child, children, groupingLabels, textOf, tokensIn } from './tree.ts'

/** Makes an expression of a node that stands inside an operand. */
type Build = (node: SyntaxNode) => Expr

/** An operand: what has no operator outside its own parentheses. `from` may leave a number's sign out. */
export function buildOperand(source: Source, node: SyntaxNode, from: number, build: Build): Expr {
  const place = { from, to: node.to }
  switch (node.name) {
    case 'NumberDurationLiteral':
      return { kind: 'number', value: readNumber(source, from, node.to), ...place }
    case 'StringLiteral':
      return { kind: 'string', value: unquote(source.query, from, textOf(source, node)), ...place }
    case 'ParenExpr': {
      const [inner] = children(node)
      if (!inner) throw new Error('parentheses around nothing')
      return { kind: 'paren', expr: build(inner), ...place }
    }
    case 'VectorSelector':
      return buildSelector(source, node)
    case 'AggregateExpr':
      return buildAggregate(source, node, build)
    case 'FunctionCall':
      return buildCall(source, node, build)
    default:
      throw unexpected(source.query, tokensIn(source, node.from, node.to)[0])
  }
}

function readNumber(source: Source, from: number, to: number): number {
  const [token] = tokensIn(source, from, to)
  if (token?.kind === 'duration') throw unexpected(source.query, token)
  const text = token?.text ?? ''
  const value = parseNumberLiteral(text)
  if (value === undefined) {
    const reason = /e\+?\d/i.test(text) ? 'value out of range' : 'invalid syntax'
    throw parseError(source.query, from, `error parsing number: strconv.ParseFloat: parsing "${text}": ${reason}`)
  }
  return value
}

function buildSelector(source: Source, node: SyntaxNode): SelectorExpr {
  const identifier = child(node, 'Identifier')
  const name = identifier ? textOf(source, identifier) : ''
  const list = child(node, 'LabelMatchers')
  const matchers = (list ? children(list) : []).map(item => readMatcher(source, item))
  const second = matchers.find(matcher => matcher.name === '__name__' && name !== '')
  if (second)
    throw parseError(source.query, node.from, `metric name must not be set twice: "${name}" or "${second.value}"`)
  if (name !== '') matchers.push({ name: '__name__', op: '=', value: name })
  return { kind: 'selector', name, matchers, offset: 0, at: undefined, from: node.from, to: node.to }
}

function readMatcher(source: Source, node: SyntaxNode): Matcher {
  const [name, op, value] = tokensIn(source, node.from, node.to)
  if (name?.kind !== 'identifier') throw unexpected(source.query, name, 'label matching', 'identifier or "}"')
  const matcher: Matcher = {
    name: name.text,
    op: (op?.text ?? '=') as Matcher['op'],
    value: unquote(source.query, value?.from ?? node.from, value?.text ?? '""'),
  }
  try {
    compileMatcher(matcher)
  } catch (error) {
    if (error instanceof RegexError) throw parseError(source.query, node.from, error.message)
    throw error
  }
  return matcher
}

function buildArguments(node: SyntaxNode, build: Build): Expr[] {
  const body = child(node, 'FunctionCallBody')
  return body ? children(body).map(build) : []
}

const withParam = new Set<AggregateOp>(['topk', 'bottomk', 'quantile', 'count_values'])

function buildAggregate(source: Source, node: SyntaxNode, build: Build): AggregateExpr {
  const [opNode] = children(node)
  const op = (opNode ? textOf(source, opNode).toLowerCase() : '') as AggregateOp
  const modifier = child(node, 'AggregateModifier')
  const args = buildArguments(node, build)
  const wanted = withParam.has(op) ? 2 : 1
  const expr = args[wanted - 1]
  if (args.length === 0) throw parseError(source.query, node.from, 'no arguments for aggregate expression provided')
  if (args.length !== wanted || !expr) {
    const counts = `expected ${wanted}, got ${args.length}`
    const message = `wrong number of arguments for aggregate expression provided, ${counts}`
    throw parseError(source.query, node.from, message)
  }
  return {
    kind: 'aggregate',
    op,
    expr,
    param: wanted === 2 ? args[0] : undefined,
    grouping: groupingLabels(source, modifier && child(modifier, 'GroupingLabels')),
    without: modifier !== undefined && child(modifier, 'Without') !== undefined,
    from: node.from,
    to: node.to,
  }
}

function buildCall(source: Source, node: SyntaxNode, build: Build): CallExpr {
  const [identifier] = children(node)
  const name = identifier ? textOf(source, identifier) : ''
  return { kind: 'call', name, args: buildArguments(node, build), from: node.from, to: node.to }
}
