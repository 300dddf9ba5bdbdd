import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correct, type FindError, type FindReason, mostCharacters, mostDepth, type Query } from './find.ts'
import { queries, scraps } from './find.fixture.ts'
import { fields } from './find-field.ts'
import { parse } from './find-parse.ts'
import { print } from './find-print.ts'

const word = (value: string): Query => ({ kind: 'word', value })
const text = (field: 'name' | 'ns', operator: '=' | '!=' | 'contains', value: string): Query => ({
  kind: 'text',
  field,
  operator,
  value,
})
const number = (
  field: 'rate' | 'error' | 'latency' | 'mtls' | 'bytes' | 'pods',
  operator: '>' | '<' | '=' | '>=' | '!=',
  value: number,
): Query => ({ kind: 'number', field, operator, value })

function errorIn(typed: string): FindError {
  const parsed = parse(typed)
  if (parsed.kind !== 'error') throw new Error(`${typed} is read without an error`)
  return parsed
}

describe('a query', () => {
  it.each<[string, Query]>([
    ['pay', word('pay')],
    ['"pay ment"', word('pay ment')],
    ['"rate"', word('rate')],
    ['ns = shop', text('ns', '=', 'shop')],
    ['Namespace=shop', text('ns', '=', 'shop')],
    ['name contains pay', text('name', 'contains', 'pay')],
    ['name~pay', text('name', 'contains', 'pay')],
    ['name CONTAINS "a \\"b\\" \\\\"', text('name', 'contains', 'a "b" \\')],
    ["name = 'and'", text('name', '=', 'and')],
    ['name = rate', text('name', '=', 'rate')],
    ['rate > 5', number('rate', '>', 5)],
    ['rate>5/s', number('rate', '>', 5)],
    ['rate >= .5e2', number('rate', '>=', 50)],
    ['rate ≥ 5', number('rate', '>=', 5)],
    ['error > 1%', number('error', '>', 0.01)],
    ['error > 0.01', number('error', '>', 0.01)],
    ['error > 35%', number('error', '>', 0.35)],
    ['error = 1', number('error', '=', 1)],
    ['mtls < 100%', number('mtls', '<', 1)],
    ['mtls < 100 %', number('mtls', '<', 1)],
    ['latency > 250', number('latency', '>', 250)],
    ['duration > 250ms', number('latency', '>', 250)],
    ['latency > 1.5 s', number('latency', '>', 1500)],
    ['latency > "1.5s"', number('latency', '>', 1500)],
    ['bytes > 1MB', number('bytes', '>', 1_000_000)],
    ['bytes > 2kb/s', number('bytes', '>', 2000)],
    ['bytes != 0', number('bytes', '!=', 0)],
    ['pods = 0', number('pods', '=', 0)],
    ['kind = Gateway', { kind: 'choice', field: 'kind', operator: '=', value: 'gateway' }],
    ['idle', { kind: 'flag', field: 'idle', value: true }],
    ['idle = no', { kind: 'flag', field: 'idle', value: false }],
    ['idle != FALSE', { kind: 'flag', field: 'idle', value: true }],
    ['not idle', { kind: 'not', part: { kind: 'flag', field: 'idle', value: true } }],
    ['not not a', { kind: 'not', part: { kind: 'not', part: word('a') } }],
    ['a or b and c', { kind: 'or', parts: [word('a'), { kind: 'and', parts: [word('b'), word('c')] }] }],
    ['(a or b) AND c', { kind: 'and', parts: [{ kind: 'or', parts: [word('a'), word('b')] }, word('c')] }],
    ['not a and b', { kind: 'and', parts: [{ kind: 'not', part: word('a') }, word('b')] }],
    ['not (a and b)', { kind: 'not', part: { kind: 'and', parts: [word('a'), word('b')] } }],
    ['a and (b and ((c)))', { kind: 'and', parts: [word('a'), word('b'), word('c')] }],
    ['（ｎｓ＝shop）or“b c”', { kind: 'or', parts: [text('ns', '=', 'shop'), word('b c')] }],
  ])('is read from %s', (typed, query) => {
    expect(parse(typed)).toEqual({ kind: 'query', query })
  })

  it.each(['', '   ', '\t\n', '　'])('is not there in %j', typed => {
    expect(parse(typed)).toEqual({ kind: 'empty' })
  })

  it('is printed in one way', () => {
    for (const [typed, printed] of [
      ['NAMESPACE="shop"and((rate>5.0))', 'ns = shop and rate > 5'],
      ['latency>1500', 'latency > 1.5s'],
      ['latency>250', 'latency > 250ms'],
      ['latency>1234', 'latency > 1234ms'],
      ['error>.07', 'error > 7%'],
      ['bytes>2000kB', 'bytes > 2MB'],
      ['(a or(b))and not(c)', '(a or b) and not c'],
      ['name~"idle" or "idle"', 'name contains idle or "idle"'],
      ['name = "a b"', 'name = "a b"'],
      ['idle != yes', 'idle = no'],
    ] as const) {
      const parsed = parse(typed)
      expect(parsed.kind === 'query' && print(parsed.query)).toBe(printed)
    }
  })

  it('is the same after printing and reading', () => {
    let read = 0
    fc.assert(
      fc.property(queries, query => {
        const printed = print(query)
        fc.pre(printed.length <= mostCharacters)
        read += 1
        expect(parse(printed)).toEqual({ kind: 'query', query })
      }),
      { numRuns: 3000 },
    )
    expect(read).toBeGreaterThan(1000)
  })
})

