import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ServiceList } from './api.ts'
import { listed } from './list.fixture.ts'
import { apply, diff, quantise } from './list.ts'

const number = fc.oneof(fc.constantFrom(0, 1, 12.3), fc.double({ min: 0, max: 1e6, noNaN: true }).map(Math.abs))
const rows = fc
  .uniqueArray(
    fc.record({
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      requestRate: number,
      p95: fc.option(number),
      trend: fc.option(fc.array(fc.option(number), { maxLength: 3 })),
    }),
    { selector: ({ name }) => name },
  )
  .map(all => all.map(row => listed(row)))
const list = fc
  .record({ rows, at: fc.nat(), partial: fc.array(fc.constantFrom('x', 'y')) })
  .map((some): ServiceList => ({ window: 60, queries: [], ...some }))

describe('changes of a list', () => {
  it('bring one list to the other, also over the wire', () => {
    fc.assert(
      fc.property(list, list, (before, after) => {
        const change = diff(before, after)
        if (change === null) return expect(after).toEqual(before)
        const told = JSON.parse(JSON.stringify(change)) as typeof change
        expect(apply(before, told)).toEqual(after)
      }),
    )
  })

  it('a rate that hardly moves is no change; one that moves is a few bytes', () => {
    const at = (requestRate: number): ServiceList => ({
      at: 1,
      window: 60,
      queries: [],
      partial: [],
      rows: Array.from({ length: 100 }, (_, index) => listed({ name: `s${index}`, requestRate })),
    })
    const shown = quantise(at(10))
    expect(diff(shown, quantise(at(10.1), shown))).toBeNull()
    expect(JSON.stringify(diff(shown, quantise(at(11), shown))).length).toBeLessThan(600)
  })
})
