import { describe, expect, it } from 'vitest'
import { formatPlain, formatSample, parseDuration, parseGoFloat, parseNumberLiteral } from './number.ts'

describe('numbers', () => {
  it.each([
    [0, '0', '0'],
    [-0, '-0', '-0'],
    [1.5, '1.5', '1.5'],
    [1e21, '1000000000000000000000', '1e+21'],
    [1.25e22, '12500000000000000000000', '1.25e+22'],
    [123456789012345680000, '123456789012345680000', '123456789012345680000'],
    [0.000001, '0.000001', '0.000001'],
    [1e-7, '0.0000001', '1e-07'],
    [-1.5e-10, '-0.00000000015', '-1.5e-10'],
    [1e-300, `0.${'0'.repeat(299)}1`, '1e-300'],
    [Number.POSITIVE_INFINITY, '+Inf', '+Inf'],
    [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
    [Number.NaN, 'NaN', 'NaN'],
  ])('%s is written as Go writes it', (value, plain, sample) => {
    expect(formatPlain(value)).toBe(plain)
    expect(formatSample(value)).toBe(sample)
  })

  it.each([
    ['1', 1],
    ['+1.5e3', 1500],
    ['.5', 0.5],
    ['1.', 1],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['+Infinity', Number.POSITIVE_INFINITY],
    ['NaN', Number.NaN],
    ['0x1p-2', 0.25],
    ['0x.8p1', 1],
    ['', undefined],
    ['1e400', undefined],
    ['0x1', undefined],
    ['1_000', undefined],
    ['x', undefined],
  ])('%j is read as Go reads it', (text, value) => {
    expect(parseGoFloat(text)).toEqual(value)
  })

  it.each([
    ['010', 8],
    ['08', 8],
    ['0x1F', 31],
    ['1e-3', 0.001],
    ['Inf', Number.POSITIVE_INFINITY],
  ])('%j in a query is %d', (text, value) => {
    expect(parseNumberLiteral(text)).toBe(value)
  })

  it.each([
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['5ms', 5],
    ['1y2w3d', (365 + 14 + 3) * 86_400_000],
    ['0', 0],
    ['1m1h', { reason: 'not a valid duration string: "1m1h"' }],
    ['1.5h', { reason: 'not a valid duration string: "1.5h"' }],
    ['', { reason: 'empty duration string' }],
    ['999999999y', { reason: 'duration out of range' }],
  ])('the duration %j', (text, value) => {
    expect(parseDuration(text)).toEqual(value)
  })
})
