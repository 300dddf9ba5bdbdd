import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { LocalityLbSetting } from '#lab/mesh/snapshot/mesh-config.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { evenly, sharesOf } from './balance.ts'
import { byKey } from './hash.ts'
import { byPlace } from './locality.ts'
import type { Flow } from './outcome.ts'

const pod = (name: string, zone = '', region = 'eu', node = ''): Pod => ({
  name,
  namespace: 'shop',
  ip: `10.0.0.${name}`,
  node,
  place: { region, zone, subzone: '' },
  ready: true,
  since: 0,
  labels: {},
})
const many = (count: number) => Array.from({ length: count }, (_, index) => pod(`pod-${index}`))
const well = () => 1
const round = (shares: Map<Pod, number>) =>
  Object.fromEntries([...shares].map(([{ name }, share]) => [name, Math.round(share * 1000) / 1000]))

describe('consistent hashing', () => {
  const snapshot = snapshotWith()
  const flow = (more: Partial<Flow> = {}) => flowFrom(snapshot, 'shop/front', 'back.shop', 8080, more)
  const header = (value: string) => flow({ headers: { 'X-User': value } })
  const podOf = (key: string, pods: Pod[]) =>
    [...sharesOf(byKey({ kind: 'header', name: 'x-user' }, header(key), pods) ?? [], well).keys()][0]?.name

  // https://istio.io/latest/docs/reference/config/networking/destination-rule/#LoadBalancerSettings-ConsistentHashLB
  it('keeps all requests with one key on one pod', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\w+$/), fc.integer({ min: 1, max: 20 }), (key, count) => {
        const shares = sharesOf(byKey({ kind: 'header', name: 'x-user' }, header(key), many(count)) ?? [], well)
        expect([...shares.values()]).toEqual([1])
      }),
    )
  })
  it('moves no more keys than the part of a pod that is added, and only to it', () => {
    const keys = Array.from({ length: 2000 }, (_, index) => `user-${index}`)
    for (const count of [2, 5, 10]) {
      const [before, after] = [many(count), many(count + 1)]
      const moved = keys.filter(key => podOf(key, before) !== podOf(key, after))
      expect(moved.length / keys.length).toBeLessThan(1.3 / (count + 1))
      expect(moved.length / keys.length).toBeGreaterThan(0.7 / (count + 1))
      expect(new Set(moved.map(key => podOf(key, after)))).toEqual(new Set([`pod-${count}`]))
    }
  })
  it('gives a key whose pod is gone to the next of its own, and back', () => {
    const pods = many(5)
    const preferences = byKey({ kind: 'header', name: 'x-user' }, header('anna'), pods) ?? []
    const [first] = [...sharesOf(preferences, well).keys()]
    const second = [...sharesOf(preferences, candidate => (candidate === first ? 0 : 1)).keys()]
    expect(second).toHaveLength(1)
    expect(second[0]).not.toBe(first)
  })
  it('by source address uses no more pods than there are callers', () => {
    const preferences = byKey({ kind: 'source' }, flow(), many(10)) ?? []
    expect(preferences).toHaveLength(2)
    expect(sharesOf(preferences, well).size).toBeLessThanOrEqual(2)
  })
  it.each<[claim: string, hash: Parameters<typeof byKey>[0], flow: Flow, hasKey: boolean]>([
    ['a header that is absent', { kind: 'header', name: 'x-user' }, flow(), false],
    ['a header that differs from request to request', { kind: 'header', name: 'x-user' }, header('{id}'), false],
    ['the authority', { kind: 'header', name: ':authority' }, flow(), true],
    ['a cookie', { kind: 'cookie', name: 'sid', isMade: true }, flow({ headers: { cookie: 'a=b; sid=1=2' } }), true],
    ['a cookie that nobody brings', { kind: 'cookie', name: 'sid', isMade: true }, flow(), false],
    ['a parameter of the query', { kind: 'query', name: 'q' }, flow({ path: '/a?p=1&q=shoes' }), true],
    ['a parameter that is absent', { kind: 'query', name: 'q' }, flow({ path: '/a?p=1' }), false],
  ])('of %s has a key: that decides', (_, hash, asked, hasKey) => {
    expect(byKey(hash, asked, many(3)) !== null).toBe(hasKey)
  })
})

