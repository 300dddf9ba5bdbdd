import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { atOrdinal, ordinal, round3, roundRatio } from './decimal.ts'

describe('numbers of three digits', () => {
  it('have a place each, and the place gives the number back', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 1e300, noNaN: true }), value => {
        const place = ordinal(round3(value))
        expect(place).not.toBeNull()
        expect(atOrdinal(place ?? 0)).toBe(round3(value))
      }),
    )
  })

  it('stand in order, without a gap', () => {
    fc.assert(
      fc.property(fc.integer({ min: -9000, max: 9000 }), place => {
        expect(ordinal(atOrdinal(place))).toBe(place)
        expect(atOrdinal(place + 1)).toBeGreaterThan(atOrdinal(place))
      }),
    )
  })

  it.each([0, -1, 1.234, Number.NaN, Number.POSITIVE_INFINITY])('%d has none', value => {
    expect(ordinal(value)).toBeNull()
  })

  it('never turn three requests an hour into nothing, nor almost all into all', () => {
    expect(round3(3 / 3600)).toBe(0.000_833)
    expect(roundRatio(0.9996)).toBe(0.999)
    expect(roundRatio(1)).toBe(1)
    expect(roundRatio(1e-7)).toBe(1e-7)
  })
})
