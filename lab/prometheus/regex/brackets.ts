import { type Read, readClassEscape, readEscapedChar, readPosixClass } from './escapes.ts'
import type { ClassItem, Node } from './syntax.ts'
import { RegexError } from './syntax.ts'

/** A class in brackets that begins at `at`. */
export function readBrackets(source: string, at: number, fold: boolean): Read<Node> {
  let here = at + 1
  const negated = source[here] === '^'
  if (negated) here++
  const items: ClassItem[] = []
  // A bracket right at the beginning is a character of the class, not its end.
  for (let isFirst = true; isFirst || source[here] !== ']'; isFirst = false) {
    if (here >= source.length) throw new RegexError('missing closing ]', source.slice(at))
    const set = readPosixClass(source, here) ?? (source[here] === '\\' ? readClassEscape(source, here) : undefined)
    const item = set ?? readRange(source, here, at)
    items.push(item.value)
    here = item.end
  }
  return { value: { kind: 'class', negated, items, fold }, end: here + 1 }
}

function readRange(source: string, at: number, start: number): Read<ClassItem> {
  const from = readOne(source, at, start)
  const isRange = source[from.end] === '-' && source[from.end + 1] !== ']' && source[from.end + 1] !== undefined
  if (!isRange) return { value: { from: from.value, to: from.value }, end: from.end }
  const to = readOne(source, from.end + 1, start)
  if (to.value < from.value) throw new RegexError('invalid character class range', source.slice(at, to.end))
  return { value: { from: from.value, to: to.value }, end: to.end }
}

function readOne(source: string, at: number, start: number): Read<number> {
  const code = source.codePointAt(at)
  if (code === undefined) throw new RegexError('missing closing ]', source.slice(start))
  if (source[at] === '\\') return readEscapedChar(source, at)
  return { value: code, end: at + (code > 0xffff ? 2 : 1) }
}
