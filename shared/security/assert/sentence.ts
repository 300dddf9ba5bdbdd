/** Assertions in plain sentences: `nothing outside pay reaches ledger`. Read and written; pure. */

export interface Name {
  /** Null: wherever it is. */
  namespace: string | null
  name: string
}

export type Who =
  | { kind: 'these'; names: readonly Name[] }
  | { kind: 'anything' }
  | { kind: 'in' | 'outside'; namespaces: readonly string[] }
  /** Everything else. */
  | { kind: 'but'; names: readonly Name[] }

export interface Assertion {
  who: Who
  /** Must it pass, or must none of it? */
  passes: boolean
  /** None of both: whether anything at all gets there. */
  methods: readonly string[]
  paths: readonly string[]
  port: number | null
  /** None: of whatever there is. */
  at: readonly Name[]
}

export type Sentence = { line: number; text: string; remark: string } & ({ assertion: Assertion } | { problem: string })

/** One to a line; `#` begins a remark, and a list's dash or a full stop does no harm. */
export function sentencesIn(text: string): Sentence[] {
  return text.split(/\r?\n/).flatMap((written, index): Sentence[] => {
    const [said, remark] = partedAtRemark(written)
    const plain = said
      .replace(/^\s*[-*]\s+/, '')
      .trim()
      .replace(/\.$/, '')
    return plain === '' ? [] : [{ line: index + 1, text: plain, remark, ...parse(plain) }]
  })
}

/** A `#` inside of quotes, or in the middle of a word, is no remark. */
function partedAtRemark(line: string): [string, string] {
  const end = [...line.matchAll(/`[^`]*`|(?<=^|\s)#/g)].find(([found]) => found === '#')?.index
  return end === undefined ? [line, ''] : [line.slice(0, end), line.slice(end + 1).trim()]
}

interface Word {
  text: string
  isQuoted: boolean
}

class Unclear extends Error {}

export function parse(sentence: string): { assertion: Assertion } | { problem: string } {
  try {
    return { assertion: read(new Reader(wordsOf(sentence))) }
  } catch (error) {
    if (!(error instanceof Unclear)) throw error
    return { problem: error.message }
  }
}

function wordsOf(sentence: string): Word[] {
  if ((sentence.match(/`/g) ?? []).length % 2 === 1) throw new Unclear('A ` is never closed.')
  return [...sentence.matchAll(/`([^`]*)`|(,)|([^\s,`]+)/g)].map(([, quoted, comma, bare]) => ({
    text: quoted ?? comma ?? bare ?? '',
    isQuoted: quoted !== undefined,
  }))
}

class Reader {
  readonly #words: readonly Word[]
  #at = 0
  constructor(words: readonly Word[]) {
    this.#words = words
  }
  get next(): Word | undefined {
    return this.#words[this.#at]
  }
  takes(...keywords: readonly string[]): boolean {
    const { next } = this
    const is = next !== undefined && !next.isQuoted && keywords.includes(next.text)
    if (is) this.#at++
    return is
  }
  take(): Word | undefined {
    return this.#words[this.#at++]
  }
  wanted(what: string): Unclear {
    const before = this.#words[this.#at - 1]
    const found = this.next === undefined ? 'nothing follows' : `not “${this.next.text}”`
    return new Unclear(`${before === undefined ? 'First' : `After “${before.text}”`} comes ${what}: ${found}.`)
  }
}

const keywords = ['may', 'not', 'reach', 'reaches', 'call', 'of', 'on', 'nothing', 'anything', 'outside', 'in', 'but']
const joins = [',', 'and', 'or']

function read(words: Reader): Assertion {
  const isNothing = words.takes('nothing')
  const who = whoIn(words, isNothing || words.takes('anything'))
  if (isNothing && words.takes('reaches'))
    return endOf(words, { who, passes: false, methods: [], paths: [], port: null, at: namesIn(words) })
  if (!words.takes('may')) throw words.wanted(isNothing ? '“reaches” or “may”' : '“may” or “may not”')
  const isNot = words.takes('not')
  if (isNothing && isNot) throw new Unclear('“nothing may not” says two things at once: leave out one of them.')
  const passes = !isNothing && !isNot
  if (words.takes('reach')) return endOf(words, { who, passes, methods: [], paths: [], port: null, at: namesIn(words) })
  const methods = words.takes('call') ? [] : listIn(words, isMethod, 'a method in capitals, “call” or “reach”')
  const isPath = ({ text }: Word) => text.startsWith('/') || text.startsWith('*')
  const paths =
    methods.length === 0 || (words.next !== undefined && isPath(words.next)) ? listIn(words, isPath, 'a path') : []
  const at = words.takes('of') ? namesIn(words) : []
  return endOf(words, { who, passes, methods, paths, port: null, at })
}

