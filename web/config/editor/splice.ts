import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Path } from '#shared/mesh/object.ts'

/** A piece of the text and what comes in its stead. */
export interface Splice {
  from: number
  to: number
  insert: string
}

type Collection = YAMLMap | YAMLSeq
type Step = string | number
export interface Source {
  text: string
  document: Document
  /** New values on one line, in brackets and quotes: right wherever they stand. */
  isInline: boolean
}

/** One place of a document: what holds it, and whether it is written in brackets. */
interface Place {
  holder: Collection
  index: number
  node: Node | null
  isFlow: boolean
}

const style = { lineWidth: 0, compat: 'yaml-1.1', aliasDuplicateObjects: false } as const

/** Puts a value in the place of the one that is there, or adds it. Null: not by touching this place alone. */
export function spliceSet(source: Source, path: Path, value: unknown): Splice | null {
  let known = path.length
  let place = find(source.document, path)
  while (place === null && known > 0) place = find(source.document, path.slice(0, --known))
  if (known === path.length) return place && replace(source, place, value)
  const missing = path.slice(known)
  const holder = known === 0 ? source.document.contents : (place?.node ?? null)
  const [step = '', ...deeper] = missing
  const built = build(deeper, value)
  if (isCollection(holder) && holder.items.length > 0)
    return isSeq(holder) === (typeof step === 'number') ? add(source, holder, holder.items.length, step, built) : null
  return place && replace(source, place, build(missing, value))
}

export function spliceInsert(source: Source, path: Path, value: unknown): Splice | null {
  const at = path.at(-1)
  const list = find(source.document, path.slice(0, -1))?.node
  if (typeof at !== 'number' || !isSeq(list) || list.items.length === 0) return spliceSet(source, path, value)
  return add(source, list, Math.min(at, list.items.length), at, value)
}

export function spliceRemove(source: Source, path: Path): Splice | null {
  const place = find(source.document, path)
  if (place === null) return null
  const { holder, index, isFlow } = place
  if (holder.items.length === 1) {
    const above = find(source.document, path.slice(0, -1))
    return above && emptied(source, above, replace(source, above, isSeq(holder) ? [] : {}))
  }
  const [here, end] = [startOf(holder, index), endOfItem(holder, index)]
  if (here === null || end === null) return null
  const next = index + 1 < holder.items.length ? startOf(holder, index + 1) : null
  if (isFlow) {
    if (next !== null) return { from: here, to: next, insert: '' }
    const before = endOfItem(holder, index - 1)
    return before === null ? null : { from: before, to: end, insert: '' }
  }
  const line = lineStart(source.text, here)
  const isAlone = source.text.slice(line, here).trim() === ''
  if (!isAlone) return next === null ? null : { from: here, to: orComment(source.text, end, next), insert: '' }
  return {
    from: index === 0 ? line : withComments(source.text, line, here - line),
    to: afterLine(source.text, end),
    insert: '',
  }
}

/** What is said beside the key stays beside it when everything below goes. */
function emptied({ text }: Source, { isFlow }: Place, splice: Splice | null): Splice | null {
  const beside = splice === null || isFlow ? null : /^[ \t]*#[^\n]*(?=\n)/.exec(text.slice(splice.from, splice.to))
  return splice === null || beside === null ? splice : { ...splice, insert: splice.insert + beside[0] }
}

/** Behind the line that goes: what is said of the next one stays with it. */
function orComment(text: string, end: number, next: number): number {
  const line = afterLine(text, end)
  const comment = text.slice(line, next).indexOf('#')
  return comment < 0 ? next : line + comment
}

