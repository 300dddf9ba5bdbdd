import { parse } from './find-parse.ts'
import {
  type FieldName,
  fieldNamed,
  fieldNames,
  fields,
  fieldWords,
  isChoice,
  isNumber,
  isText,
  operatorsOf,
} from './find-field.ts'
import { readNumber, unitsOf } from './find-number.ts'
import { writtenAlone, writtenValue } from './find-print.ts'
import { contextOf, textsOfEdge, textsOfNode } from './find-read.ts'
import { type Token, tokens } from './find-token.ts'
import type { Graph } from './graph.ts'

/** The values a graph has, by field, sorted. */
export type Vocabulary = ReadonlyMap<FieldName, readonly string[]>

export interface Suggestion {
  /** What to write, quoted where it has to be. */
  text: string
  kind: 'field' | 'operator' | 'value' | 'join'
}

/** What could be written over `text.slice(from, to)`, the likeliest first. */
export interface Completion {
  from: number
  to: number
  items: Suggestion[]
}

const mostItems = 12

export function vocabularyOf(graph: Pick<Graph, 'nodes' | 'edges'>): Vocabulary {
  const context = contextOf(graph)
  const asked = fieldNames.filter(field => isText(field) || isChoice(field))
  return new Map(
    asked.map(field => {
      const found = new Set([
        ...graph.nodes.flatMap(node => textsOfNode(field, node, context, '') ?? []),
        ...graph.edges.flatMap(edge => textsOfEdge(field, edge, context, '') ?? []),
      ])
      return [field, isChoice(field) ? fields[field].values.filter(value => found.has(value)) : [...found].sort()]
    }),
  )
}

/** What could stand at the cursor, by all that stands before it. Nothing where what stands before is wrong. */
export function suggest(text: string, cursor: number, vocabulary: Vocabulary): Completion {
  const before = tokens(text.slice(0, cursor))
  const last = before.at(-1)
  const typed = last !== undefined && isTyped(last, cursor) ? last : null
  const from = typed?.start ?? cursor
  const whole = tokens(text).find(token => token.start === from && token.kind === typed?.kind && token.isClosed)
  const to = typed === null ? cursor : Math.max(cursor, whole?.end ?? cursor)
  return { from, to, items: itemsFor(text.slice(0, from), typed?.text ?? '', vocabulary).slice(0, mostItems) }
}

/** The text with a suggestion in it and a space behind, and where the cursor goes. */
export function complete(
  text: string,
  { from, to }: Pick<Completion, 'from' | 'to'>,
  item: Suggestion,
): { text: string; cursor: number } {
  const written = text.slice(0, from) + item.text
  const rest = text.slice(to)
  const hasSpace = /^\s/.test(rest)
  const space = item.text === '(' || hasSpace || rest.startsWith(')') ? '' : ' '
  return { text: written + space + rest, cursor: written.length + (hasSpace ? 1 : space.length) }
}

/** The cursor touches it, and more of it may come. */
const isTyped = ({ kind, end }: Token, cursor: number): boolean => end === cursor && kind !== '(' && kind !== ')'

function itemsFor(before: string, typed: string, vocabulary: Vocabulary): Suggestion[] {
  const parsed = parse(before)
  if (parsed.kind === 'empty') return operands(typed, vocabulary)
  if (parsed.kind === 'query') return as('join', begun(['and', 'or'], typed))
  if (!parsed.isUnfinished) return []
  const field = fieldNamed(String(parsed.parameters['field'] ?? ''))
  switch (parsed.reason) {
    case 'missingOperand':
      return operands(typed, vocabulary)
    case 'unclosedParenthesis':
      return as('join', begun(['and', 'or', ')'], typed))
    case 'missingOperator':
      return field === null ? [] : as('operator', begun(operatorsOf(field), typed))
    case 'missingValue':
      return field === null ? [] : as('value', valuesOf(field, typed, vocabulary))
    default:
      return []
  }
}

/** A field, `not`, a parenthesis; or a name, once something is typed that is in it. */
function operands(typed: string, vocabulary: Vocabulary): Suggestion[] {
  const names = typed === '' ? [] : holding(vocabulary.get('name') ?? [], typed)
  return [
    ...as('field', begun(typed === '' ? fieldNames : fieldWords, typed)),
    ...as('join', begun(['not', '('], typed)),
    ...as('value', names.map(writtenAlone)),
  ]
}

function valuesOf(field: FieldName, typed: string, vocabulary: Vocabulary): readonly string[] {
  if (isText(field)) return holding(vocabulary.get(field) ?? [], typed).map(writtenValue)
  if (isChoice(field)) {
    const present = vocabulary.get(field) ?? []
    return begun([...present, ...fields[field].values.filter(value => !present.includes(value))], typed)
  }
  if (!isNumber(field)) return begun(['yes', 'no'], typed)
  const { measure, examples } = fields[field]
  const digits = /^[\d.]+/.exec(typed)?.[0] ?? ''
  const withUnit = digits === '' ? [] : unitsOf(measure).map(unit => digits + unit)
  return [...new Set([...begun(withUnit, typed), ...begun(examples, typed)])].filter(value => {
    const read = readNumber(value, measure)
    return read.kind === 'number' && (measure !== 'ratio' || read.value <= 1)
  })
}

const as = (kind: Suggestion['kind'], texts: readonly string[]): Suggestion[] => texts.map(text => ({ text, kind }))

const begun = (words: readonly string[], typed: string): string[] =>
  words.filter(word => word.toLowerCase().startsWith(typed.toLowerCase()))

/** Those that begin like this before those that have it inside. */
function holding(values: readonly string[], typed: string): string[] {
  const first = begun(values, typed)
  const sought = typed.toLowerCase()
  return [...first, ...values.filter(value => !first.includes(value) && value.toLowerCase().includes(sought))]
}
