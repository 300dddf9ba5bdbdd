import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Behaviour, KubeObject } from '#lab/contract.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { authorizationPolicy, destinationRule, service, virtualService, workload } from '#lab/mesh/testing/objects.ts'
import {
  behaviour,
  call,
  smallBehaviours,
  smallObjects,
  smallScenario,
  startedAt,
} from '#lab/mesh/testing/small-mesh.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { category } from './categories.ts'
import { behavioursByKey, compilePlan } from './compile.ts'
import type { Node, Plan } from './plan.ts'
import { respond } from './respond.ts'
import { step } from './step.ts'
import { emptyTally, tallyPlan } from './tally.ts'

/** The plan after some steps, and what each node was given over them, in requests. */
function run(objects: KubeObject[], behaviours: Behaviour[], steps = 60): { plan: Plan; given: Map<string, number> } {
  const store = memoryStore(smallObjects())
  for (const object of objects) store.create(object)
  const plan = compilePlan(
    takeSnapshot(store, settingsOf(smallScenario())),
    { behaviours: behavioursByKey(behaviours), perPod: false },
    null,
  )
  const given = new Map<string, number>()
  for (let index = 1; index <= steps; index++) {
    respond(plan)
    tallyPlan(plan, emptyTally(), () => 0)
    step(plan, { seed: 3, time: startedAt + index * 1000, seconds: 1 }, () => undefined)
    for (const node of plan.nodes) given.set(node.key, (given.get(node.key) ?? 0) + node.now.rate)
  }
  return { plan, given }
}

const find = (plan: Plan, key: string): Node => {
  const node = plan.nodes.find(candidate => candidate.key === key)
  if (!node) throw new Error(`no node ${key}`)
  return node
}

const subsets = destinationRule('shop', 'back', {
  host: 'back',
  subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
})
const back = (spec: Record<string, unknown>) =>
  virtualService('shop', 'back', { hosts: ['back'], http: [{ route: [{ destination: { host: 'back' } }], ...spec }] })
const failing = (errorRatio: number) =>
  smallBehaviours().map(one => (one.workload.startsWith('back') ? { ...one, errorRatio } : one))

