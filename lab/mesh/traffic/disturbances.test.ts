import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { made } from '#lab/mesh/testing/objects.ts'
import { live, smallBehaviours } from '#lab/mesh/testing/small-mesh.ts'
import { running } from '#lab/mesh/testing/traffic.ts'
import { category } from './categories.ts'
import { type Disturbance, effectOn } from './disturbances.ts'

const back = { workload: 'shop/back-v1' }
const pods = (where: Disturbance & { kind: 'pods' }) => where
const zones = ['a', 'b'].map((zone, index) =>
  made(
    'v1',
    'Node',
    undefined,
    `node-${index}`,
    {},
    {
      labels: { 'topology.kubernetes.io/region': 'eu', 'topology.kubernetes.io/zone': `eu-${zone}` },
    },
  ),
)

describe('a disturbance', () => {
  it('of a workload makes it fail, and its callers see it', () => {
    const mesh = running()
    mesh.disturb({ kind: 'pods', where: back, effect: { errorRatio: 0.4 } })
    mesh.run(3)
    expect(mesh.node('shop/back-v1').now.ends[category.failed]).toBeCloseTo(0.4, 6)
    expect(mesh.node('shop/back-v2').now.ends[category.failed]).toBe(0)
    // Three of four pods of the service are v1's.
    expect(mesh.node('shop/front').now.ends[category.failed]).toBeCloseTo(0.3, 2)
  })
  it('of one pod leaves the others as they are', () => {
    const mesh = running()
    mesh.disturb({ kind: 'pods', where: { ...back, pod: 'back-v1-5d4f-0' }, effect: { errorRatio: 1, latency: 10 } })
    mesh.run(3)
    const { cohorts } = mesh.node('shop/back-v1')
    expect(cohorts.map(cohort => [cohort.pods?.length, cohort.now.ends[category.failed]])).toEqual([
      [1, 1],
      [2, 0],
    ])
    expect(cohorts[0]?.now.mean).toBeGreaterThan((cohorts[1]?.now.mean ?? 0) * 2)
  })
  it('of a zone hits the pods there, whichever workload is theirs', () => {
    const mesh = running(zones)
    mesh.disturb({ kind: 'pods', where: { zone: 'eu-b' }, effect: { isUnready: true } })
    mesh.run(3)
    expect(Object.keys(mesh.pods('shop/back-v1'))).toEqual(['back-v1-5d4f-0', 'back-v1-5d4f-2'])
    expect(Object.keys(mesh.pods('data/db'))).toEqual(['db-5d4f-0'])
    // Whoever is left carries everything.
    const rate = mesh.node('shop/back-v1').now.rate + mesh.node('shop/back-v2').now.rate
    expect(rate).toBeGreaterThan(95)
  })
  it('of the capacity makes requests queue', () => {
    const mesh = running()
    mesh.run(5)
    const before = mesh.node('data/db').now.mean
    mesh.disturb({ kind: 'pods', where: { workload: 'data/db' }, effect: { capacity: 0.055 } })
    mesh.run(5)
    expect(mesh.node('data/db').now.mean).toBeGreaterThan(before * 2)
  })
  it('of an origin makes a storm', () => {
    const mesh = running()
    mesh.run(2)
    const before = mesh.node('shop/front').now.rate
    mesh.disturb({ kind: 'origin', workload: 'gates/edge', rate: 4 })
    mesh.run(2)
    expect(mesh.node('shop/front').now.rate / before).toBeGreaterThan(3.6)
    expect(mesh.node('shop/front').now.rate / before).toBeLessThan(4.4)
  })
  it('that is over leaves nothing behind', () => {
    const mesh = running()
    mesh.disturb({ kind: 'pods', where: back, effect: { errorRatio: 0.4 } })
    mesh.run(3)
    mesh.disturb()
    mesh.run(3)
    expect(mesh.node('shop/front').now.ends[category.ok]).toBeCloseTo(1, 6)
    expect(mesh.node('shop/back-v1').cohorts).toHaveLength(1)
  })
  it('adds up with others in any order', () => {
    const effect = fc.record({
      latency: fc.double({ min: 0, max: 10, noNaN: true }),
      errorRatio: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    const pod = { name: 'x', labels: {}, place: { zone: '' }, node: '' } as unknown as Pod
    fc.assert(
      fc.property(fc.array(effect, { maxLength: 5 }), effects => {
        const all = effects.map(each => pods({ kind: 'pods', where: {}, effect: each }))
        const [there, back_] = [effectOn(all, pod, 'a/b'), effectOn(all.toReversed(), pod, 'a/b')]
        expect(there.latency).toBeCloseTo(back_.latency, 6)
        expect(there.errorRatio).toBeCloseTo(back_.errorRatio, 9)
        expect(there.errorRatio).toBeGreaterThanOrEqual(0)
        expect(there.errorRatio).toBeLessThanOrEqual(1)
      }),
    )
  })
})

describe('a living mesh that is disturbed', () => {
  const run = () => {
    const { mesh } = live()
    const at = mesh.time
    mesh.advanceTo(at + 20_000)
    mesh.disturb([
      { kind: 'pods', where: { ...back, pod: 'back-v1-5d4f-1' }, effect: { errorRatio: 0.9 } },
      { kind: 'origin', workload: null, rate: 2 },
    ])
    mesh.advanceTo(at + 60_000)
    return [...mesh.samples.exposition()].join('')
  }
  it('tells errors by the pod that made them, and the same each time', () => {
    const text = run()
    const failing = text
      .split('\n')
      .filter(line => line.startsWith('istio_requests_total{') && line.includes('response_code="500"'))
      .filter(line => line.includes('reporter="destination"') && line.includes('destination_workload="back-v1"'))
    expect(failing.length).toBeGreaterThan(0)
    expect(failing.every(line => line.includes('pod="back-v1-5d4f-1"'))).toBe(true)
    expect(run()).toBe(text)
  })
  it('starts no more than it is told to', () => {
    const behaviours = smallBehaviours()
    const mesh = running([], behaviours)
    mesh.disturb({ kind: 'origin', workload: 'gates/edge', rate: 0 })
    mesh.run(3)
    expect(mesh.node('shop/front').now.rate).toBe(0)
  })
})
