import { type FindError, isReserved, type Query } from './find.ts'
import {
  type ChoiceField,
  type ChoiceOperator,
  choiceOperators,
  type FieldName,
  type FlagField,
  fieldNamed,
  fields,
  fieldWords,
  flagValues,
  isChoice,
  isNumber,
  isText,
  type NumberField,
  type NumberOperator,
  numberOperators,
  operatorsOf,
  type TextField,
  type TextOperator,
  textOperators,
} from './find-field.ts'
import { nearest } from './find-nearest.ts'
import { isUnit, readNumber, unitsOf } from './find-number.ts'
import { failure, isLast, peek, type Reader, unknownOperator } from './find-reader.ts'
import type { Token } from './find-token.ts'

/** Field, operator and value; the reader stands on the field. */
export function comparison(reader: Reader, field: Token, operator: Token): Query | FindError {
  const name = fieldNamed(field.text)
  const wrong = unknownOperator(operator, name !== null)
  if (wrong !== null) return wrong
  if (name === null)
    return failure('unknownField', field, { field: field.text }, { suggestion: nearest(field.text, fieldWords) })
  const sign = operator.text.toLowerCase()
  const question = questionOf(name, sign)
  if (question === null) {
    const operators = operatorsOf(name).join(' ')
    return failure('wrongOperator', operator, { field: name, operator: sign, operators }, { suggestion: '=' })
  }
  reader.at += 2
  const value = peek(reader)
  if (value?.kind === 'quoted' && !value.isClosed) return failure('unclosedQuote', value, {}, { isUnfinished: true })
  if (value === null || !isValue(value))
    return failure('missingValue', operator, { field: name, operator: sign }, { isUnfinished: value === null })
  reader.at += 1
  switch (question.kind) {
    case 'text':
      return { ...question, value: value.text }
    case 'choice': {
      const { values } = fields[question.field]
      const known = oneOf(reader, question.field, value, values)
      return typeof known === 'string' ? { ...question, value: known } : known
    }
    case 'flag': {
      const known = oneOf(reader, question.field, value, Object.keys(flagValues))
      if (typeof known !== 'string') return known
      const isYes = flagValues[known] === true
      return { kind: 'flag', field: question.field, value: question.operator === '=' ? isYes : !isYes }
    }
    case 'number': {
      const known = amount(reader, question.field, question.operator, value)
      return typeof known === 'number' ? { ...question, value: known } : known
    }
  }
}

/** A comparison without its value. */
type Question =
  | { kind: 'text'; field: TextField; operator: TextOperator }
  | { kind: 'choice'; field: ChoiceField; operator: ChoiceOperator }
  | { kind: 'number'; field: NumberField; operator: NumberOperator }
  | { kind: 'flag'; field: FlagField; operator: ChoiceOperator }

/** Null: the field cannot be asked this. */
function questionOf(field: FieldName, sign: string): Question | null {
  if (isText(field)) {
    const operator = textOperators.find(each => each === sign)
    return operator === undefined ? null : { kind: 'text', field, operator }
  }
  if (isNumber(field)) {
    const operator = numberOperators.find(each => each === sign)
    return operator === undefined ? null : { kind: 'number', field, operator }
  }
  const operator = choiceOperators.find(each => each === sign)
  if (operator === undefined) return null
  return isChoice(field) ? { kind: 'choice', field, operator } : { kind: 'flag', field, operator }
}

const isValue = ({ kind, text }: Token): boolean =>
  text !== '' && (kind === 'quoted' || (kind === 'word' && !isReserved(text)))

function oneOf(reader: Reader, field: FieldName, token: Token, values: readonly string[]): string | FindError {
  const typed = token.text.toLowerCase()
  if (values.includes(typed)) return typed
  return failure(
    'unknownValue',
    token,
    { field, value: token.text, values: values.join(', ') },
    { suggestion: nearest(typed, values), isUnfinished: isTyping(reader, token, typed, values) },
  )
}

/** A number in the unit of the field. The unit may stand apart: `5 ms`. */
function amount(reader: Reader, field: NumberField, operator: NumberOperator, token: Token): number | FindError {
  const { measure } = fields[field]
  const next = peek(reader)
  const isApart = next?.kind === 'word' && /^[\d.]+$/.test(token.text) && isUnit(next.text)
  if (isApart) reader.at += 1
  const place = { start: token.start, end: isApart ? next.end : token.end }
  const read = readNumber(isApart ? token.text + next.text : token.text, measure)
  if (read.kind === 'notNumber') return failure('badNumber', place, { field, value: token.text })
  if (read.kind === 'notUnit') {
    const { unit, suggestion } = read
    const known = unitsOf(measure)
    const start = isApart ? next.start : token.kind === 'word' ? token.start + read.at : token.start
    return failure(
      'badUnit',
      { start, end: place.end },
      { field, unit, units: known.join(', ') },
      {
        suggestion:
          suggestion === null || token.kind === 'word' ? suggestion : token.text.slice(0, read.at) + suggestion,
        isUnfinished: isTyping(reader, token, unit.toLowerCase(), known),
      },
    )
  }
  // `error > 1` can never be: who writes it means 1 %.
  const isNever = !read.hasUnit && read.value === 1 && operator === '>'
  if (measure !== 'ratio' || (read.value <= 1 && !isNever)) return read.value
  const percent = read.hasUnit ? '100%' : `${token.text}%`
  const suggestion = read.hasUnit || read.value <= 100 ? percent : null
  return failure('ratioTooLarge', place, { field, value: token.text }, { suggestion })
}

/** The last word, and it could become one of these. */
const isTyping = (reader: Reader, token: Token, typed: string, values: readonly string[]): boolean =>
  isLast(reader, token) && token.kind === 'word' && values.some(value => value.toLowerCase().startsWith(typed))