function replace(source: Source, place: Place, value: unknown): Splice | null {
  const { holder, index, node, isFlow } = place
  const [from, to] = [valueStart(holder, index), endOfItem(holder, index)]
  if (from === null || to === null || isAlias(node)) return null
  if (isFlow || isSmall(value) || source.isInline) {
    // A quoted text stays quoted, and what stands behind the value stays there.
    const isQuoted = isScalar(node) && typeof value === 'string' && !value.includes('\n')
    const quote = isQuoted && (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE') ? node.type : undefined
    const written = quote === undefined ? flowText(value) : quoted(value as string, quote)
    const sameLine =
      node?.range &&
      !isCollection(node) &&
      isScalar(node) &&
      node.source !== undefined &&
      node.type !== 'BLOCK_LITERAL' &&
      node.type !== 'BLOCK_FOLDED'
    if (sameLine && node.range && node.range[1] > node.range[0])
      return { from: node.range[0], to: node.range[1], insert: written }
    const tail = isBlockScalar(node) && source.text[to - 1] === '\n' ? '\n' : ''
    return { from, to, insert: ` ${written}${tail}` }
  }
  const tail = isBlockScalar(node) && source.text[to - 1] === '\n' ? '\n' : ''
  const outer = columnOf(source, holder, index)
  if (isSeq(holder)) return { from, to, insert: ` ${block(source, value, outer + 2)}${tail}` }
  if (typeof value === 'string') return { from, to, insert: ` ${literal(value, outer + indentStep(source))}${tail}` }
  const inner = Array.isArray(value) ? outer + listStep(source) : outer + indentStep(source)
  return { from, to, insert: `\n${' '.repeat(inner)}${block(source, value, inner)}${tail}` }
}

function add(source: Source, holder: Collection, at: number, step: Step, value: unknown): Splice | null {
  const isFlow = holder.flow === true
  const isEnd = at >= holder.items.length
  const here = isEnd ? endOfItem(holder, holder.items.length - 1) : startOf(holder, at)
  if (here === null) return null
  if (isFlow) {
    const written = isSeq(holder) ? flowText(value) : `${flowText(step)}: ${flowText(value)}`
    return { from: here, to: here, insert: isEnd ? `, ${written}` : `${written}, ` }
  }
  const column = columnOf(source, holder, 0)
  const written = isSeq(holder) ? `- ${block(source, value, column + 2)}` : pairText(source, step, value, column)
  if (isEnd) {
    const to = afterLine(source.text, here)
    const isOpen = to === source.text.length && !source.text.endsWith('\n')
    return { from: to, to, insert: `${isOpen ? '\n' : ''}${' '.repeat(column)}${written.replace(/\n$/, '')}\n` }
  }
  const line = lineStart(source.text, here)
  const indent = ' '.repeat(column)
  if (source.text.slice(line, here).trim() !== '') return { from: here, to: here, insert: `${written}\n${indent}` }
  const from = at === 0 ? line : withComments(source.text, line, here - line)
  return { from, to: from, insert: `${indent}${written.replace(/\n$/, '')}\n` }
}

export function find(document: Document, path: Path): Place | null {
  let node: unknown = document.contents
  let place: Place | null = null
  let isFlow = false
  for (const step of path) {
    if (!isMap(node) && !isSeq(node)) return null
    isFlow = isFlow || node.flow === true
    const index = isMap(node)
      ? node.items.findIndex(({ key }) => isScalar(key) && String(key.value) === String(step))
      : typeof step === 'number' && step < node.items.length
        ? step
        : -1
    if (index < 0) return null
    const item = node.items[index]
    const inner: unknown = isPair(item) ? item.value : item
    place = { holder: node, index, node: isNode(inner) ? inner : null, isFlow }
    node = inner
  }
  return place
}

/** Where an item begins: its key, or its dash. */
export function startOf(holder: Collection, index: number): number | null {
  const item: unknown = holder.items[index]
  if (isPair(item)) return isNode(item.key) && item.key.range ? item.key.range[0] : null
  if (holder.flow === true) return isNode(item) && item.range ? item.range[0] : null
  return dashOf(holder, index)
}

const dashOf = (holder: Collection, index: number): number | null =>
  tokenOf(itemsOf(holder)[index]?.start, 'seq-item-ind')

/** Behind the colon or the dash; in a list in brackets, the item itself. */
function valueStart(holder: Collection, index: number): number | null {
  const item: unknown = holder.items[index]
  if (isPair(item)) {
    const colon = tokenOf(tokensOf(item), 'map-value-ind')
    return colon === null ? null : colon + 1
  }
  if (holder.flow === true) return isNode(item) && item.range ? item.range[0] : null
  const dash = dashOf(holder, index)
  return dash === null ? null : dash + 1
}

export function endOfItem(holder: Collection, index: number): number | null {
  const item: unknown = holder.items[index]
  const value: unknown = isPair(item) ? item.value : item
  const end = endOf(value)
  return end ?? valueStart(holder, index)
}

/** Where a value ends: of a block, where its last item does. */
export function endOf(node: unknown): number | null {
  if (isCollection(node) && node.flow !== true && node.items.length > 0)
    return endOfItem(node as Collection, node.items.length - 1)
  return isNode(node) && node.range && node.range[1] > node.range[0] ? node.range[1] : null
}

interface Token {
  type: string
  offset: number
}
interface Item {
  start?: Token[]
  sep?: Token[]
}
const itemsOf = (holder: Collection): Item[] => (holder.srcToken as { items?: Item[] } | undefined)?.items ?? []
const tokensOf = (pair: Pair): Token[] | undefined => (pair.srcToken as Item | undefined)?.sep
const tokenOf = (tokens: Token[] | undefined, type: string): number | null =>
  tokens?.find(token => token.type === type)?.offset ?? null

const isBlockScalar = (node: unknown): boolean =>
  isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')

/** What fits behind its key: a scalar of one line, or a collection of nothing. */
const isSmall = (value: unknown): boolean =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).length === 0
    : typeof value !== 'string' || !value.includes('\n')

