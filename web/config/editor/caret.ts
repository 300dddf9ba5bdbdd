import { pathText } from '#shared/mesh/object.ts'

/** Where a hand is writing, in a text that need not be readable yet. */
export interface Caret {
  /** The map a key is written into; of a value, the path of the value itself. */
  path: (string | number)[]
  at: 'key' | 'value'
  /** Where the word begins that is being written, and what it says so far. */
  from: number
  word: string
  /** Keys that the same map has already. */
  siblings: ReadonlySet<string>
}

interface Frame {
  column: number
  step: string | number
}

const keyPattern = /^((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#'"[\]{},&*!|>%@`-][^#]*?|-[^\s#][^#]*?)):(?=\s|$)/

/** Follows indentation from the top, as a reader's eye does; brackets are followed on the line of the caret. */
export function caretAt(text: string, offset: number): Caret {
  const frames: Frame[] = []
  const keys = new Map<string, Set<string>>()
  const lineFrom = text.lastIndexOf('\n', offset - 1) + 1
  let caret: Omit<Caret, 'siblings'> | null = null
  let blockColumn: number | null = null
  let at = 0
  for (const line of text.split('\n')) {
    const from = at
    at += line.length + 1
    const isHere = from === lineFrom
    const indent = /^ */.exec(line)?.[0].length ?? 0
    if (blockColumn !== null && (line.trim() === '' || indent > blockColumn)) {
      if (isHere) caret = { path: pathOf(frames), at: 'value', from: offset, word: '' }
      continue
    }
    blockColumn = null
    if (/^(---|\.\.\.)/.test(line)) {
      frames.length = 0
      if (from < lineFrom) keys.clear()
      continue
    }
    if (/^\s*#/.test(line) && !isHere) continue
    const written = isHere ? line.slice(0, offset - from) : line
    const rest = descend(frames, written, isHere && line.trim() === '')
    const key = keyPattern.exec(rest.text)?.[1]
    if (key !== undefined) {
      const name = bare(key)
      pop(frames, rest.column)
      const holder = pathText(pathOf(frames))
      keys.set(holder, (keys.get(holder) ?? new Set()).add(name))
      frames.push({ column: rest.column, step: name })
      const value = rest.text.slice(key.length + 1)
      if (/^\s*[|>][-+\d]*\s*(#.*)?$/.test(value) && !isHere) blockColumn = rest.column
      if (isHere) caret = valueCaret(frames, value, offset)
    } else if (isHere) {
      if (rest.isBare) pop(frames, rest.column)
      caret = {
        path: pathOf(frames),
        at: rest.isItem && /^["'[{]/.test(rest.text) ? 'value' : 'key',
        from: offset - rest.text.length,
        word: rest.text,
      }
    }
    // What follows below may still belong to the same map.
    if (isHere) break
  }
  const found = caret ?? { path: [], at: 'key' as const, from: offset, word: '' }
  return { ...found, siblings: siblingsOf(text, offset, keys, found.path) }
}

/** Dashes lead into items; what is left is a key or a value. */
function descend(
  frames: Frame[],
  line: string,
  isEmpty: boolean,
): { text: string; column: number; isItem: boolean; isBare: boolean } {
  let column = /^ */.exec(line)?.[0].length ?? 0
  let text = line.slice(column)
  let isItem = false
  while (/^-(\s|$)/.test(text)) {
    while ((frames.at(-1)?.column ?? -1) > column) frames.pop()
    const top = frames.at(-1)
    if (top?.column === column && typeof top.step === 'number') top.step++
    else frames.push({ column, step: 0 })
    const gap = /^-\s*/.exec(text)?.[0].length ?? 1
    column += gap
    text = text.slice(gap)
    isItem = true
  }
  return { text, column, isItem, isBare: !isItem || isEmpty }
}

function pop(frames: Frame[], column: number): void {
  while ((frames.at(-1)?.column ?? -1) >= column) frames.pop()
}

const pathOf = (frames: readonly Frame[]): (string | number)[] => frames.map(({ step }) => step)

/** Behind a colon: a value, or inside brackets a key or an item of them. */
function valueCaret(frames: Frame[], value: string, offset: number): Omit<Caret, 'siblings'> {
  const path = pathOf(frames)
  const inner: { kind: '{' | '['; index: number; key: string | null }[] = []
  let word = ''
  for (const character of value.trimStart()) {
    const top = inner.at(-1)
    if (character === '{' || character === '[') inner.push({ kind: character, index: 0, key: null })
    else if (character === '}' || character === ']') inner.pop()
    else if (character === ',' && top) {
      top.index++
      top.key = null
    } else if (character === ':' && top?.kind === '{' && top.key === null) top.key = bare(word.trim())
    else {
      word += character
      continue
    }
    word = ''
  }
  const top = inner.at(-1)
  const steps = inner.flatMap(({ kind, index, key }): (string | number)[] =>
    kind === '[' ? [index] : key === null ? [] : [key],
  )
  const typed = word.trimStart()
  return {
    path: [...path, ...steps],
    at: top?.kind === '{' && top.key === null ? 'key' : 'value',
    from: offset - typed.length,
    word: typed,
  }
}

/** Keys of the same map: those above the caret, and those below it as far as the map goes. */
function siblingsOf(
  text: string,
  offset: number,
  above: Map<string, Set<string>>,
  path: (string | number)[],
): Set<string> {
  const found = new Set(above.get(pathText(path)) ?? [])
  const lineFrom = text.lastIndexOf('\n', offset - 1) + 1
  const lineEnd = text.indexOf('\n', offset)
  if (lineEnd < 0) return found
  const line = text.slice(lineFrom, offset)
  const column = (/^ *(?:- +)*/.exec(line)?.[0] ?? '').length
  for (const below of text.slice(lineEnd + 1).split('\n')) {
    if (below.trim() === '' || below.trimStart().startsWith('#')) continue
    const indent = /^ */.exec(below)?.[0].length ?? 0
    if (indent < column || (/^ *-\s/.test(below) && indent <= column)) break
    const key = indent === column ? keyPattern.exec(below.slice(indent))?.[1] : undefined
    if (key !== undefined) found.add(bare(key))
  }
  return found
}

const bare = (key: string): string => key.replace(/^(["'])(.*)\1$/, '$2')
