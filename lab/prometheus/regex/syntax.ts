/** The parts a regular expression of RE2 is made of, after flags, escapes and \Q…\E are resolved. */

export type Assertion = 'text-begin' | 'text-end' | 'line-begin' | 'line-end' | 'word' | 'no-word'

/** One item of a bracket class: a range of code points, or the inside of a JavaScript class under the `v` flag. */
export type ClassItem = { from: number; to: number } | { set: string }

export type Node =
  | { kind: 'empty' }
  | { kind: 'char'; code: number; fold: boolean }
  | { kind: 'any'; newline: boolean }
  | { kind: 'class'; negated: boolean; items: ClassItem[]; fold: boolean }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'concat'; parts: Node[] }
  | { kind: 'alternate'; choices: Node[] }
  | { kind: 'repeat'; body: Node; min: number; max: number; greedy: boolean }
  | { kind: 'group'; body: Node; index: number }

export interface ParsedRegex {
  root: Node
  /** Names of the capture groups by index; index 0 is the whole match and has none. */
  groupNames: (string | undefined)[]
}

/** In the words of Go's regexp/syntax, which Prometheus passes on to its users. */
export class RegexError extends Error {
  constructor(what: string, where: string) {
    super(`error parsing regexp: ${what}: \`${where}\``)
  }
}