describe('an error', () => {
  it.each<[string, FindReason, number, number, string | null, boolean]>([
    ['nmae = x', 'unknownField', 0, 4, 'name', false],
    ['ns = a and erorr > 1%', 'unknownField', 11, 5, 'error', false],
    ['lat > 5', 'unknownField', 0, 3, 'latency', false],
    ['zebra = x', 'unknownField', 0, 5, null, false],
    ['name > a', 'wrongOperator', 5, 1, '=', false],
    ['rate contains 5', 'wrongOperator', 5, 8, '=', false],
    ['kind ~ gate', 'wrongOperator', 5, 1, '=', false],
    ['idle > yes', 'wrongOperator', 5, 1, '=', false],
    ['ns == a', 'unknownOperator', 3, 2, '=', false],
    ['rate => 5', 'unknownOperator', 5, 2, '>=', false],
    ['a && b', 'unknownOperator', 2, 2, 'and', false],
    ['error > 1%, name contains pay', 'unknownOperator', 10, 1, 'and', false],
    ['!idle', 'unknownOperator', 0, 1, 'not', false],
    ['ns ! a', 'unknownOperator', 3, 1, '!=', false],
    ['a ! b', 'unknownOperator', 2, 1, 'not', false],
    ['rate > many', 'badNumber', 7, 4, null, false],
    ['rate > -5', 'badNumber', 7, 2, null, false],
    ['rate > 1e999', 'badNumber', 7, 5, null, false],
    ['latency > 5sec', 'badUnit', 11, 3, 's', false],
    ['latency > 5min', 'badUnit', 11, 3, null, false],
    ['latency > 5 MB', 'badUnit', 12, 2, null, false],
    ['latency > 5m', 'badUnit', 11, 1, 'ms', true],
    ['latency > "5sec"', 'badUnit', 10, 6, '5s', false],
    ['error > 5ms', 'badUnit', 9, 2, null, false],
    ['pods > 5%', 'badUnit', 8, 1, null, false],
    ['error > 5', 'ratioTooLarge', 8, 1, '5%', false],
    ['error > 1', 'ratioTooLarge', 8, 1, '1%', false],
    ['error > 150%', 'ratioTooLarge', 8, 4, '100%', false],
    ['kind = gatway', 'unknownValue', 7, 6, 'gateway', false],
    ['kind = gate', 'unknownValue', 7, 4, 'gateway', true],
    ['kind = gate and a', 'unknownValue', 7, 4, 'gateway', false],
    ['idle = maybe', 'unknownValue', 7, 5, null, false],
    ['name = "pay', 'unclosedQuote', 7, 4, null, true],
    ['"pay', 'unclosedQuote', 0, 4, null, true],
    ['a "pay', 'unclosedQuote', 2, 4, null, true],
    ['(a or b', 'unclosedParenthesis', 0, 1, null, true],
    ['a and (b or (c)', 'unclosedParenthesis', 6, 1, null, true],
    ['a)', 'unexpected', 1, 1, null, false],
    ['()', 'unexpected', 1, 1, null, false],
    ['and a', 'unexpected', 0, 3, null, false],
    ['a and or b', 'unexpected', 6, 2, null, false],
    ['= 5', 'unexpected', 0, 1, null, false],
    ['rate > 5 > 3', 'unexpected', 9, 1, null, false],
    ['""', 'unexpected', 0, 2, null, false],
    ['rate > 5 and', 'missingOperand', 9, 3, null, true],
    ['a or not ', 'missingOperand', 5, 3, null, true],
    ['(', 'missingOperand', 0, 1, null, true],
    ['pay ment', 'missingJoin', 4, 4, 'and ment', false],
    ['a not b', 'missingJoin', 2, 3, 'and not', false],
    ['a (b)', 'missingJoin', 2, 1, 'and (', false],
    ['rate', 'missingOperator', 0, 4, null, true],
    ['rate and a', 'missingOperator', 0, 4, null, false],
    ['ns shop', 'missingOperator', 0, 2, 'ns =', false],
    ['rate >', 'missingValue', 5, 1, null, true],
    ['rate > )', 'missingValue', 5, 1, null, false],
    ['ns = and a', 'missingValue', 3, 1, null, false],
    ['ns = ""', 'missingValue', 3, 1, null, false],
  ])('in %s is %s', (typed, reason, position, length, suggestion, isUnfinished) => {
    expect(errorIn(typed)).toMatchObject({ reason, position, length, suggestion, isUnfinished })
  })

  it('brings what there is to say', () => {
    expect(errorIn('latency > 5min').parameters).toEqual({ field: 'latency', unit: 'min', units: 'ms, s' })
    expect(errorIn('rate > 5%').parameters).toEqual({ field: 'rate', unit: '%', units: '' })
    expect(errorIn('name > a').parameters).toEqual({ field: 'name', operator: '>', operators: '= != contains' })
    expect(errorIn('protocol = udp').parameters).toEqual({ field: 'protocol', value: 'udp', values: 'http, grpc, tcp' })
  })

  it.each([
    ['nmae = x', 'name = x'],
    ['a,b', 'a and b'],
    ['a && b', 'a and b'],
    ['error > 1%, name contains pay', 'error > 1% and name contains pay'],
    ['name=~pay', 'name contains pay'],
    ['!(a)', 'not (a)'],
    ['latency>5sec or a', 'latency>5s or a'],
    ['ns shop', 'ns = shop'],
    ['pay ment', 'pay and ment'],
  ])('of %s is mended to %s', (typed, mended) => {
    expect(correct(typed, errorIn(typed))).toBe(mended)
    expect(parse(mended).kind).toBe('query')
  })

  it('is not the same any more where its suggestion was taken', () => {
    fc.assert(
      fc.property(scraps, typed => {
        const error = parse(typed)
        fc.pre(error.kind === 'error' && error.suggestion !== null)
        const mended = correct(typed, error as FindError)
        expect(mended).not.toBe(typed)
        const after = parse(mended)
        expect({ ...after, parameters: null }).not.toEqual({ ...error, parameters: null })
      }),
      { numRuns: 2000 },
    )
  })
})

