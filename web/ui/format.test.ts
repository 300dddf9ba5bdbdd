import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { age, byteRate, cutMiddle, duration, percent, rate, roundPercent, significant, times } from './format.ts'

const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('numbers', () => {
  it.each([
    [0, '0'],
    [1734, '1,730'],
    [318, '318'],
    [21.84, '21.8'],
    [5, '5.00'],
    [1.2, '1.20'],
    [0.4, '0.400'],
    [0.015, '0.015'],
    [999.6, '1,000'],
    [-3.14159, '-3.14'],
  ])('%d is written %s', (value, text) => expect(significant(value)).toBe(text))

  it('drop trailing zeros where there is no column to line up in', () => expect(significant(5, true)).toBe('5'))

  it('are within half a percent of what they stand for', () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e12, noNaN: true }), value => {
        const read = Number(significant(value).replaceAll(',', ''))
        expect(Math.abs(read - value) / value).toBeLessThan(0.00501)
      }),
    ))
})

describe('units', () => {
  it.each([
    [rate(21.8, 'req'), '21.8 req/s'],
    [rate(0.015), '0.015 /s'],
    [rate(0.000833), '3.00 /h'],
    [rate(0), '0 /s'],
    [byteRate(14_100), '14.1 kB/s'],
    [byteRate(999_999), '1.00 MB/s'],
    [byteRate(12), '12.0 B/s'],
    [percent(0.124), '12.4 %'],
    [percent(1), '100 %'],
    [percent(0), '0 %'],
    [percent(null), '–'],
    [roundPercent(0.1), '10 %'],
    [duration(52.1), '52.1 ms'],
    [duration(999.9), '1.00 s'],
    [duration(2410), '2.41 s'],
    [duration(150_000), '2.50 min'],
    [duration(null), '–'],
    [times(1.07), '×1.1'],
    [times(13.9), '×14'],
  ])('%s', (text, wanted) => expect(plain(text)).toBe(wanted))

  it('never call a part a whole, nor something nothing', () =>
    fc.assert(
      fc.property(fc.double({ min: 1e-12, max: 1 - 1e-12, noNaN: true }), ratio => {
        expect(['0 %', '100 %']).not.toContain(plain(percent(ratio)))
      }),
    ))
})

describe('ages', () => {
  it.each([
    [-5_000, '0 s'],
    [2_400, '2 s'],
    [108_000, '1 min 48 s'],
    [120_000, '2 min'],
    [25 * 60_000 + 9_000, '25 min'],
    [192 * 60_000, '3 h 12 min'],
    [31 * 86_400_000, '31 days'],
  ])('%d ms is %s', (milliseconds, text) => expect(plain(age(milliseconds, 'en'))).toBe(text))

  it('speak Chinese', () => expect(plain(age(108_000, 'zh-CN'))).toBe('1 分 48 秒'))
})

describe('long names', () => {
  it('are cut in the middle: both ends tell them apart', () => {
    expect(cutMiddle('recommendations-canary-7d9f4c6b5-x2k4p', 25)).toBe('recommendations…6b5-x2k4p')
    expect(cutMiddle('short', 25)).toBe('short')
  })
  it('are never longer than asked', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 3, max: 40 }), (name, most) => {
        expect(Array.from(cutMiddle(name, most)).length).toBeLessThanOrEqual(most)
      }),
    ))
})
