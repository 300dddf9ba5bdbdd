export type Node =
  | { kind: 'set'; test: (code: number) => boolean }
  | { kind: 'start' | 'end' }
  | { kind: 'all' | 'any'; parts: readonly Node[] }
  | { kind: 'repeat'; of: Node; least: number; most: number | null }

export interface PatternError {
  /** Where in the text. */
  at: number
  what: 'unclosed' | 'nothingBefore' | 'unsupported' | 'range' | 'tooLarge'
}

class Refused extends Error {
  readonly error: PatternError
  constructor(what: PatternError['what'], at: number) {
    super(what)
    this.error = { what, at }
  }
}

const mostTimes = 1000
const digit = (code: number) => code >= 48 && code <= 57
const word = (code: number) => digit(code) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95
const blank = (code: number) => code === 32 || (code >= 9 && code <= 13)
const not = (test: (code: number) => boolean) => (code: number) => !test(code)
const classes: Record<string, (code: number) => boolean> = {
  d: digit,
  w: word,
  s: blank,
  D: not(digit),
  W: not(word),
  S: not(blank),
}
const controls: Record<string, number> = { n: 10, t: 9, r: 13, f: 12, v: 11 }

/** The syntax of RE2 as far as lines of logs need it. `(?i)` at the beginning: letters in either case. */
export function parse(text: string): { node: Node } | { error: PatternError } {
  try {
    return { node: new Parser(text).whole() }
  } catch (error) {
    if (error instanceof Refused) return { error: error.error }
    throw error
  }
}

class Parser {
  readonly #text: string
  readonly #isCaseless: boolean
  #at = 0
  #depth = 0

  constructor(text: string) {
    this.#text = text
    this.#isCaseless = text.startsWith('(?i)')
    if (this.#isCaseless) this.#at = 4
  }

  whole(): Node {
    const node = this.#choice()
    if (this.#at < this.#text.length) throw new Refused('unclosed', this.#at)
    return node
  }

  #peek = (): string => this.#text[this.#at] ?? ''

  #eat(wanted: string): boolean {
    if (!this.#text.startsWith(wanted, this.#at)) return false
    this.#at += wanted.length
    return true
  }

  #choice(): Node {
    const parts = [this.#sequence()]
    while (this.#eat('|')) parts.push(this.#sequence())
    return parts.length === 1 ? (parts[0] ?? { kind: 'all', parts: [] }) : { kind: 'any', parts }
  }

  #sequence(): Node {
    const parts: Node[] = []
    while (this.#at < this.#text.length && this.#peek() !== '|' && this.#peek() !== ')') parts.push(this.#repeated())
    return { kind: 'all', parts }
  }

  #repeated(): Node {
    let node = this.#one()
    for (;;) {
      const times = this.#times()
      if (times === null) return node
      // Whether as few as possible or as many is no question of whether it matches.
      this.#eat('?')
      node = { kind: 'repeat', of: node, ...times }
    }
  }

  #times(): { least: number; most: number | null } | null {
    if (this.#eat('*')) return { least: 0, most: null }
    if (this.#eat('+')) return { least: 1, most: null }
    if (this.#eat('?')) return { least: 0, most: 1 }
    const found = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 16))
    if (found === null) return null
    const least = Number(found[1])
    const most = found[2] === undefined ? least : found[3] === '' ? null : Number(found[3])
    if (least > mostTimes || (most ?? 0) > mostTimes || (most !== null && most < least))
      throw new Refused('range', this.#at)
    this.#at += found[0].length
    return { least, most }
  }

  #one(): Node {
    const begin = this.#at
    const letter = this.#peek()
    this.#at += 1
    switch (letter) {
      case '(':
        return this.#group(begin)
      case '[':
        return { kind: 'set', test: this.#class(begin) }
      case '.':
        return { kind: 'set', test: code => code !== 10 }
      case '^':
        return { kind: 'start' }
      case '$':
        return { kind: 'end' }
      case '*':
      case '+':
      case '?':
        throw new Refused('nothingBefore', begin)
      case '\\':
        return { kind: 'set', test: this.#escaped(begin) }
      default:
        return { kind: 'set', test: this.#exactly(letter.charCodeAt(0)) }
    }
  }

  #group(begin: number): Node {
    if (this.#eat('?')) {
      const isNamed = /^P?<[A-Za-z_]\w*>/.exec(this.#text.slice(this.#at, this.#at + 64))
      if (isNamed) this.#at += isNamed[0].length
      else if (!this.#eat(':')) throw new Refused('unsupported', begin)
    }
    this.#depth += 1
    if (this.#depth > 100) throw new Refused('tooLarge', begin)
    const node = this.#choice()
    this.#depth -= 1
    if (!this.#eat(')')) throw new Refused('unclosed', begin)
    return node
  }

  #exactly(code: number): (code: number) => boolean {
    if (!this.#isCaseless) return other => other === code
    const letter = String.fromCharCode(code)
    const [low, high] = [letter.toLowerCase().charCodeAt(0), letter.toUpperCase().charCodeAt(0)]
    return other => other === low || other === high
  }

  #escaped(begin: number): (code: number) => boolean {
    const test = classes[this.#peek()]
    if (test) {
      this.#at += 1
      return test
    }
    return this.#exactly(this.#literal(begin))
  }

  /** After a backslash: one character. */
  #literal(begin: number): number {
    const letter = this.#peek()
    if (letter === '') throw new Refused('unclosed', begin)
    this.#at += 1
    const control = controls[letter]
    if (control !== undefined) return control
    if (letter === 'x') {
      const hex = /^[0-9a-fA-F]{2}/.exec(this.#text.slice(this.#at, this.#at + 2))?.[0]
      if (hex === undefined) throw new Refused('unsupported', begin)
      this.#at += 2
      return Number.parseInt(hex, 16)
    }
    if (/[A-Za-z0-9]/.test(letter)) throw new Refused('unsupported', begin)
    return letter.charCodeAt(0)
  }

  #class(begin: number): (code: number) => boolean {
    const isNegated = this.#eat('^')
    const tests: ((code: number) => boolean)[] = []
    let isFirst = true
    while (isFirst || this.#peek() !== ']') {
      if (this.#at >= this.#text.length) throw new Refused('unclosed', begin)
      isFirst = false
      const from = this.#member(tests)
      if (from === null) continue
      if (this.#peek() === '-' && (this.#text[this.#at + 1] ?? ']') !== ']') {
        this.#at += 1
        const to = this.#member(tests)
        if (to === null || to < from) throw new Refused('range', begin)
        tests.push(this.#between(from, to))
      } else tests.push(this.#exactly(from))
    }
    this.#at += 1
    const some = (code: number) => tests.some(test => test(code))
    return isNegated ? not(some) : some
  }

  /** One character of a class; null where it was a class itself, which is taken in. */
  #member(tests: ((code: number) => boolean)[]): number | null {
    const begin = this.#at
    const letter = this.#peek()
    this.#at += 1
    if (letter !== '\\') return letter.charCodeAt(0)
    const test = classes[this.#peek()]
    if (test === undefined) return this.#literal(begin)
    this.#at += 1
    tests.push(test)
    return null
  }

  #between(from: number, to: number): (code: number) => boolean {
    const within = (code: number) => code >= from && code <= to
    if (!this.#isCaseless) return within
    return code => {
      const letter = String.fromCharCode(code)
      return within(code) || within(letter.toLowerCase().charCodeAt(0)) || within(letter.toUpperCase().charCodeAt(0))
    }
  }
}
