import type { ClassItem } from './syntax.ts'
import { RegexError } from './syntax.ts'

/** Perl and POSIX classes are ASCII in RE2, whatever JavaScript thinks of \s. */
const perlClasses: Record<string, string> = { d: '0-9', s: '\\t\\n\\f\\r\\u{20}', w: '0-9A-Za-z_' }

const posixClasses: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\u{0}-\\u{7f}',
  blank: '\\t\\u{20}',
  cntrl: '\\u{0}-\\u{1f}\\u{7f}',
  digit: '0-9',
  graph: '\\u{21}-\\u{7e}',
  lower: 'a-z',
  print: '\\u{20}-\\u{7e}',
  punct: '\\u{21}-\\u{2f}\\u{3a}-\\u{40}\\u{5b}-\\u{60}\\u{7b}-\\u{7e}',
  space: '\\t\\n\\v\\f\\r\\u{20}',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
}

const controlEscapes: Record<string, number> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 }

/** What was read, and the place behind it. */
export interface Read<T> {
  value: T
  end: number
}

/** `\d`, `\W`, `\pL`, `\P{Greek}` at `at`; undefined where there is no class escape. */
export function readClassEscape(source: string, at: number): Read<ClassItem> | undefined {
  const letter = source[at + 1] ?? ''
  const perl = perlClasses[letter.toLowerCase()]
  if (perl !== undefined) return { value: { set: letter === letter.toLowerCase() ? perl : `[^${perl}]` }, end: at + 2 }
  if (letter === 'p' || letter === 'P') return readUnicodeClass(source, at)
  return undefined
}

function readUnicodeClass(source: string, at: number): Read<ClassItem> {
  const braced = /^\{(\^?)([^}]*)\}/.exec(source.slice(at + 2))
  const end = braced ? at + 2 + braced[0].length : at + 3
  const whole = source.slice(at, end)
  if (source[at + 2] === '{' && !braced) throw new RegexError('invalid character class range', source.slice(at))
  const name = braced ? (braced[2] ?? '') : (source[at + 2] ?? '')
  const negated = (source[at + 1] === 'P') !== (braced?.[1] === '^')
  for (const property of name === 'Any' || name.length <= 2 ? [name] : [`Script=${name}`]) {
    const set = `\\${negated ? 'P' : 'p'}{${property}}`
    if (/^[\w=]+$/.test(property) && isKnownProperty(property)) return { value: { set }, end }
  }
  throw new RegexError('invalid character class range', whole)
}

function isKnownProperty(property: string): boolean {
  try {
    return new RegExp(`\\p{${property}}`, 'v') instanceof RegExp
  } catch {
    // The engine knows which properties exist; its refusal is the answer.
    return false
  }
}

/** `[:alpha:]` or `[:^alpha:]` inside brackets; undefined where the text is no such thing. */
export function readPosixClass(source: string, at: number): Read<ClassItem> | undefined {
  if (!source.startsWith('[:', at)) return undefined
  const close = source.indexOf(':]', at + 2)
  if (close < 0) return undefined
  const name = source.slice(at + 2, close)
  const set = posixClasses[name.replace(/^\^/, '')]
  if (set === undefined) throw new RegexError('invalid character class range', source.slice(at, close + 2))
  return { value: { set: name.startsWith('^') ? `[^${set}]` : set }, end: close + 2 }
}

/** An escape that means one code point: `\n`, `\.`, `\x41`, `\x{1F600}`, `\101`. */
export function readEscapedChar(source: string, at: number): Read<number> {
  const letter = source[at + 1]
  if (letter === undefined) throw new RegexError('trailing backslash at end of expression', '')
  const octal = /^(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(source.slice(at + 1))
  if (octal) return { value: Number.parseInt(octal[0], 8), end: at + 1 + octal[0].length }
  if (letter === 'x') {
    const hex = /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{2}))/.exec(source.slice(at + 2))
    const value = Number.parseInt(hex?.[1] ?? hex?.[2] ?? '', 16)
    if (!hex || value > 0x10ffff) throw new RegexError('invalid escape sequence', source.slice(at, at + 3))
    return { value, end: at + 2 + hex[0].length }
  }
  const control = controlEscapes[letter]
  if (control !== undefined) return { value: control, end: at + 2 }
  const code = source.codePointAt(at + 1) ?? 0
  if (code < 0x80 && !/[0-9A-Za-z]/.test(letter)) return { value: code, end: at + 2 }
  throw new RegexError('invalid escape sequence', `\\${String.fromCodePoint(code)}`)
}
