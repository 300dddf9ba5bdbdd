import type { FindError, FindReason } from './find.ts'
import type { Token } from './find-token.ts'

/** Where one is in the text. */
export interface Reader {
  readonly text: string
  readonly tokens: readonly Token[]
  at: number
}

export const peek = ({ tokens, at }: Reader, ahead = 0): Token | null => tokens[at + ahead] ?? null

/** Steps over this word of the language, if it is the next. */
export function takes(reader: Reader, keyword: string): Token | null {
  const token = peek(reader)
  if (token === null || !isKeyword(token, keyword)) return null
  reader.at += 1
  return token
}

export const isLast = (reader: Reader, token: Token): boolean => reader.tokens.at(-1) === token

/** As it was typed, quotes and all. */
export const rawText = ({ text }: Reader, { start, end }: Token): string => text.slice(start, end)

export const isKeyword = (token: Token, keyword: string): boolean =>
  token.kind === 'word' && token.text.toLowerCase() === keyword

export function failure(
  reason: FindReason,
  place: Pick<Token, 'start' | 'end'>,
  parameters: FindError['parameters'],
  rest: { suggestion?: string | null; isUnfinished?: boolean } = {},
): FindError {
  const { suggestion = null, isUnfinished = false } = rest
  const { start: position, end } = place
  return { kind: 'error', reason, parameters, position, length: end - position, suggestion, isUnfinished }
}

/** What other languages write for our words. */
const meant: Readonly<Record<string, string>> = {
  '==': '=',
  '===': '=',
  '!==': '!=',
  '=!': '!=',
  '<>': '!=',
  '=>': '>=',
  '=<': '<=',
  '=~': 'contains',
  '~=': 'contains',
  '~~': 'contains',
  '&': 'and',
  '&&': 'and',
  ',': 'and',
  '|': 'or',
  '||': 'or',
  '!': 'not',
}
const knownOperators = ['=', '!=', '>', '>=', '<', '<=', 'contains']

/** An operator that is none of ours; null if it is. Behind a field, `!` means `!=`. */
export function unknownOperator(token: Token, isBehindField = false): FindError | null {
  const operator = token.text.toLowerCase()
  if (knownOperators.includes(operator)) return null
  const suggestion = isBehindField && operator === '!' ? '!=' : (meant[operator] ?? null)
  return failure('unknownOperator', token, { operator }, { suggestion })
}