describe('rates', () => {
  it('flow along the calls: what goes out is what came in, times calls per request', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1, max: 500, noNaN: true }),
        fc.double({ min: 0.1, max: 3, noNaN: true }),
        (rate, perRequest) => {
          const { given } = run(
            [],
            [
              behaviour('gates', 'edge', [], { origin: { rate, daily: 0, calls: [call('www.example.com', 80)] } }),
              behaviour('shop', 'front', [call('back.shop', 8080, { perRequest })]),
            ],
          )
          const front = given.get('shop/front') ?? 0
          const backs = (given.get('shop/back-v1') ?? 0) + (given.get('shop/back-v2') ?? 0)
          // Each call has noise of its own, a few percent over a minute.
          expect(front / (rate * 60)).toBeGreaterThan(0.9)
          expect(front / (rate * 60)).toBeLessThan(1.1)
          expect(backs / (front * perRequest)).toBeGreaterThan(0.9)
          expect(backs / (front * perRequest)).toBeLessThan(1.1)
        },
      ),
      { numRuns: 15 },
    )
  })
  it('a weight of w % carries w % of the traffic', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 99 }), weight => {
        const route = [
          { destination: { host: 'back', subset: 'v1' }, weight },
          { destination: { host: 'back', subset: 'v2' }, weight: 100 - weight },
        ]
        const behaviours = smallBehaviours().filter(one => one.workload !== 'batch')
        const { given } = run([subsets, back({ route })], behaviours, 10)
        const [v1, v2] = [given.get('shop/back-v1') ?? 0, given.get('shop/back-v2') ?? 0]
        expect(v1 / (v1 + v2)).toBeCloseTo(weight / 100, 6)
      }),
      { numRuns: 15 },
    )
  })
  it('refused traffic never reaches the workload', () => {
    const closed = authorizationPolicy('shop', 'closed', { selector: { matchLabels: { app: 'back' } } })
    const { plan, given } = run([closed], smallBehaviours())
    expect(plan.nodes.some(node => node.key === 'shop/back-v1')).toBe(true)
    expect(given.get('shop/back-v1')).toBe(0)
    expect(given.get('shop/back-v2')).toBe(0)
    // And what the workload would have called sees nothing of it.
    expect(given.get('data/db')).toBe(0)
  })
  it('retries multiply at the callee, not at the caller', () => {
    const retries = { attempts: 3, retryOn: '5xx' }
    const plain = run([], failing(0.5))
    const retried = run([back({ retries })], failing(0.5))
    // 1 + ½ + ¼ + ⅛ tries, and each counts the callers of legacy/batch once.
    const rate = (result: typeof plain) =>
      (result.given.get('shop/back-v1') ?? 0) + (result.given.get('shop/back-v2') ?? 0)
    const batch = 5 * 60
    expect((rate(retried) - batch) / (rate(plain) - batch)).toBeGreaterThan(1.8)
    expect((rate(retried) - batch) / (rate(plain) - batch)).toBeLessThan(1.95)
    expect(find(retried.plan, 'shop/front').now.ends[category.failed]).toBeCloseTo(0.5 ** 4, 3)
  })
  it('of a mirror arrive beside, and the caller never hears of them', () => {
    const mirror = { mirror: { host: 'crm.legacy.svc.cluster.local' }, mirrorPercentage: { value: 50 } }
    const behaviours = smallBehaviours().filter(one => one.workload !== 'batch')
    const broken = [
      ...behaviours,
      behaviour('legacy', 'crm', [], { errorRatio: 1, latency: { median: 9000, p99: 9900 } }),
    ]
    const plain = run([], broken)
    const copied = run([back(mirror)], broken)
    const backs = (result: typeof plain) =>
      (result.given.get('shop/back-v1') ?? 0) + (result.given.get('shop/back-v2') ?? 0)
    expect((copied.given.get('legacy/crm') ?? 0) / backs(copied)).toBeCloseTo(0.5, 6)
    expect(backs(copied)).toBeCloseTo(backs(plain), 6)
    const [before, after] = [find(plain.plan, 'shop/front').now, find(copied.plan, 'shop/front').now]
    expect([...after.ends]).toEqual([...before.ends])
    expect(after.mean).toBeCloseTo(before.mean, 6)
  })
  it('nothing begins at a workload without ready pods', () => {
    const { given } = run(workload('legacy', 'batch', 'plain', { replicas: 0 }), smallBehaviours())
    expect(given.get('shop/back-v1')).toBeGreaterThan(0)
    const store = memoryStore(smallObjects())
    for (const pod of store.list('pods', 'gates')) store.remove('pods', 'gates', pod.metadata.name)
    const snapshot = takeSnapshot(store, settingsOf(smallScenario()))
    const plan = compilePlan(snapshot, { behaviours: behavioursByKey(smallBehaviours()), perPod: false }, null)
    respond(plan)
    tallyPlan(plan, emptyTally(), () => 0)
    step(plan, { seed: 3, time: startedAt, seconds: 1 }, () => undefined)
    expect(find(plan, 'shop/front').now.rate).toBe(0)
  })
  it('that run in a circle come to rest', () => {
    const ring = [
      behaviour('gates', 'edge', [], { origin: { rate: 100, daily: 0, calls: [call('www.example.com', 80)] } }),
      behaviour('shop', 'front', [call('back.shop', 8080)]),
      behaviour('shop', 'back-v1', [call('front.shop', 8080, { perRequest: 0.2 })]),
      behaviour('shop', 'back-v2', [call('front.shop', 8080, { perRequest: 0.2 })]),
    ]
    const { plan } = run([], ring, 120)
    expect(find(plan, 'shop/front').now.rate).toBeGreaterThan(105)
    expect(find(plan, 'shop/front').now.rate).toBeLessThan(145)
  })
})

