import fc from 'fast-check'
import { expect, it } from 'vitest'
import { placed } from './lanes.ts'

it('names of one lane never stand on each other', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 60 }), given => {
      const things = given.toSorted((a, b) => a - b)
      const all = placed(things, place => place)
      expect(all.map(({ of }) => of)).toEqual(things)
      for (const lane of [0, 1, 2]) {
        const own = all.filter(each => each.lane === lane).map(({ place }) => (place > 0.72 ? place - 0.2 : place))
        own.slice(1).forEach((begin, index) => expect(begin - (own[index] ?? 0)).toBeGreaterThan(0.2 - 1e-9))
      }
    }),
  )
})
