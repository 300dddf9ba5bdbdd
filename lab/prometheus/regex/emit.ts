import type { Assertion, ClassItem, Node } from './syntax.ts'

/** JavaScript source (for the `v` flag) with the same language and the same captures, for every node of RE2. */
export function emitRegex(node: Node): string {
  switch (node.kind) {
    case 'empty':
      return ''
    case 'char':
    case 'any':
    case 'class':
      return emitOne(node)
    case 'assert':
      return assertions[node.what]
    case 'concat':
      return node.parts.map(emitRegex).join('')
    case 'alternate':
      return `(?:${node.choices.map(emitRegex).join('|')})`
    case 'repeat':
      return `(?:${emitRegex(node.body)})${quantifier(node)}${node.greedy ? '' : '?'}`
    case 'group':
      return `(${emitRegex(node.body)})`
  }
}

/** Source for a node that consumes exactly one code point. */
export function emitOne(node: Extract<Node, { kind: 'char' | 'any' | 'class' }>): string {
  switch (node.kind) {
    case 'char':
      return folded(codePoint(node.code), node.fold)
    case 'any':
      return node.newline ? '[^]' : '[^\\n]'
    case 'class':
      return folded(`[${node.negated ? '^' : ''}${node.items.map(emitItem).join('')}]`, node.fold)
  }
}

/** Go's anchors know one line end only, \n; JavaScript's know four. */
export const assertions: Record<Assertion, string> = {
  'text-begin': '^',
  'text-end': '$',
  'line-begin': '(?<![^\\n])',
  'line-end': '(?![^\\n])',
  word: '\\b',
  'no-word': '\\B',
}

const folded = (source: string, fold: boolean): string => (fold ? `(?i:${source})` : source)

const codePoint = (code: number): string => `\\u{${code.toString(16)}}`

function emitItem(item: ClassItem): string {
  if ('set' in item) return item.set
  return item.from === item.to ? codePoint(item.from) : `${codePoint(item.from)}-${codePoint(item.to)}`
}

function quantifier({ min, max }: { min: number; max: number }): string {
  if (max === Number.POSITIVE_INFINITY) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`
  return min === 0 && max === 1 ? '?' : `{${min},${max}}`
}
