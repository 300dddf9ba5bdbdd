import { parseError } from './error.ts'

const simple: Record<string, string> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** The text between quotes, with Go's escapes resolved; `\\xff` and `\\377` are bytes. `from` is the literal's offset. */
export function unquote(query: string, from: number, literal: string): string {
  const quote = literal[0]
  const inner = literal.slice(1, -1)
  if (quote === '`' || !inner.includes('\\')) return inner
  const pieces: Buffer[] = []
  const parts = /\\(?:([0-7]{3})|x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([^]))|[^\\]+/gu
  for (const [whole, octal, hex, short, long, letter] of inner.matchAll(parts)) {
    const byte = octal === undefined ? Number.parseInt(hex ?? '', 16) : Number.parseInt(octal, 8)
    const code = Number.parseInt(short ?? long ?? '', 16)
    if (!Number.isNaN(byte)) pieces.push(Buffer.of(byte))
    else if (code > 0x10ffff) throw parseError(query, from, 'escape sequence is an invalid Unicode code point')
    else if (!Number.isNaN(code)) pieces.push(Buffer.from(String.fromCodePoint(code)))
    else if (letter === undefined) pieces.push(Buffer.from(whole))
    else pieces.push(Buffer.from(escaped(query, from, letter, quote)))
  }
  return Buffer.concat(pieces).toString()
}

function escaped(query: string, from: number, letter: string, quote: string | undefined): string {
  const plain = letter === quote ? letter : simple[letter]
  if (plain !== undefined) return plain
  const point = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  throw parseError(query, from, `unknown escape sequence U+${point} '${letter}'`)
}
