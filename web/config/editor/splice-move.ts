import { isMap, isPair, isScalar, isSeq } from 'yaml'
import type { Path } from '#shared/mesh/object.ts'
import {
  afterLine,
  endOfItem,
  find,
  flowText,
  lineStart,
  type Source,
  type Splice,
  startOf,
  withComments,
} from './splice.ts'

/** An entry with its comments, lines and quotes, to another place of its list. Null: not by moving text alone. */
export function spliceMove(source: Source, path: Path, to: unknown): Splice | null {
  const place = find(source.document, path)
  if (place === null || !isSeq(place.holder) || typeof to !== 'number') return null
  const { holder, index } = place
  const spans = holder.items.map((_, at) => (place.isFlow ? inBrackets() : inLines())(at))
  if (!spans.every(span => span !== null)) return null
  const texts = spans.map(({ from, to: end }) => source.text.slice(from, end))
  const [first, last] = [spans[0], spans.at(-1)]
  if (first === undefined || last === undefined) return null
  const order = texts.map((_, at) => at)
  order.splice(to, 0, ...order.splice(index, 1))
  // What stands between two of them stays where it is: commas, blanks.
  const between = spans.map(({ to: end }, at) => source.text.slice(end, spans[at + 1]?.from ?? end))
  const insert = order.map((from, at) => withEnd(texts[from] ?? '', at) + (between[at] ?? '')).join('')
  return { from: first.from, to: last.to, insert }

  function inBrackets() {
    return (at: number) => {
      const [from, end] = [startOf(holder, at), endOfItem(holder, at)]
      return from === null || end === null ? null : { from, to: end }
    }
  }
  function inLines() {
    const starts = holder.items.map((_, at) => {
      const dash = startOf(holder, at)
      if (dash === null) return null
      const line = lineStart(source.text, dash)
      // `key: - a` and `- - a` begin in the middle of a line.
      if (source.text.slice(line, dash).trim() !== '') return null
      return withComments(source.text, line, dash - line)
    })
    return (at: number) => {
      const [from, next, end] = [starts[at] ?? null, starts[at + 1] ?? null, endOfItem(holder, at)]
      if (from === null || end === null) return null
      return { from, to: at + 1 < starts.length ? (next ?? from) : afterLine(source.text, end) }
    }
  }
  /** The last of a text may end without a line's end: now it stands before others. */
  function withEnd(text: string, at: number): string {
    const isLines = place?.isFlow === false
    if (!isLines) return text
    const isEndOfText = at === order.length - 1 && last?.to === source.text.length && !source.text.endsWith('\n')
    return isEndOfText ? text.replace(/\n$/, '') : text.endsWith('\n') ? text : `${text}\n`
  }
}

/** A key in its place. */
export function spliceRename(source: Source, path: Path, to: unknown): Splice | null {
  const place = find(source.document, path)
  if (place === null || !isMap(place.holder) || typeof to !== 'string') return null
  const pair = place.holder.items[place.index]
  if (!isPair(pair) || !isScalar(pair.key) || !pair.key.range) return null
  const [from, end] = pair.key.range
  return { from, to: end, insert: flowText(to) }
}