const isMethod = ({ text, isQuoted }: Word) => !isQuoted && /^[A-Z]+(-[A-Z]+)*$/.test(text)

function whoIn(words: Reader, isEverybody: boolean): Who {
  if (!isEverybody) return { kind: 'these', names: namesIn(words) }
  if (words.takes('outside')) return { kind: 'outside', namespaces: namesIn(words).map(placeOf) }
  if (words.takes('in')) return { kind: 'in', namespaces: namesIn(words).map(placeOf) }
  return words.takes('but') ? { kind: 'but', names: namesIn(words) } : { kind: 'anything' }
}

function placeOf({ namespace, name }: Name): string {
  if (namespace === null) return name
  throw new Unclear(`A namespace has no “/” in it: “${namespace}/${name}”.`)
}

const namesIn = (words: Reader): Name[] =>
  listIn(words, ({ text, isQuoted }) => (isQuoted || !keywords.includes(text)) && text !== ',', 'a name').map(text => {
    const [first = '', second, ...more] = text.split('/')
    if (more.length > 0 || first === '' || second === '')
      throw new Unclear(`“${text}” is no name: say a name, or namespace/name.`)
    return second === undefined ? { namespace: null, name: first } : { namespace: first, name: second }
  })

/** `a`, `a, b`, `a and b`. */
function listIn(words: Reader, fits: (word: Word) => boolean, what: string): string[] {
  const found: string[] = []
  do {
    const { next } = words
    if (next === undefined || !fits(next)) throw words.wanted(what)
    found.push(next.text)
    words.take()
  } while (words.takes(...joins))
  return found
}

function endOf(words: Reader, assertion: Assertion): Assertion {
  let { port } = assertion
  if (words.takes('on')) {
    if (words.take()?.text !== 'port') throw new Unclear('After “on” comes “port” and its number.')
    port = Number(words.take()?.text)
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Unclear('A port is a number from 1 to 65535.')
  }
  if (words.next !== undefined) throw words.wanted('the end')
  return { ...assertion, port }
}

export function print({ who, passes, methods, paths, port, at }: Assertion): string {
  const isReach = methods.length === 0 && paths.length === 0
  const everybody = passes ? 'anything' : 'nothing'
  const subject = who.kind === 'these' ? namesOf(who.names) : everybody + restOf(who)
  const verb = passes ? ' may' : who.kind === 'these' ? ' may not' : isReach ? '' : ' may'
  const deed = isReach ? (verb === '' ? ' reaches' : ' reach') : methods.length > 0 ? ` ${methods.join(', ')}` : ' call'
  const what = paths.length > 0 ? ` ${paths.map(pathOf).join(', ')}` : ''
  const target = at.length === 0 ? '' : `${isReach ? '' : ' of'} ${namesOf(at)}`
  return `${subject}${verb}${deed}${what}${target}${port === null ? '' : ` on port ${port}`}`
}

function restOf(who: Exclude<Who, { kind: 'these' }>): string {
  switch (who.kind) {
    case 'anything':
      return ''
    case 'but':
      return ` but ${namesOf(who.names)}`
    case 'in':
    case 'outside':
      return ` ${who.kind} ${namesOf(who.namespaces.map(name => ({ namespace: null, name })))}`
  }
}

const namesOf = (names: readonly Name[]): string =>
  names.map(({ namespace, name }) => quoted(namespace === null ? name : `${namespace}/${name}`)).join(', ')

const quoted = (text: string): string =>
  /^[\w-][\w./*-]*$/.test(text) && ![...keywords, ...joins].includes(text) ? text : `\`${text}\``

const pathOf = (text: string): string => (/^[^\s,`#]+$/.test(text) && !text.endsWith('.') ? text : `\`${text}\``)
