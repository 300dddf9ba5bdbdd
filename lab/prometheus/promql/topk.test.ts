import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largest } from './topk.ts'

describe('topk', () => {
  it('keeps what a sort would put first, whichever of equal ones', () => {
    const numbers = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double(), fc.constant(Number.NaN)), {
      maxLength: 30,
    })
    fc.assert(
      fc.property(numbers, fc.integer({ min: -1, max: 35 }), fc.boolean(), (values, count, reversed) => {
        const kept = largest([...values.keys()], count, index => values[index] ?? 0, reversed).map(
          index => values[index],
        )
        const sorted = values
          .filter(value => !Number.isNaN(value))
          .sort((a, b) => (reversed ? a - b : b - a))
          .concat(values.filter(Number.isNaN))
        // 0 and -0 are equal: either may stay.
        const normal = (list: (number | undefined)[]) => list.map(value => (value === 0 ? 0 : value))
        expect(normal(kept)).toEqual(normal(sorted.slice(0, Math.max(count, 0))))
      }),
    )
  })
})