describe('any text', () => {
  const check = (typed: string) => {
    const parsed = parse(typed)
    if (parsed.kind === 'query') expect(parse(print(parsed.query))).toEqual(parsed)
    if (parsed.kind !== 'error') return
    expect(parsed.position).toBeGreaterThanOrEqual(0)
    expect(parsed.length).toBeGreaterThan(0)
    expect(parsed.position + parsed.length).toBeLessThanOrEqual(typed.length)
  }

  it('is read without throwing, and an error lies inside it', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), check), { numRuns: 2000 })
    fc.assert(fc.property(scraps, check), { numRuns: 5000 })
  })

  it('too long or too deep is refused', () => {
    expect(errorIn('a'.repeat(mostCharacters + 7))).toMatchObject({
      reason: 'tooLong',
      position: mostCharacters,
      length: 7,
      parameters: { most: mostCharacters },
    })
    expect(parse('a'.repeat(mostCharacters)).kind).toBe('query')
    const deep = (depth: number) => `${'('.repeat(depth)}a${')'.repeat(depth)}`
    expect(parse(deep(mostDepth)).kind).toBe('query')
    expect(errorIn(deep(mostDepth + 1))).toMatchObject({ reason: 'tooDeep', position: mostDepth, length: 1 })
    expect(errorIn(`${'not '.repeat(mostDepth + 1)}a`).reason).toBe('tooDeep')
    expect(errorIn('('.repeat(mostCharacters)).reason).toBe('tooDeep')
  })
})

it('no field is called like a word of the language', () => {
  for (const field of ['and', 'or', 'not', 'contains']) expect(fields).not.toHaveProperty(field)
})
