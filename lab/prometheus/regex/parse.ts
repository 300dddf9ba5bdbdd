import { readBrackets } from './brackets.ts'
import { type Read, readClassEscape, readEscapedChar } from './escapes.ts'
import type { Node, ParsedRegex } from './syntax.ts'
import { RegexError } from './syntax.ts'

interface Flags {
  fold: boolean
  multiline: boolean
  dotAll: boolean
  ungreedy: boolean
}

const maxRepeat = 1000

/** Reads RE2 syntax as Go 1.19 does (Perl flags on). Throws a RegexError in Go's words. */
export function parseRegex(source: string): ParsedRegex {
  const reader = new Reader(source)
  return reader.read()
}

class Reader {
  readonly #source: string
  readonly #groupNames: (string | undefined)[] = [undefined]
  #at = 0
  #flags: Flags = { fold: false, multiline: false, dotAll: false, ungreedy: false }

  constructor(source: string) {
    this.#source = source
  }

  read(): ParsedRegex {
    const root = this.#alternatives()
    if (this.#at < this.#source.length) throw new RegexError('unexpected )', this.#source)
    return { root, groupNames: this.#groupNames }
  }

  #alternatives(): Node {
    const choices = [this.#sequence()]
    while (this.#source[this.#at] === '|') {
      this.#at++
      choices.push(this.#sequence())
    }
    return choices.length === 1 && choices[0] ? choices[0] : { kind: 'alternate', choices }
  }

  #sequence(): Node {
    const parts: Node[] = []
    /** Where the last repetition operator began, while nothing else came between. */
    let repeatedAt = -1
    while (this.#at < this.#source.length && !'|)'.includes(this.#source[this.#at] ?? '')) {
      const repeat = this.#repetition()
      if (repeat) {
        const body = parts.pop()
        const text = this.#source.slice(repeatedAt >= 0 ? repeatedAt : this.#at, repeat.end)
        if (!body) throw new RegexError('missing argument to repetition operator', text)
        if (repeatedAt >= 0) throw new RegexError('invalid nested repetition operator', text)
        if (repeat.value.max > 1 && repetitions(body) * finite(repeat.value) > maxRepeat)
          throw new RegexError('invalid repeat count', text)
        parts.push({ kind: 'repeat', body, ...repeat.value })
        repeatedAt = this.#at
        this.#at = repeat.end
        continue
      }
      repeatedAt = -1
      if (this.#source.startsWith('\\Q', this.#at)) parts.push(...this.#quoted())
      else if (this.#source.startsWith('(?', this.#at)) parts.push(...this.#perlGroup())
      else parts.push(this.#atom())
    }
    return parts.length === 1 && parts[0] ? parts[0] : { kind: 'concat', parts }
  }

  #repetition(): Read<{ min: number; max: number; greedy: boolean }> | undefined {
    const found = /^(?:[*+?]|\{(\d{1,9})(?:(,)(\d{0,9}))?\})(\??)/.exec(this.#source.slice(this.#at, this.#at + 24))
    if (!found) return undefined
    const end = this.#at + found[0].length
    const greedy = (found[4] === '?') === this.#flags.ungreedy
    const [min, max] = bounds(found)
    const limit = max === Number.POSITIVE_INFINITY ? min : max
    if (limit > maxRepeat || min > max) throw new RegexError('invalid repeat count', found[0].replace(/\?$/, ''))
    return { value: { min, max, greedy }, end }
  }

  #quoted(): Node[] {
    const close = this.#source.indexOf('\\E', this.#at)
    const text = this.#source.slice(this.#at + 2, close < 0 ? undefined : close)
    this.#at = close < 0 ? this.#source.length : close + 2
    return Array.from(text, char => this.#literal(char.codePointAt(0) ?? 0))
  }

  #literal(code: number): Node {
    return { kind: 'char', code, fold: this.#flags.fold }
  }

  #atom(): Node {
    const char = this.#source[this.#at] ?? ''
    switch (char) {
      case '(':
        this.#at++
        return this.#group(undefined)
      case '[':
        return this.#take(readBrackets(this.#source, this.#at, this.#flags.fold))
      case '.':
        this.#at++
        return { kind: 'any', newline: this.#flags.dotAll }
      case '^':
        this.#at++
        return { kind: 'assert', what: this.#flags.multiline ? 'line-begin' : 'text-begin' }
      case '$':
        this.#at++
        return { kind: 'assert', what: this.#flags.multiline ? 'line-end' : 'text-end' }
      case '\\':
        return this.#escape()
      default: {
        const code = this.#source.codePointAt(this.#at) ?? 0
        this.#at += code > 0xffff ? 2 : 1
        return this.#literal(code)
      }
    }
  }

  #take<T>(read: Read<T>): T {
    this.#at = read.end
    return read.value
  }

  #escape(): Node {
    const assertions = { A: 'text-begin', z: 'text-end', b: 'word', B: 'no-word' } as const
    const letter = this.#source[this.#at + 1] ?? ''
    if (letter in assertions) {
      this.#at += 2
      return { kind: 'assert', what: assertions[letter as keyof typeof assertions] }
    }
    const set = readClassEscape(this.#source, this.#at)
    if (set) return { kind: 'class', negated: false, items: [this.#take(set)], fold: this.#flags.fold }
    return this.#literal(this.#take(readEscapedChar(this.#source, this.#at)))
  }

  /** Flags set inside a group end with it. `name` is undefined for a group without one. */
  #group(name: string | undefined): Node {
    const index = this.#groupNames.push(name) - 1
    return { kind: 'group', body: this.#inside(), index }
  }

  #inside(): Node {
    const flags = this.#flags
    const body = this.#alternatives()
    if (this.#source[this.#at] !== ')') throw new RegexError('missing closing )', this.#source)
    this.#at++
    this.#flags = flags
    return body
  }

  #perlGroup(): Node[] {
    const rest = this.#source.slice(this.#at)
    if (rest.startsWith('(?P<')) {
      const named = /^\(\?P<(\w+)>/.exec(rest)
      const name = named?.[1]
      const shown = rest.includes('>') ? rest.slice(0, rest.indexOf('>') + 1) : rest
      if (!named || name === undefined) throw new RegexError('invalid named capture', shown)
      this.#at += named[0].length
      return [this.#group(name)]
    }
    const found = /^\(\?([imsU]*)(-[imsU]+)?([:)])/.exec(rest)
    if (!found || (found[1] === '' && found[2] === undefined && found[3] === ')'))
      throw new RegexError('invalid or unsupported Perl syntax', unsupported(rest))
    const flags = withFlags(withFlags(this.#flags, found[1] ?? '', true), found[2] ?? '', false)
    this.#at += found[0].length
    if (found[3] === ')') {
      this.#flags = flags
      return []
    }
    const outer = this.#flags
    this.#flags = flags
    const body = this.#inside()
    this.#flags = outer
    return [body]
  }
}

function bounds(found: RegExpExecArray): [min: number, max: number] {
  if (found[0].startsWith('*')) return [0, Number.POSITIVE_INFINITY]
  if (found[0].startsWith('+')) return [1, Number.POSITIVE_INFINITY]
  if (found[0].startsWith('?')) return [0, 1]
  const min = Number(found[1])
  if (found[2] === undefined) return [min, min]
  return [min, found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3])]
}

const withFlags = (flags: Flags, letters: string, value: boolean): Flags => ({
  fold: letters.includes('i') ? value : flags.fold,
  multiline: letters.includes('m') ? value : flags.multiline,
  dotAll: letters.includes('s') ? value : flags.dotAll,
  ungreedy: letters.includes('U') ? value : flags.ungreedy,
})

/** As much of the text as Go shows: up to the first letter that it does not know. */
const unsupported = (rest: string): string => /^\(\?[imsU-]*[^]?/u.exec(rest)?.[0] ?? rest

const finite = ({ min, max }: { min: number; max: number }): number =>
  max === Number.POSITIVE_INFINITY ? Math.max(min, 1) : max

/** How often nested counted repetitions write the innermost body out; RE2 refuses more than a thousand. */
function repetitions(node: Node): number {
  switch (node.kind) {
    case 'repeat':
      return finite(node) * repetitions(node.body)
    case 'group':
      return repetitions(node.body)
    case 'concat':
      return Math.max(1, ...node.parts.map(repetitions))
    case 'alternate':
      return Math.max(1, ...node.choices.map(repetitions))
    default:
      return 1
  }
}
