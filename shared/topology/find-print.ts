import { isReserved, type Query } from './find.ts'
import { fieldNamed, fields } from './find-field.ts'
import { writeNumber } from './find-number.ts'
import { written } from './find-token.ts'

/**
 * The canonical text of a query: it is parsed back into the same query, as long as it is within the cap on characters
 * (it can be longer than what was typed: `rate>5` is `rate > 5`).
 */
export function print(query: Query): string {
  switch (query.kind) {
    case 'and':
      return query.parts.map(part => (part.kind === 'or' ? `(${print(part)})` : print(part))).join(' and ')
    case 'or':
      return query.parts.map(print).join(' or ')
    case 'not':
      return query.part.kind === 'and' || query.part.kind === 'or'
        ? `not (${print(query.part)})`
        : `not ${print(query.part)}`
    case 'word':
      return writtenAlone(query.value)
    case 'text':
    case 'choice':
      return `${query.field} ${query.operator} ${writtenValue(query.value)}`
    case 'number':
      return `${query.field} ${query.operator} ${writeNumber(query.value, fields[query.field].measure)}`
    case 'flag':
      return query.value ? query.field : `${query.field} = no`
  }
}

/** Behind an operator: only the words of the language need quotes. */
export const writtenValue = (value: string): string => written(value, isReserved)

/** Where a field could stand as well. */
export const writtenAlone = (value: string): string =>
  written(value, word => isReserved(word) || fieldNamed(word) !== null)
