import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Weights, weightsTogether } from './weights.ts'

describe('when two kinds of calls came', () => {
  it.each<[string, Weights, Weights, Weights]>([
    ['nothing is known of either', {}, {}, {}],
    ['one is told', { lastSeen: 5, hours: [1, 2] }, {}, { lastSeen: 5, hours: [1, 2] }],
    ['the other is told', {}, { lastSeen: 5, hours: [1, 2] }, { lastSeen: 5, hours: [1, 2] }],
    ['both are', { lastSeen: 5, hours: [1, 2] }, { lastSeen: 9, hours: [0, 4] }, { lastSeen: 9, hours: [1, 6] }],
    ['one was not seen', { lastSeen: null }, { lastSeen: 9 }, { lastSeen: 9 }],
    ['neither was seen', { lastSeen: null }, { lastSeen: null }, { lastSeen: null }],
  ])('as one, where %s', (_, one, other, both) => {
    expect(weightsTogether(one, other)).toEqual(both)
  })

  it('is the same whichever is named first', () => {
    const some = fc.record(
      {
        lastSeen: fc.option(fc.nat()),
        hours: fc.array(fc.nat(), { minLength: 3, maxLength: 3 }),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(some, some, (one, other) => {
        expect(weightsTogether(one, other)).toEqual(weightsTogether(other, one))
      }),
    )
  })
})