const setting = (more: Partial<LocalityLbSetting> = {}): LocalityLbSetting => ({
  enabled: true,
  distribute: [],
  failover: [],
  failoverPriority: [],
  ...more,
})
const callers = (...pods: Pod[]): Workload => ({
  ...(snapshotWith().workloads.get('shop/front') as Workload),
  ready: pods,
})
const pods = [pod('1', 'a'), pod('2', 'a'), pod('3', 'b'), pod('4', 'c', 'us'), pod('5', 'd', 'asia')]
const inA = callers(pod('x', 'a'))

// https://istio.io/latest/docs/tasks/traffic-management/locality-load-balancing/
// https://istio.io/latest/docs/reference/config/networking/destination-rule/#LocalityLoadBalancerSetting
describe('places', () => {
  const shares = (
    wish: Partial<LocalityLbSetting>,
    more: { mayFailOver?: boolean; prefers?: 'zone' | 'node' | null; gone?: string[]; from?: Workload } = {},
  ) => {
    const { mayFailOver = true, prefers = null, gone = [], from = inA } = more
    const preferences = byPlace({ setting: setting(wish), mayFailOver, prefers }, from, pods) ?? evenly(pods)
    return round(sharesOf(preferences, ({ name }) => (gone.includes(name) ? 0 : 1)))
  }
  const even = { 1: 0.2, 2: 0.2, 3: 0.2, 4: 0.2, 5: 0.2 }
  it.each<[claim: string, got: Record<string, number>, expected: Record<string, number>]>([
    ['make no difference without outlier detection', shares({}, { mayFailOver: false }), even],
    ['make no difference where they are disabled', shares({ enabled: false }), even],
    ['keep requests in the caller’s zone', shares({}), { 1: 0.5, 2: 0.5 }],
    ['half gone, a zone gives a part away to its region', shares({}, { gone: ['1'] }), { 2: 0.7, 3: 0.3 }],
    ['gone altogether, a zone fails over to its region', shares({}, { gone: ['1', '2'] }), { 3: 1 }],
    ['with a region gone fail over anywhere else', shares({}, { gone: ['1', '2', '3'] }), { 4: 0.5, 5: 0.5 }],
    [
      'with a region gone fail over to the one that is named',
      shares({ failover: [{ from: 'eu', to: 'us' }] }, { gone: ['1', '2', '3'] }),
      { 4: 1 },
    ],
    [
      'are shared as `distribute` says, whether or not outliers are detected',
      shares({ distribute: [{ from: 'eu/a/*', to: { 'eu/a/*': 80, 'eu/b/*': 20 } }] }, { mayFailOver: false }),
      { 1: 0.4, 2: 0.4, 3: 0.2 },
    ],
    [
      'that `distribute` does not name for this caller make no difference',
      shares({ distribute: [{ from: 'us/*', to: { 'us/*': 100 } }] }),
      even,
    ],
    [
      'that fall out of `distribute` give their part to the others',
      shares({ distribute: [{ from: 'eu/*', to: { 'eu/a/*': 80, 'eu/b/*': 20 } }] }, { gone: ['3'] }),
      { 1: 0.5, 2: 0.5 },
    ],
    [
      'by labels in order of `failoverPriority`',
      shares(
        { failoverPriority: ['topology.kubernetes.io/region', 'topology.kubernetes.io/zone'] },
        { gone: ['1', '2'] },
      ),
      { 3: 1 },
    ],
    [
      'of a Service that prefers what is close need no outlier detection',
      shares({}, { mayFailOver: false, prefers: 'zone' }),
      { 1: 0.5, 2: 0.5 },
    ],
    [
      'of the callers count by how many of them are there',
      shares({}, { from: callers(pod('x', 'a'), pod('y', 'a'), pod('z', 'b')) }),
      { 1: 0.333, 2: 0.333, 3: 0.333 },
    ],
  ])('%s', (_, got, expected) => {
    expect(got).toEqual(expected)
  })
})

describe('shares', () => {
  it('sum to 1 as long as one pod is well, and are 0 for those that are not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
        fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
        (zones, health) => {
          const all = zones.map((zone, index) => pod(`${index}`, zone))
          const fitness = (candidate: Pod) => (health[Number(candidate.name)] ? 1 : 0)
          const preferences = byPlace({ setting: setting(), mayFailOver: true, prefers: null }, inA, all) ?? []
          const shares = sharesOf(preferences, fitness)
          const sum = [...shares.values()].reduce((total, share) => total + share, 0)
          expect(sum).toBeCloseTo(all.some(candidate => fitness(candidate) > 0) ? 1 : 0, 9)
          for (const candidate of shares.keys()) expect(fitness(candidate)).toBe(1)
        },
      ),
    )
  })
})
