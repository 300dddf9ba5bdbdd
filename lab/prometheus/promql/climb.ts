import type { SyntaxNode } from '@lezer/common'
import type { Expr } from './ast.ts'
import { buildBinary, binaryOpOf } from './binary-node.ts'
import type { Source } from './grammar.ts'
import { buildOperand } from './operand.ts'
import { applyPostfix } from './postfix.ts'
import { children } from './tree.ts'

/**
 * The grammar binds signs, offsets, @ and brackets to whole binary expressions (`a + b offset 5m` is `(a + b) offset
 * 5m` to it). So only its operands are taken as they are; what stands between them is put together here with the
 * precedences of generated_parser.y.
 */
export function climb(source: Source, node: SyntaxNode): Expr {
  const items: Item[] = []
  flatten(node, items)
  return new Climber(source, items).expression(1)
}

interface Item {
  role: 'operand' | 'prefix' | 'infix' | 'postfix'
  node: SyntaxNode
  /** A number whose sign was taken off begins one character or more later. */
  from: number
}

const postfixes = new Set(['OffsetExpr', 'StepInvariantExpr', 'MatrixSelector', 'SubqueryExpr'])

function flatten(node: SyntaxNode, items: Item[]): void {
  const [first, ...rest] = children(node)
  const last = rest.at(-1)
  if (node.name === 'BinaryExpr' && first && last) {
    flatten(first, items)
    items.push({ role: 'infix', node, from: node.from })
    flatten(last, items)
  } else if (node.name === 'UnaryExpr' && first && last) {
    items.push({ role: 'prefix', node: first, from: first.from })
    flatten(last, items)
  } else if (postfixes.has(node.name) && first) {
    flatten(first, items)
    items.push({ role: 'postfix', node, from: node.from })
  } else items.push({ role: 'operand', node, from: node.from })
}

const precedences: Record<string, number> = {
  or: 1,
  and: 2,
  unless: 2,
  '==': 3,
  '!=': 3,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '%': 5,
  atan2: 5,
  '^': 6,
}
const power = 6

class Climber {
  readonly #source: Source
  readonly #items: Item[]
  #at = 0

  constructor(source: Source, items: Item[]) {
    this.#source = source
    this.#items = items
  }

  expression(lowest: number): Expr {
    let left = this.#primary()
    for (;;) {
      const item = this.#items[this.#at]
      if (item?.role !== 'infix') return left
      const op = binaryOpOf(this.#source, item.node)
      const precedence = precedences[op] ?? 0
      if (precedence < lowest) return left
      this.#at++
      // Only ^ groups to the right.
      const right = this.expression(op === '^' ? precedence : precedence + 1)
      left = buildBinary(this.#source, item.node, op, left, right)
    }
  }

  #primary(): Expr {
    const item = this.#items[this.#at++]
    if (!item) throw new Error('an operand is missing')
    if (item.role === 'prefix') return this.#signed(item.from, item.node.from)
    const sign = /^[+-]/.test(this.#source.query.slice(item.from, item.from + 1))
    if (sign && item.node.name === 'NumberDurationLiteral') {
      this.#at--
      const token = this.#source.tokens.find(candidate => candidate.from > item.from)
      this.#items[this.#at] = { ...item, from: token?.from ?? item.from + 1 }
      return this.#signed(item.from, item.from)
    }
    let expr = buildOperand(this.#source, item.node, item.from, inner => climb(this.#source, inner))
    for (let next = this.#items[this.#at]; next?.role === 'postfix'; next = this.#items[++this.#at])
      expr = applyPostfix(this.#source, next.node, expr)
    return expr
  }

  /** A sign binds as strongly as *: weaker than ^ only. */
  #signed(from: number, at: number): Expr {
    const op = this.#source.query[at] === '-' ? '-' : '+'
    const expr = this.expression(power)
    return { kind: 'unary', op, expr, from, to: expr.to }
  }
}
