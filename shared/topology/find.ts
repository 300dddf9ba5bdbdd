import type {
  ChoiceField,
  ChoiceOperator,
  FlagField,
  NumberField,
  NumberOperator,
  TextField,
  TextOperator,
} from './find-field.ts'

/**
 * The find and hide language of the map: `ns = shop and (error > 1% or not mtls = 100%)`.
 *
 *     or         = and { "or" and }
 *     and        = not { "and" not }
 *     not        = "not" not | "(" or ")" | comparison | value
 *     comparison = field ( "=" | "!=" | ">" | "<" | ">=" | "<=" | "contains" | "~" ) value
 *     value      = word | quoted text, "\" before a quote
 *
 * A value alone is looked for in names; `idle` alone is what is idle. Case does not matter anywhere.
 */
export type Query =
  | { kind: 'and' | 'or'; parts: Query[] }
  | { kind: 'not'; part: Query }
  /** A value alone: the name contains it. */
  | { kind: 'word'; value: string }
  | { kind: 'text'; field: TextField; operator: TextOperator; value: string }
  | { kind: 'choice'; field: ChoiceField; operator: ChoiceOperator; value: string }
  /** `value` in the unit of the field: 1/s, 0–1, milliseconds, bytes per second, or a count. */
  | { kind: 'number'; field: NumberField; operator: NumberOperator; value: number }
  | { kind: 'flag'; field: FlagField; value: boolean }

/** Words of the language itself; as values they are quoted. */
export const keywords: readonly string[] = ['and', 'or', 'not', 'contains']
export const isReserved = (word: string): boolean => keywords.includes(word.toLowerCase())

/** Most characters (UTF-16) that are read, and most `not` and parentheses inside each other. */
export const mostCharacters = 500
export const mostDepth = 32

/** What is wrong, for the page to say in its own language. Behind each, the parameters it comes with. */
export type FindReason =
  /** most */
  | 'tooLong'
  /** most */
  | 'tooDeep'
  | 'unclosedQuote'
  | 'unclosedParenthesis'
  /** text: what cannot stand here */
  | 'unexpected'
  /** text: `and`, `or`, `not` or `(`, with nothing behind it */
  | 'missingOperand'
  /** text: what follows without `and` or `or` */
  | 'missingJoin'
  /** field, operators */
  | 'missingOperator'
  /** field, operator */
  | 'missingValue'
  /** field */
  | 'unknownField'
  /** operator */
  | 'unknownOperator'
  /** field, operator, operators */
  | 'wrongOperator'
  /** field, value, values */
  | 'unknownValue'
  /** field, value */
  | 'badNumber'
  /** field, unit, units (empty where the field has none) */
  | 'badUnit'
  /** field, value: a part of a whole is at most 1, and never more than that */
  | 'ratioTooLarge'

export interface FindError {
  kind: 'error'
  reason: FindReason
  parameters: Readonly<Record<string, string | number>>
  /** The place, in UTF-16 code units of the text. */
  position: number
  length: number
  /** What to write in that place instead, where one can guess. */
  suggestion: string | null
  /** Nothing is wrong yet: there is only more to type at the end. */
  isUnfinished: boolean
}

export type Parsed = { kind: 'query'; query: Query } | { kind: 'empty' } | FindError

/** Joins without nesting what needs no nesting: `a and (b and c)` is `a and b and c`. */
export function join(kind: 'and' | 'or', parts: readonly Query[]): Query {
  const flat = parts.flatMap(part => (part.kind === kind ? part.parts : [part]))
  const [only] = flat
  return flat.length === 1 && only !== undefined ? only : { kind, parts: flat }
}

/** The text with the suggestion of an error in its place. */
export function correct(text: string, error: Pick<FindError, 'position' | 'length' | 'suggestion'>): string {
  if (error.suggestion === null) return text
  const before = text.slice(0, error.position)
  const after = text.slice(error.position + error.length)
  const isWord = /^[a-z]+$/.test(error.suggestion) && keywords.includes(error.suggestion)
  const left = isWord && /[^\s(]$/.test(before) ? ' ' : ''
  const right = isWord && /^[^\s)]/.test(after) ? ' ' : ''
  return before + left + error.suggestion + right + after
}
