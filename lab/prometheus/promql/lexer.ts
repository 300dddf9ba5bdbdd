import { parseError } from './error.ts'

export type TokenKind = 'number' | 'duration' | 'string' | 'identifier' | 'keyword' | 'operator' | 'punctuation'

export interface Token {
  kind: TokenKind
  text: string
  from: number
  to: number
}

/** Words with a meaning of their own, whatever their case. */
const keywords = new Set([
  'and',
  'or',
  'unless',
  'atan2',
  'by',
  'without',
  'on',
  'ignoring',
  'group_left',
  'group_right',
  'bool',
  'offset',
  'sum',
  'min',
  'max',
  'avg',
  'count',
  'group',
  'stddev',
  'stdvar',
  'topk',
  'bottomk',
  'quantile',
  'count_values',
])

const skipped = /(?:\s+|#[^\n]*)+/y
const word = /[A-Za-z_:][\w:]*/y
const label = /[A-Za-z_]\w*/y
const number = /0[xX][0-9a-fA-F]*|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d*)?/y
const duration = /\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*/y
const operator = /==|=~|!=|!~|<=|>=|[=<>+\-*/%^@]/y

/**
 * Cuts a query into tokens as Prometheus 2.42 does and finds what its lexer would refuse: characters that mean
 * nothing, quotes, braces and parentheses left open, malformed durations. Throws a PromqlError with the position.
 */
export function tokenize(query: string): Token[] {
  return new Lexer(query).tokens()
}

class Lexer {
  readonly #query: string
  readonly #tokens: Token[] = []
  #at = 0
  #parens = 0
  #inBraces = false
  #inBrackets = false
  #hasColon = false

  constructor(query: string) {
    this.#query = query
  }

