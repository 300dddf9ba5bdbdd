import * as fc from 'fast-check'
import type { Json, Path } from '#shared/mesh/object.ts'
import type { Field, Form } from './form.ts'

type Any = Field<never>

/** Texts as people write them, and as they should not. */
const aWord: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: fc.stringMatching(/^[a-z][a-z0-9./*-]{0,11}$/) },
  fc.constantFrom('cluster.local/ns/shop/sa/checkout', '*', '8080', 'true', 'null', '1.5', '', '# no comment', 'a: b'),
  fc.constantFrom(
    "it's",
    '"quoted"',
    '- dash',
    '&anchor',
    '!tag',
    '{x}',
    '[y]',
    'ü→界',
    ' blanks ',
    '10.0.0.0/8',
    '1e3',
    '~',
  ),
  fc.string({ maxLength: 8 }).map(text => text.replace(/[^\x20-\x7e]/g, '')),
)
const aName = fc.stringMatching(/^[a-z][a-z0-9./-]{0,9}$/)

/** Now and then a value has the shape of another field. */
const aWrongShape: fc.Arbitrary<unknown> = fc.constantFrom<unknown>(
  'text',
  7,
  true,
  ['a'],
  { a: 'b' },
  [{ a: 1 }],
  'two\nlines',
  null,
)

const deepest = 6

function aValueOf(field: Any, depth: number): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'text':
      return field.isNumberToo === true ? fc.oneof(aWord, fc.integer({ min: 1, max: 65_535 })) : aWord
    case 'number': {
      const [min, max] = [field.min ?? -1000, field.max ?? 100_000]
      return field.isFraction === true
        ? fc.double({ min, max, noNaN: true, noDefaultInfinity: true }).map(each => (Object.is(each, -0) ? 0 : each))
        : fc.integer({ min: Math.ceil(min) - 1, max: Math.floor(max) + 1 })
    }
    case 'duration':
      return fc.oneof(fc.constantFrom('1s', '1.5s', '100ms', '1h30m', 'soon'), aWord)
    case 'flag':
      return fc.boolean()
    case 'choice':
      return fc.oneof(fc.constantFrom(...field.options.map(({ value }) => value ?? 'OTHER')), aWord)
    case 'chips':
      return fc.array<unknown>(field.of === 'text' ? aWord : fc.integer({ min: 0, max: 65_535 }), { maxLength: 3 })
    case 'labels':
    case 'pairs':
      return fc.dictionary(aName, aWord, { maxKeys: 2 })
    case 'group':
      return fieldsOf(field.fields, depth + 1)
    case 'list':
      return fc.array(entryOf(field.item, depth + 1), { maxLength: 2 })
    case 'map':
      return fc.dictionary(aName, entryOf(field.item, depth + 1), { maxKeys: 2 })
    case 'oneOf': {
      const cases = field.cases.map(each =>
        entryOf(each.fields, depth + 1).map(
          (inside): Json => ({
            ...(each.value === undefined ? {} : { [each.key]: inside }),
            ...(field.tag === undefined || each.tag === undefined ? {} : { [field.tag]: each.tag }),
          }),
        ),
      )
      return cases.length === 0 ? fc.constant({}) : fc.oneof(...cases)
    }
    case 'shares':
      return fc.constant(undefined)
  }
}

/** What stands behind `at: []` is the entry itself. */
function entryOf(fields: readonly Any[], depth: number): fc.Arbitrary<unknown> {
  const own = fields.find(field => field.at.length === 0 && field.type !== 'oneOf' && field.type !== 'shares')
  return own === undefined ? fieldsOf(fields, depth) : aValueOf(own, depth)
}

/** A holder in which some of its fields are said, in any order, with fields nobody knows among them. */
function fieldsOf(fields: readonly Any[], depth: number): fc.Arbitrary<Json> {
  if (depth > deepest) return fc.constant({})
  const said = fields.map(field =>
    fc
      .tuple(fc.integer({ min: 0, max: 99 }), aValueOf(field, depth), aWrongShape)
      .map(
        ([chance, value, wrong]) =>
          (chance < 30 ? [field.at, value] : chance < 33 ? [field.at, wrong] : null) as [Path, unknown] | null,
      ),
  )
  const unknown = fc
    .option(fc.tuple(fc.constant(['unknownField'] as Path), fc.constantFrom<unknown>(1, 'x', ['y'], { z: true })), {
      freq: 4,
    })
    .map(pair => pair as [Path, unknown] | null)
  return fc.tuple(...said, unknown).chain(pairs => {
    const there = pairs.filter(pair => pair !== null && pair[1] !== undefined) as [Path, unknown][]
    return fc
      .shuffledSubarray(there, { minLength: there.length })
      .map(order => order.reduce<Json>((object, [path, value]) => put(object, path, value), {}))
  })
}

function put(object: Json, [step, ...rest]: Path, value: unknown): Json {
  if (step === undefined)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...object, ...value } : object
  const inner = object[step]
  if (rest.length === 0) {
    const isBoth = [inner, value].every(each => typeof each === 'object' && each !== null && !Array.isArray(each))
    return { ...object, [step]: isBoth ? { ...(inner as Json), ...(value as Json) } : value }
  }
  const next = typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? (inner as Json) : {}
  return { ...object, [step]: put(next, rest, value) }
}

/** Objects made of a form's own fields, of unknown ones, and of wrong shapes now and then. */
export const anObject = (form: Form<never>): fc.Arbitrary<Json> =>
  fieldsOf(form.fields, 0).map(object => ({
    apiVersion: `${form.group}/v1`,
    kind: form.kind,
    metadata: { name: 'generated', namespace: 'shop' },
    ...object,
  }))

/** The text with comments wherever comments may stand. */
export const aTextOf = (text: string): fc.Arbitrary<string> => {
  const lines = text.trimEnd().split('\n')
  return fc.array(fc.integer({ min: 0, max: 9 }), { minLength: lines.length, maxLength: lines.length }).map(chances => {
    let isLiteral = -1
    return `${lines
      .flatMap((line, index) => {
        const indent = /^ */.exec(line)?.[0] ?? ''
        // Inside a text of several lines a comment is text.
        if (isLiteral >= 0 && (line.trim() === '' || indent.length > isLiteral)) return [line]
        isLiteral = /[|>][+-]?$/.test(line) ? indent.length : -1
        const chance = chances[index] ?? 9
        if (chance === 0) return [`${indent}# note ${index}`, line]
        return chance === 1 && isLiteral < 0 ? [`${line} # note ${index}`] : [line]
      })
      .join('\n')}\n`
  })
}
