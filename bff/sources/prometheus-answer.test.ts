import { describe, expect, it } from 'vitest'
import { AnswerError, longestLabel, parseEnvelope, parseMatrix, parseVector } from './prometheus-answer.ts'

const vector = (...values: unknown[]) => ({
  resultType: 'vector',
  result: values.map((value, index) => ({ metric: { pod: `p${index}` }, value: [1, value] })),
})

describe('an instant answer', () => {
  it('becomes numbers with their labels', () => {
    expect(parseVector(vector('1.5', '2e3'))).toEqual([
      { metric: { pod: 'p0' }, value: 1.5 },
      { metric: { pod: 'p1' }, value: 2000 },
    ])
  })
  it('leaves out what is no measurement: NaN and both infinities', () => {
    expect(parseVector(vector('NaN', '+Inf', '-Inf', '0'))).toEqual([{ metric: { pod: 'p3' }, value: 0 }])
  })
  it('of a scalar is one sample without labels', () => {
    expect(parseVector({ resultType: 'scalar', result: [1, '42'] })).toEqual([{ metric: {}, value: 42 }])
    expect(parseVector({ resultType: 'scalar', result: [1, 'NaN'] })).toEqual([])
  })
  it('leaves out native histograms', () => {
    const result = [{ metric: {}, histogram: [1, { count: '3' }] }]
    expect(parseVector({ resultType: 'vector', result })).toEqual([])
  })
  it('cuts label values that are longer than a label needs to be', () => {
    const data = { resultType: 'vector', result: [{ metric: { host: 'x'.repeat(5000) }, value: [1, '1'] }] }
    expect(parseVector(data)[0]?.metric['host']).toHaveLength(longestLabel)
  })
  it.each([
    ['another type', { resultType: 'matrix', result: [] }],
    ['no type', { result: [] }],
    ['no list', { resultType: 'vector', result: {} }],
    ['a number that is not text', vector(1)],
    ['a value that is no pair', { resultType: 'vector', result: [{ metric: {}, value: ['1'] }] }],
    ['labels that are not text', { resultType: 'vector', result: [{ metric: { a: 1 }, value: [1, '1'] }] }],
    ['no labels', { resultType: 'vector', result: [{ value: [1, '1'] }] }],
    ['null', null],
  ])('with %s is refused', (_, data) => {
    expect(() => parseVector(data)).toThrow(AnswerError)
  })
})

describe('a range answer', () => {
  it('has times in milliseconds, and gaps where there is no number', () => {
    const values = [
      [1.5, '1'],
      [2.5, 'NaN'],
      [3.5, '3'],
    ]
    expect(parseMatrix({ resultType: 'matrix', result: [{ metric: { a: 'b' }, values }] })).toEqual([
      { metric: { a: 'b' }, times: [1500, 3500], values: [1, 3] },
    ])
  })
  it('of another type is refused', () => {
    expect(() => parseMatrix({ resultType: 'vector', result: [] })).toThrow('vector where a matrix')
  })
})

describe('an envelope', () => {
  it('carries data, or the words of the error', () => {
    expect(parseEnvelope('{"status":"success","data":1}', 'application/json')).toEqual({ kind: 'success', data: 1 })
    expect(parseEnvelope('{"status":"error","errorType":"bad_data","error":"no"}', '')).toEqual({
      kind: 'error',
      type: 'bad_data',
      message: 'no',
    })
  })
  it.each([
    ['a web page', '<!doctype html><title>Sign in</title>', 'text/html', 'web page'],
    ['a web page that lies about its type', '\n <html>', 'application/json', 'web page'],
    ['half of an answer', '{"status":"success","da', 'application/json', 'cut short'],
    ['nothing', '', 'application/json', 'empty'],
    ['a list', '[]', 'application/json', 'not an answer'],
    ['another kind of object', '{"kind":"Status"}', 'application/json', 'not an answer'],
  ])('that is %s is refused with a sentence', (_, text, type, words) => {
    expect(() => parseEnvelope(text, type)).toThrow(words)
  })
})