  tokens(): Token[] {
    for (;;) {
      this.#match(skipped)
      const char = this.#query[this.#at]
      if (char === undefined) break
      if (!this.#string(char)) {
        if (this.#inBraces) this.#brace(char)
        else this.#statement(char)
      }
    }
    if (this.#inBraces) this.#fail(this.#at, 'unexpected end of input inside braces')
    if (this.#inBrackets) this.#fail(this.#at, 'unclosed left bracket')
    if (this.#parens > 0) this.#fail(this.#at, 'unclosed left parenthesis')
    return this.#tokens
  }

  #fail(at: number, message: string): never {
    throw parseError(this.#query, at, message)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    const text = pattern.exec(this.#query)?.[0]
    this.#at += text?.length ?? 0
    return text
  }

  #push(kind: TokenKind, text: string): void {
    this.#tokens.push({ kind, text, from: this.#at - text.length, to: this.#at })
  }

  #one(kind: TokenKind, char: string): void {
    this.#at++
    this.#push(kind, char)
  }

  /** Reads a quoted string; false where there is none. */
  #string(quote: string): boolean {
    if (!'"\'`'.includes(quote)) return false
    const start = this.#at
    for (let at = start + 1; at < this.#query.length; at++) {
      const char = this.#query[at]
      if (char === quote) {
        this.#at = at + 1
        this.#push('string', this.#query.slice(start, at + 1))
        return true
      }
      if (quote === '`') continue
      if (char === '\n') break
      if (char === '\\') at++
    }
    return this.#fail(start, quote === '`' ? 'unterminated raw string' : 'unterminated quoted string')
  }

  #brace(char: string): void {
    if (char === ',') return this.#one('punctuation', char)
    if (char === '}') {
      this.#inBraces = false
      return this.#one('punctuation', char)
    }
    const name = this.#match(label)
    if (name) return this.#push('identifier', name)
    const op = this.#match(/=~|!=|!~|=/y)
    if (op) return this.#push('operator', op)
    if (char === '{') return this.#fail(this.#at, "unexpected left brace '{'")
    const whole = String.fromCodePoint(this.#query.codePointAt(this.#at) ?? 0)
    return this.#fail(this.#at, `unexpected character inside braces: '${whole}'`)
  }

  #statement(char: string): void {
    if (char === ':' && this.#inBrackets) {
      if (this.#hasColon) this.#fail(this.#at, "unexpected colon ':'")
      this.#hasColon = true
      return this.#one('punctuation', char)
    }
    if ('(){}[],'.includes(char)) return this.#punctuation(char)
    if (/\d/.test(char) || (char === '.' && /\d/.test(this.#query[this.#at + 1] ?? ''))) return this.#number()
    const name = this.#match(word)
    if (name) return this.#push(keywords.has(name.toLowerCase()) ? 'keyword' : 'identifier', name)
    if (/^=~|^!(?!=)/.test(this.#query.slice(this.#at))) {
      const next = this.#query[this.#at + 1] ?? ''
      return this.#fail(this.#at, `unexpected character after '${char}': '${next}'`)
    }
    const op = this.#match(operator)
    if (op) return this.#push('operator', op)
    return this.#fail(
      this.#at,
      `unexpected character: '${String.fromCodePoint(this.#query.codePointAt(this.#at) ?? 0)}'`,
    )
  }

  #punctuation(char: string): void {
    this.#one('punctuation', char)
    switch (char) {
      case '(':
        this.#parens++
        break
      case ')':
        // Prometheus points behind the parenthesis, and so do we.
        if (--this.#parens < 0) this.#fail(this.#at, "unexpected right parenthesis ')'")
        break
      case '{':
        this.#inBraces = true
        break
      case '}':
        this.#fail(this.#at - 1, "unexpected character: '}'")
        break
      case '[':
        if (this.#inBrackets) this.#fail(this.#at - 1, "unexpected left bracket '['")
        this.#inBrackets = true
        this.#hasColon = false
        this.#match(skipped)
        this.#rangeDuration()
        break
      case ']':
        if (!this.#inBrackets) this.#fail(this.#at - 1, "unexpected right bracket ']'")
        this.#inBrackets = false
        break
      default:
        break
    }
  }

  /** The first thing in brackets has to be a duration. */
  #rangeDuration(): void {
    const start = this.#at
    const text = /[\w.]*/y
    text.lastIndex = start
    const whole = text.exec(this.#query)?.[0] ?? ''
    if (/^[\d.]*$/.test(whole)) this.#fail(start, 'missing unit character in duration')
    this.#number()
    const token = this.#tokens.at(-1)
    if (token?.kind !== 'duration') this.#fail(start, `bad duration syntax: "${/^\d*/.exec(whole)?.[0] ?? ''}"`)
  }

  #number(): void {
    const start = this.#at
    const inBrackets = this.#tokens.at(-1)?.text === '['
    const length = this.#match(duration)
    if (length !== undefined && !this.#isInWord()) return this.#push('duration', length)
    this.#at = start
    const value = this.#match(number)
    if (value !== undefined && !this.#isInWord()) return this.#push('number', value)
    const digits = /^[\d.]*/.exec(this.#query.slice(start))?.[0] ?? ''
    if (inBrackets && /^\d+\.\d+/.test(digits))
      this.#fail(start, `not a valid duration string: "${/^[\w.]*/.exec(this.#query.slice(start))?.[0] ?? ''}"`)
    return this.#fail(start, `bad ${inBrackets ? '' : 'number or '}duration syntax: "${digits}"`)
  }

  #isInWord(): boolean {
    return /\w/.test(this.#query[this.#at] ?? '')
  }
}

/** A token in the words of Prometheus' messages. */
export function describeToken(token: Token | undefined): string {
  if (!token) return 'end of input'
  switch (token.kind) {
    case 'punctuation':
      return JSON.stringify(token.text)
    case 'operator':
      return token.text === '=' || token.text === '@' ? JSON.stringify(token.text) : `<op:${token.text}>`
    case 'keyword': {
      const name = token.text.toLowerCase()
      return ['and', 'or', 'unless', 'atan2'].includes(name) ? `<op:${name}>` : `<${name}>`
    }
    case 'identifier':
      return `${token.text.includes(':') ? 'metric identifier' : 'identifier'} ${JSON.stringify(token.text)}`
    default:
      return `${token.kind} ${JSON.stringify(token.text)}`
  }
}
