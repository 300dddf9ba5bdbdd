import { Health } from '#shared/mesh/health.ts'
import { NodeKind, Protocol } from './graph.ts'

export const choiceOperators = ['=', '!='] as const
export type ChoiceOperator = (typeof choiceOperators)[number]
export const textOperators = ['=', '!=', 'contains'] as const
export type TextOperator = (typeof textOperators)[number]
export const numberOperators = ['>', '>=', '<', '<=', '=', '!='] as const
export type NumberOperator = (typeof numberOperators)[number]

export type Measure = 'rate' | 'ratio' | 'duration' | 'byteRate' | 'count'

type Field =
  | { type: 'text' }
  | { type: 'choice'; values: readonly string[] }
  /** `examples` are offered as values. */
  | { type: 'number'; measure: Measure; examples: readonly string[] }
  | { type: 'flag' }

/** What can be asked, in the order it is offered. What each means of a node and of an edge: find-read.ts. */
export const fields = {
  name: { type: 'text' },
  ns: { type: 'text' },
  kind: { type: 'choice', values: NodeKind.options },
  health: { type: 'choice', values: Health.options },
  protocol: { type: 'choice', values: Protocol.options },
  rate: { type: 'number', measure: 'rate', examples: ['1', '10', '100'] },
  error: { type: 'number', measure: 'ratio', examples: ['0%', '1%', '5%'] },
  latency: { type: 'number', measure: 'duration', examples: ['100ms', '500ms', '1s'] },
  mtls: { type: 'number', measure: 'ratio', examples: ['100%', '0%'] },
  denied: { type: 'number', measure: 'ratio', examples: ['0%', '1%'] },
  bytes: { type: 'number', measure: 'byteRate', examples: ['10kB', '1MB'] },
  connections: { type: 'number', measure: 'rate', examples: ['1', '10'] },
  service: { type: 'text' },
  workload: { type: 'text' },
  version: { type: 'text' },
  source: { type: 'text' },
  destination: { type: 'text' },
  pods: { type: 'number', measure: 'count', examples: ['0', '1'] },
  ready: { type: 'number', measure: 'count', examples: ['0', '1'] },
  idle: { type: 'flag' },
} as const satisfies Record<string, Field>

export type FieldName = keyof typeof fields
type FieldOf<Type> = { [Name in FieldName]: (typeof fields)[Name]['type'] extends Type ? Name : never }[FieldName]
export type TextField = FieldOf<'text'>
export type ChoiceField = FieldOf<'choice'>
export type NumberField = FieldOf<'number'>
export type FlagField = FieldOf<'flag'>

export const isText = (field: FieldName): field is TextField => fields[field].type === 'text'
export const isChoice = (field: FieldName): field is ChoiceField => fields[field].type === 'choice'
export const isNumber = (field: FieldName): field is NumberField => fields[field].type === 'number'

export const fieldNames = Object.keys(fields) as FieldName[]
const aliases: ReadonlyMap<string, FieldName> = new Map([
  ['namespace', 'ns'],
  ['duration', 'latency'],
])

/** A field by its name or its other name, in any case. */
export function fieldNamed(word: string): FieldName | null {
  const name = word.toLowerCase()
  return fieldNames.find(field => field === name) ?? aliases.get(name) ?? null
}

/** Every word that names a field. */
export const fieldWords: readonly string[] = [...fieldNames, ...aliases.keys()]

/** What the field can be asked, the likeliest first. */
export function operatorsOf(field: FieldName): readonly string[] {
  switch (fields[field].type) {
    case 'text':
      return textOperators
    case 'number':
      return numberOperators
    case 'choice':
    case 'flag':
      return choiceOperators
  }
}

export const flagValues: Readonly<Record<string, boolean>> = { yes: true, no: false, true: true, false: false }