describe('what a caller sees', () => {
  it('is the error of a callee it needs', () => {
    const { plan } = run([], failing(0.1))
    expect(find(plan, 'shop/front').now.ends[category.failed]).toBeCloseTo(0.1, 3)
  })
  it('is not the error of a callee it can do without', () => {
    const behaviours = failing(0.1).map(one =>
      one.workload === 'front' ? { ...one, calls: one.calls.map(each => ({ ...each, optional: true })) } : one,
    )
    expect(find(run([], behaviours).plan, 'shop/front').now.ends[category.ok]).toBeCloseTo(1, 6)
  })
  it('after a required call failed, later calls are not made', () => {
    const { given } = run(
      [service('shop', 'gone', 8080)],
      [
        behaviour('gates', 'edge', [], { origin: { rate: 100, daily: 0, calls: [call('www.example.com', 80)] } }),
        behaviour('shop', 'front', [call('gone.shop', 8080), call('back.shop', 8080)]),
      ],
    )
    expect(given.get('shop/back-v1') ?? 0).toBe(0)
  })
  it('is a timeout of the route when the callee is slower', () => {
    const slow = smallBehaviours().map(one =>
      one.workload.startsWith('back') ? { ...one, latency: { median: 800, p99: 900 } } : one,
    )
    const { plan } = run([back({ timeout: '0.2s' })], slow)
    expect(find(plan, 'shop/front').now.ends[category.deadline]).toBeCloseTo(1, 3)
    expect(find(plan, 'shop/front').now.mean).toBeLessThan(300)
  })
  it('is a try given up and tried again, where the route limits a try', () => {
    // One half of the pods is too slow: a second try finds the other half as often as the first one did.
    const slow = smallBehaviours().map(one =>
      one.workload.startsWith('back') ? { ...one, latency: { median: 200, p99: 800 } } : one,
    )
    const late = (retries: Record<string, unknown>) =>
      find(run([back({ retries })], slow).plan, 'shop/front').now.ends[category.deadline] ?? 0
    const once = late({ attempts: 1, perTryTimeout: '0.2s', retryOn: 'connect-failure' })
    expect(once).toBeGreaterThan(0.3)
    expect(late({ attempts: 2, perTryTimeout: '0.2s', retryOn: '5xx' })).toBeCloseTo(once ** 3, 3)
  })
  it('adds up: calls one after the other, or the slowest of parallel ones', () => {
    const calls = (parallel: boolean) => [
      behaviour('gates', 'edge', [], { origin: { rate: 10, daily: 0, calls: [call('www.example.com', 80)] } }),
      behaviour('shop', 'front', [call('back.shop', 8080, { parallel }), call('crm.legacy', 8080, { parallel })], {
        latency: { median: 1, p99: 2 },
      }),
      behaviour('shop', 'back-v1', [], { latency: { median: 100, p99: 120 } }),
      behaviour('shop', 'back-v2', [], { latency: { median: 100, p99: 120 } }),
      behaviour('legacy', 'crm', [], { latency: { median: 60, p99: 80 } }),
    ]
    expect(find(run([], calls(false), 3).plan, 'shop/front').now.mean).toBeGreaterThan(155)
    expect(find(run([], calls(true), 3).plan, 'shop/front').now.mean).toBeLessThan(110)
  })
  it('grows when a workload gets more than its pods can serve', () => {
    const tight = (capacity: number) =>
      smallBehaviours().map(one => (one.workload === 'db' ? { ...one, capacity } : one))
    const relaxed = find(run([], tight(1000)).plan, 'data/db').now.mean
    const busy = find(run([], tight(60)).plan, 'data/db').now.mean
    const drowned = find(run([], tight(40)).plan, 'data/db').now.mean
    expect(busy).toBeGreaterThan(relaxed * 2)
    expect(drowned).toBeGreaterThan(busy * 5)
  })
})
