import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nextSizes, resolve, type Size } from './rollout.ts'

describe('a rolling update', () => {
  it.each([
    ['25%', 10, 'up', 3],
    ['25%', 10, 'down', 2],
    ['25%', 1, 'up', 1],
    ['25%', 1, 'down', 0],
    [2, 10, 'up', 2],
    ['x', 10, 'up', 0],
  ] as const)('takes %s of %d, rounded %s, as %d', (value, replicas, round, wanted) => {
    expect(resolve(value, replicas, round)).toBe(wanted)
  })

  it('goes one by one with one extra pod and none missing', () => {
    const rollout = { replicas: 3, maxSurge: 1, maxUnavailable: 0 }
    expect(nextSizes(rollout, { wanted: 0, available: 0 }, [{ wanted: 3, available: 3 }])).toEqual({
      fresh: 1,
      old: [3],
    })
    expect(nextSizes(rollout, { wanted: 1, available: 0 }, [{ wanted: 3, available: 3 }])).toEqual({
      fresh: 1,
      old: [3],
    })
    expect(nextSizes(rollout, { wanted: 1, available: 1 }, [{ wanted: 3, available: 3 }])).toEqual({
      fresh: 1,
      old: [2],
    })
  })

  it('takes old pods that do not serve away first', () => {
    const rollout = { replicas: 3, maxSurge: 1, maxUnavailable: 0 }
    const sizes = nextSizes(rollout, { wanted: 1, available: 1 }, [{ wanted: 3, available: 2 }])
    expect(sizes.old).toEqual([2])
  })

  const size = fc.nat(8).chain(wanted => fc.nat(wanted).map((available): Size => ({ wanted, available })))
  const limits = fc
    .record({ replicas: fc.nat(8), maxSurge: fc.nat(4), maxUnavailable: fc.nat(4) })
    .filter(({ maxSurge, maxUnavailable }) => maxSurge + maxUnavailable > 0)
  const sum = (sizes: readonly number[]) => sizes.reduce((total, item) => total + item, 0)

  it('never grows beyond replicas and surge, and never shrinks below what must serve', () => {
    fc.assert(
      fc.property(limits, size, fc.array(size, { maxLength: 3 }), (rollout, fresh, old) => {
        const next = nextSizes(rollout, fresh, old)
        const before = fresh.wanted + sum(old.map(item => item.wanted))
        expect(next.fresh + sum(next.old)).toBeLessThanOrEqual(Math.max(before, rollout.replicas + rollout.maxSurge))
        const least = rollout.replicas - rollout.maxUnavailable
        const serving = (available: number, left: number) => Math.min(available, left)
        const served = fresh.available + sum(old.map(item => item.available))
        const serves =
          serving(fresh.available, next.fresh) +
          sum(old.map((item, index) => serving(item.available, next.old[index] ?? 0)))
        if (fresh.wanted <= rollout.replicas) expect(serves).toBeGreaterThanOrEqual(Math.min(served, least))
      }),
    )
  })

  it('comes to its end when every pod becomes ready', () => {
    fc.assert(
      fc.property(limits, fc.array(size, { maxLength: 3 }), (rollout, start) => {
        let fresh: Size = { wanted: 0, available: 0 }
        let old = start
        for (let step = 0; step < 200; step++) {
          const next = nextSizes(rollout, fresh, old)
          fresh = { wanted: next.fresh, available: next.fresh }
          old = next.old.map(wanted => ({ wanted, available: wanted }))
        }
        expect({ fresh: fresh.wanted, old: sum(old.map(item => item.wanted)) }).toEqual({
          fresh: rollout.replicas,
          old: 0,
        })
      }),
    )
  })
})
