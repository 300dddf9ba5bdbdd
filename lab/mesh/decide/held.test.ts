import { describe, expect, it } from 'vitest'
import { decide } from './decide.ts'
import { heldBack } from '#lab/mesh/snapshot/snapshot.ts'
import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { authorizationPolicy, destinationRule, virtualService } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'

const split = (v1: number) => [
  destinationRule('shop', 'back', {
    host: 'back',
    subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
  }),
  virtualService('shop', 'back', {
    hosts: ['back'],
    http: [
      {
        route: [
          { destination: { host: 'back', subset: 'v1' }, weight: v1 },
          { destination: { host: 'back', subset: 'v2' }, weight: 100 - v1 },
        ],
      },
    ],
  }),
]

/** What exists now, with the proxies of a workload still at `then`. */
const holding = (now: Snapshot, then: Snapshot, workload: string): Snapshot => ({
  ...now,
  held: new Map([[workload, heldBack(now, then)]]),
})

const shareOf = (snapshot: Snapshot, source: string, destination: string) =>
  decide(snapshot, flowFrom(snapshot, source, 'back.shop', 8080))
    .filter(outcome => outcome.destination?.key === destination)
    .reduce((sum, outcome) => sum + outcome.share, 0)

describe('proxies that no longer listen', () => {
  const [then, now] = [snapshotWith(...split(90)), snapshotWith(...split(20))]

  it('route by what they were told before; all others by what was written since', () => {
    const held = holding(now, then, 'shop/front')
    expect(shareOf(held, 'shop/front', 'shop/back-v1')).toBeCloseTo(0.9, 6)
    expect(shareOf(now, 'shop/front', 'shop/back-v1')).toBeCloseTo(0.2, 6)
    expect(shareOf(holding(now, then, 'data/db'), 'shop/front', 'shop/back-v1')).toBeCloseTo(0.2, 6)
  })

  it('enforce the policies they knew', () => {
    const closed = snapshotWith(authorizationPolicy('shop', 'nobody', {}))
    const open = snapshotWith()
    const refused = (snapshot: Snapshot) =>
      decide(snapshot, flowFrom(snapshot, 'shop/front', 'back.shop', 8080)).every(outcome => outcome.refusedBy !== null)
    expect(refused(closed)).toBe(true)
    const held = {
      ...closed,
      held: new Map(['shop/back-v1', 'shop/back-v2'].map(key => [key, heldBack(closed, open)])),
    }
    expect(refused(held)).toBe(false)
  })
})