const build = (path: Path, value: unknown): unknown =>
  path.reduceRight<unknown>((inner, step) => (typeof step === 'number' ? [inner] : { [step]: inner }), value)

export const flowText = (value: unknown): string =>
  JSON.stringify(value).includes('\\n')
    ? JSON.stringify(value)
    : stringify(value, { ...style, collectionStyle: 'flow' }).trimEnd()

const quoted = (value: string, quote: 'QUOTE_DOUBLE' | 'QUOTE_SINGLE'): string =>
  stringify(value, { ...style, defaultStringType: quote }).trimEnd()

const pairText = (source: Source, step: Step, value: unknown, column: number): string =>
  source.isInline ? `${flowText(step)}: ${flowText(value)}` : block(source, { [step]: value }, column)

/** A value in lines, the first of them without its indentation. */
function block(source: Source, value: unknown, column: number): string {
  if (source.isInline) return flowText(value)
  if (typeof value === 'string' && value.includes('\n')) return literal(value, column)
  const text = stringify(value, { ...style, indent: indentStep(source), indentSeq: listStep(source) > 0 }).trimEnd()
  return text.replaceAll(/\n(?=[^\n])/g, `\n${' '.repeat(column)}`)
}

const literal = (value: string, column: number): string => {
  const [head = '', ...lines] = stringify({ k: value }, style).slice(3).split('\n')
  const indented = lines.map(line => (line === '' ? '' : `${' '.repeat(Math.max(column - 2, 0))}${line}`))
  return [head, ...indented].join('\n').trimEnd()
}

export const lineStart = (text: string, at: number): number => text.lastIndexOf('\n', at - 1) + 1

export function afterLine(text: string, at: number): number {
  if (at > 0 && text[at - 1] === '\n') return at
  const end = text.indexOf('\n', at)
  return end < 0 ? text.length : end + 1
}

/** The line a comment right above begins at: it speaks of what is below it. */
export function withComments(text: string, line: number, column: number): number {
  let from = line
  while (from > 0) {
    const above = lineStart(text, from - 1)
    const found = /^( *)#/.exec(text.slice(above, from))
    if (found?.[1]?.length !== column) return from
    from = above
  }
  return from
}

const columnOf = (source: Source, holder: Collection, index: number): number => {
  const start = startOf(holder, index) ?? 0
  return start - lineStart(source.text, start)
}

/** How far this text indents: as it does at its first step. */
function indentStep(source: Source): number {
  const step = nested(source.document.contents).find(({ holder, inner }) => isMap(holder) && isMap(inner))
  if (step === undefined) return 2
  return Math.max(1, columnOf(source, step.inner, 0) - columnOf(source, step.holder, 0))
}
function listStep(source: Source): number {
  const step = nested(source.document.contents).find(({ holder, inner }) => isMap(holder) && isSeq(inner))
  if (step === undefined) return 2
  return Math.max(0, columnOf(source, step.inner, 0) - columnOf(source, step.holder, 0))
}

/** Blocks within blocks, from the top; not all of a long text. */
function nested(node: unknown): { holder: Collection; inner: Collection }[] {
  const found: { holder: Collection; inner: Collection }[] = []
  const look = (holder: unknown): void => {
    if (!(isMap(holder) || isSeq(holder)) || holder.flow === true || found.length > 50) return
    for (const item of holder.items) {
      const inner: unknown = isPair(item) ? item.value : item
      if ((isMap(inner) || isSeq(inner)) && inner.flow !== true && inner.items.length > 0) {
        if (isPair(item)) found.push({ holder, inner })
        look(inner)
      }
    }
  }
  look(node)
  return found
}
