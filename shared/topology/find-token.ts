/** A piece of the text and its place, in UTF-16 code units: `text.slice(start, end)`. */
export interface Token {
  kind: 'word' | 'quoted' | 'operator' | '(' | ')'
  /** A word in plain ASCII where it was full-width; what stands between quotes; an operator as it is written (`~` is `contains`). */
  text: string
  start: number
  end: number
  /** False: a quoted text that never ends. */
  isClosed: boolean
}

const operatorCharacters = '=!<>~&|,'
const quotes = `"'`
const oneForTwo: Readonly<Record<string, string>> = { '≥': '>=', '≤': '<=', '≠': '!=' }

/** Cuts any text into tokens, without judging. Whoever types Chinese gets full-width signs: they count as their plain twins. */
export function tokens(text: string): Token[] {
  const found: Token[] = []
  let start = 0
  while (start < text.length) {
    const character = plain(text[start] ?? '')
    if (/\s/.test(character)) {
      start += 1
      continue
    }
    const token = tokenAt(text, start, character)
    found.push(token)
    start = token.end
  }
  return found
}

function tokenAt(text: string, start: number, character: string): Token {
  if (character === '(' || character === ')')
    return { kind: character, text: character, start, end: start + 1, isClosed: true }
  return quotes.includes(character) ? quotedAt(text, start, character) : run(text, start, isOperator(character))
}

const isOperator = (character: string): boolean => operatorCharacters.includes(character) || character in oneForTwo
const isWord = (character: string): boolean =>
  !isOperator(character) && !quotes.includes(character) && !/[\s()]/.test(character)

function run(text: string, start: number, isSign: boolean): Token {
  const belongs = isSign ? isOperator : isWord
  let read = ''
  let end = start
  for (; end < text.length; end++) {
    const character = plain(text[end] ?? '')
    if (!belongs(character)) break
    read += oneForTwo[character] ?? character
  }
  return { kind: isSign ? 'operator' : 'word', text: read === '~' ? 'contains' : read, start, end, isClosed: true }
}

function quotedAt(text: string, start: number, quote: string): Token {
  let read = ''
  for (let at = start + 1; at < text.length; at++) {
    const character = text[at] ?? ''
    if (plain(character) === quote) return { kind: 'quoted', text: read, start, end: at + 1, isClosed: true }
    // A backslash makes the next character an ordinary one.
    if (character === '\\' && at + 1 < text.length) at += 1
    read += text[at] ?? ''
  }
  return { kind: 'quoted', text: read, start, end: text.length, isClosed: false }
}

/** Full-width signs and letters (U+FF01–FF5E), curly quotes and the ideographic space as their plain twins. */
function plain(character: string): string {
  const code = character.charCodeAt(0)
  if (code >= 0xff01 && code <= 0xff5e) return String.fromCharCode(code - 0xfee0)
  if (character === '“' || character === '”') return '"'
  if (character === '‘' || character === '’') return "'"
  return character
}

/** A value as it is written: quoted only if it would be read as something else. */
export function written(value: string, isReserved: (word: string) => boolean): string {
  const [first, second] = tokens(value)
  const isPlain = second === undefined && first?.kind === 'word' && first.text === value && !isReserved(value)
  return isPlain ? value : `"${value.replaceAll(/["“”＂\\]/g, '\\$&')}"`
}
