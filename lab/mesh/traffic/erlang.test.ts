import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queue } from './erlang.ts'

const busy = fc.double({ min: 0, max: 300, noNaN: true })
const servers = fc.integer({ min: 1, max: 200 })
const places = fc.integer({ min: 0, max: 50 })

describe('a queue', () => {
  // https://en.wikipedia.org/wiki/Erlang_(unit)#Erlang_B_formula
  it.each([
    [1, 1, 0.5],
    [2, 2, 0.4],
    [10, 10, 0.21458],
    [5, 10, 0.01838],
  ])('of %d erlangs and %d servers turns %d away', (load, many, lost) => {
    expect(queue(load, many, 0).lost).toBeCloseTo(lost, 4)
  })
  it('turns away more the more there is to do, and fewer the more places there are', () => {
    fc.assert(
      fc.property(busy, busy, servers, places, (a, b, many, waiting) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)]
        expect(queue(less, many, waiting).lost).toBeLessThanOrEqual(queue(more, many, waiting).lost + 1e-9)
        expect(queue(a, many, waiting + 1).lost).toBeLessThanOrEqual(queue(a, many, waiting).lost + 1e-9)
        expect(queue(a, many + 1, waiting).lost).toBeLessThanOrEqual(queue(a, many, waiting).lost + 1e-9)
      }),
    )
  })
  it('turns nobody away far below its limit, and never lets more pass than it can serve', () => {
    fc.assert(
      fc.property(busy, servers, places, (load, many, waiting) => {
        const { lost } = queue(load, many, waiting)
        expect(load * (1 - lost)).toBeLessThanOrEqual(many + 1e-6)
        if (load + 8 * Math.sqrt(load) + 8 < many) expect(lost).toBe(0)
      }),
    )
  })
  it('without an end loses nobody: they wait', () => {
    expect(queue(20, 10, Number.POSITIVE_INFINITY)).toMatchObject({ lost: 0 })
    expect(queue(20, 10, Number.POSITIVE_INFINITY).waiting).toBeGreaterThan(1000)
  })
})
