import fc from 'fast-check'
import { join, type Query } from './find.ts'
import { fieldNames, fields, isChoice, isNumber, isText, numberOperators, textOperators } from './find-field.ts'

/** Random queries for laws: values of all kinds, among them what has to be quoted. */

const value = fc.oneof(
  fc.constantFrom('shop', 'shop/catalog', 'risk.cards.example', '10.0.0.0/8', 'v1', '5', '100%'),
  fc.constantFrom('and', 'NOT', 'contains', 'rate', 'namespace', 'idle', 'a b', 'a"b', "it's", '\\', '“', '~', '＝'),
  fc.string({ minLength: 1, maxLength: 8 }),
  fc.string({ minLength: 1, maxLength: 8, unit: 'binary' }),
)
const ratio = fc.oneof(fc.constantFrom(0, 1, 0.01, 0.07, 0.29, 0.999), fc.double({ min: 0, max: 1, noNaN: true }))
const amount = fc.oneof(
  fc.constantFrom(0, 1, 250, 1500, 1234, 2_000_000, 5e-324),
  fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }),
  fc.integer({ min: 0, max: 1_000_000 }).map(whole => whole / 1000),
)

const leaf = fc.oneof(
  value.map((word): Query => ({ kind: 'word', value: word })),
  fc
    .tuple(fc.constantFrom(...fieldNames.filter(isText)), fc.constantFrom(...textOperators), value)
    .map(([field, operator, text]): Query => ({ kind: 'text', field, operator, value: text })),
  fc
    .constantFrom(...fieldNames.filter(isChoice))
    .chain(field => fc.tuple(fc.constant(field), fc.constantFrom<string>(...fields[field].values), fc.boolean()))
    .map(([field, text, isEqual]): Query => ({ kind: 'choice', field, operator: isEqual ? '=' : '!=', value: text })),
  fc
    .constantFrom(...fieldNames.filter(isNumber))
    .chain(field =>
      fc.tuple(
        fc.constant(field),
        fc.constantFrom(...numberOperators),
        fields[field].measure === 'ratio' ? ratio : amount,
      ),
    )
    .map(([field, operator, number]): Query => ({ kind: 'number', field, operator, value: number + 0 })),
  fc.boolean().map((isIdle): Query => ({ kind: 'flag', field: 'idle', value: isIdle })),
)

export const queries: fc.Arbitrary<Query> = fc.letrec<{ query: Query }>(tie => ({
  query: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    tie('query').map((part): Query => ({ kind: 'not', part })),
    fc
      .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(tie('query'), { minLength: 2, maxLength: 3 }))
      .map(([kind, parts]) => join(kind, parts)),
  ),
})).query

const words = 'name ns rate error kind idle latency nmae and or not contains shop gateway 5 1% 1.5s 7mm'.split(' ')
const signs = ['(', ')', '=', '!=', '>', '>=', '==', '&&', '!', '~', ',', '"', "'a b'", '5 ms']

/** Texts that are nearly queries. */
export const scraps: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...words, ...signs), { maxLength: 10 })
  .chain(found => fc.constantFrom(found.join(' '), found.join('')))
