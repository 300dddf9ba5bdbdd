import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { below, fromQuantiles, muOf, normalBelow, sigmaOf } from './lognormal.ts'

const milliseconds = fc.double({ min: 0.1, max: 10_000, noNaN: true })

describe('a log-normal distribution', () => {
  it('has the median and the 99th percentile it was made from', () => {
    fc.assert(
      fc.property(milliseconds, fc.double({ min: 1.1, max: 20, noNaN: true }), (median, spread) => {
        const { mean, variance } = fromQuantiles(median, median * spread)
        const sigma = sigmaOf(mean, variance)
        const mu = muOf(mean, sigma)
        expect(below(median, mu, sigma)).toBeCloseTo(0.5, 4)
        expect(below(median * spread, mu, sigma)).toBeCloseTo(0.99, 4)
      }),
    )
  })
  it('rises with the value', () => {
    fc.assert(
      fc.property(milliseconds, milliseconds, milliseconds, (a, b, median) => {
        const { mean, variance } = fromQuantiles(median, median * 4)
        const sigma = sigmaOf(mean, variance)
        const mu = muOf(mean, sigma)
        expect(below(Math.min(a, b), mu, sigma)).toBeLessThanOrEqual(below(Math.max(a, b), mu, sigma))
      }),
    )
  })
  // https://en.wikipedia.org/wiki/Standard_normal_table
  it.each([
    [0, 0.5],
    [1, 0.841345],
    [-1, 0.158655],
    [1.959964, 0.975],
    [3, 0.99865],
  ])('of a standard normal %d has %d below', (z, share) => {
    expect(normalBelow(z)).toBeCloseTo(share, 5)
  })
})
