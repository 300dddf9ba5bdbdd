import { type FindError, isReserved, join, mostCharacters, mostDepth, type Parsed, type Query } from './find.ts'
import { comparison } from './find-comparison.ts'
import { fieldNamed, fields, operatorsOf } from './find-field.ts'
import { failure, isKeyword, isLast, peek, rawText, type Reader, takes, unknownOperator } from './find-reader.ts'
import { type Token, tokens } from './find-token.ts'

/** Reads a query, or says what is wrong first and where. Never throws; time and depth are bounded by the caps. */
export function parse(text: string): Parsed {
  if (text.length > mostCharacters)
    return failure('tooLong', { start: mostCharacters, end: text.length }, { most: mostCharacters })
  const reader: Reader = { text, tokens: tokens(text), at: 0 }
  if (reader.tokens.length === 0) return { kind: 'empty' }
  const query = joined(reader, 'or', 0)
  if (query.kind === 'error') return query
  const rest = peek(reader)
  return rest === null ? { kind: 'query', query } : notJoined(reader, rest)
}

/** `or` of `and`s; `and` of operands. */
function joined(reader: Reader, kind: 'and' | 'or', depth: number): Query | FindError {
  const parts: Query[] = []
  for (;;) {
    const part = kind === 'or' ? joined(reader, 'and', depth) : operand(reader, depth)
    if (part.kind === 'error') return part
    parts.push(part)
    const keyword = takes(reader, kind)
    if (keyword === null) return join(kind, parts)
    if (peek(reader) === null) return missingOperand(keyword)
  }
}

function operand(reader: Reader, depth: number): Query | FindError {
  const token = peek(reader)
  // Whoever asks for an operand has seen that there is one more token.
  if (token === null) throw new Error('An operand was read behind the end')
  const isNot = isKeyword(token, 'not')
  if (!isNot && token.kind !== '(') return leaf(reader, token)
  if (depth >= mostDepth) return failure('tooDeep', token, { most: mostDepth })
  reader.at += 1
  if (peek(reader) === null) return missingOperand(token)
  if (isNot) {
    const part = operand(reader, depth + 1)
    return part.kind === 'error' ? part : { kind: 'not', part }
  }
  const inner = joined(reader, 'or', depth + 1)
  if (inner.kind === 'error') return inner
  const close = peek(reader)
  if (close === null) return failure('unclosedParenthesis', token, {}, { isUnfinished: true })
  if (close.kind !== ')') return notJoined(reader, close)
  reader.at += 1
  return inner
}

/** A comparison, a flag or a value alone. */
function leaf(reader: Reader, token: Token): Query | FindError {
  if (token.kind === 'operator') return unknownOperator(token) ?? unexpected(reader, token)
  if (token.kind === 'quoted') {
    if (!token.isClosed) return failure('unclosedQuote', token, {}, { isUnfinished: true })
    if (token.text === '') return unexpected(reader, token)
    reader.at += 1
    return { kind: 'word', value: token.text }
  }
  if (token.kind !== 'word' || isReserved(token.text)) return unexpected(reader, token)
  const operator = peek(reader, 1)
  if (operator?.kind === 'operator' || (operator !== null && isKeyword(operator, 'contains')))
    return comparison(reader, token, operator)
  const field = fieldNamed(token.text)
  if (field === null) {
    reader.at += 1
    return { kind: 'word', value: token.text }
  }
  if (fields[field].type === 'flag') {
    reader.at += 1
    return { kind: 'flag', field: 'idle', value: true }
  }
  const operators = operatorsOf(field)
  const isValueNext = operator?.kind === 'quoted' || (operator?.kind === 'word' && !isReserved(operator.text))
  return failure(
    'missingOperator',
    token,
    { field: token.text, operators: operators.join(' ') },
    { suggestion: isValueNext ? `${token.text} ${operators[0]}` : null, isUnfinished: isLast(reader, token) },
  )
}

/** What stands where `and`, `or` or the end should be. */
function notJoined(reader: Reader, token: Token): FindError {
  if (token.kind === 'operator') return unknownOperator(token) ?? unexpected(reader, token)
  if (token.kind === ')' || isKeyword(token, 'contains')) return unexpected(reader, token)
  if (!token.isClosed) return failure('unclosedQuote', token, {}, { isUnfinished: true })
  const text = rawText(reader, token)
  return failure('missingJoin', token, { text }, { suggestion: `and ${text}` })
}

const unexpected = (reader: Reader, token: Token): FindError =>
  failure('unexpected', token, { text: rawText(reader, token) })

const missingOperand = (token: Token): FindError =>
  failure('missingOperand', token, { text: token.text.toLowerCase() }, { isUnfinished: true })
