import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSinces, viewOf, withSince } from './since.ts'

const minute = 60_000
const view = viewOf('service', 60)
const look = (
  sinces: ReturnType<typeof createSinces>,
  health: 'healthy' | 'degraded' | 'failing' | 'unknown',
  at: number,
) => sinces.look([{ id: 'a', health }], at, view)

describe('since when something is as it is', () => {
  it.each([
    ['at least since the first look', [['failing', 100]], { at: 100, isAtLeast: true }],
    [
      'still at least since then',
      [
        ['failing', 100],
        ['failing', 200],
      ],
      { at: 100, isAtLeast: true },
    ],
    [
      'exactly since the console saw it change',
      [
        ['failing', 100],
        ['healthy', 200],
        ['healthy', 300],
      ],
      { at: 200, isAtLeast: false },
    ],
    [
      'at least since now, where nobody looked for long',
      [
        ['failing', 100],
        ['failing', 100 + 3 * minute],
      ],
      { at: 100 + 3 * minute, isAtLeast: true },
    ],
    [
      'as it was, where a reading in between has no judgement',
      [
        ['failing', 100],
        ['unknown', 200],
        ['failing', 300],
      ],
      { at: 100, isAtLeast: true },
    ],
    [
      'as it was, where a reading comes late',
      [
        ['healthy', 100],
        ['failing', 300],
        ['healthy', 200],
      ],
      { at: 300, isAtLeast: false },
    ],
  ] as const)('is %s', (_, looks, since) => {
    const sinces = createSinces()
    for (const [health, at] of looks) look(sinces, health, at)
    expect(sinces.of('a', view)).toEqual(since)
  })

  it('is another over another window or by workloads, and nothing where nobody looked', () => {
    const sinces = createSinces()
    look(sinces, 'failing', 100)
    expect(sinces.of('a', viewOf('service', 300))).toBeUndefined()
    expect(sinces.of('a', viewOf('workload', 60))).toBeUndefined()
    expect(withSince([{ id: 'a' }, { id: 'b' }], sinces, view)).toEqual([
      { id: 'a', since: { at: 100, isAtLeast: true } },
      { id: 'b' },
    ])
  })

  it('is never later than the last change, and remembers no more than it may', () => {
    const healths = fc.constantFrom('healthy' as const, 'degraded' as const, 'failing' as const)
    fc.assert(
      fc.property(fc.array(healths, { minLength: 1, maxLength: 40 }), all => {
        const sinces = createSinces(3)
        for (const [index, health] of all.entries())
          sinces.look(
            [
              { id: 'a', health },
              { id: `b${index}`, health },
            ],
            index * minute,
            view,
          )
        const start = all.findLastIndex(health => health !== all.at(-1)) + 1
        expect(sinces.of('a', view)).toEqual({ at: start * minute, isAtLeast: start === 0 })
        const kept = all.filter((_, index) => sinces.of(`b${index}`, view) !== undefined)
        expect(kept.length).toBeLessThanOrEqual(2)
      }),
    )
  })
})
