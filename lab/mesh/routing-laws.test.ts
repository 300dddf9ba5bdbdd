import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import type { Mesh } from './mesh.ts'
import { destinationRule, virtualService } from './testing/objects.ts'
import { live, type Living } from './testing/small-mesh.ts'

/** Laws of routing through the whole mesh, as its metrics tell it. */

const text = (mesh: Mesh): string => [...mesh.samples.exposition()].join('')

/** Requests so far, by the values of some labels. */
function requests(mesh: Mesh, by: readonly string[], where: Record<string, string> = {}): Map<string, number> {
  const sums = new Map<string, number>()
  for (const line of text(mesh).split('\n')) {
    if (!line.startsWith('istio_requests_total{')) continue
    const labels = Object.fromEntries([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]))
    if (Object.entries(where).some(([name, value]) => labels[name] !== value)) continue
    const key = by.map(name => labels[name] ?? '').join(' ')
    sums.set(key, (sums.get(key) ?? 0) + Number(line.slice(line.lastIndexOf(' ') + 1)))
  }
  return sums
}

/** What came in a minute after an edit. */
function grown({ mesh, store }: Living, edits: readonly KubeObject[], count: (mesh: Mesh) => Map<string, number>) {
  for (const object of edits) store.create(object)
  mesh.advanceTo(mesh.time + 1000)
  const before = count(mesh)
  mesh.advanceTo(mesh.time + 60_000)
  return new Map([...count(mesh)].map(([key, value]) => [key, value - (before.get(key) ?? 0)] as const))
}

const host = 'back.shop.svc.cluster.local'
const subsets = destinationRule('shop', 'back', {
  host,
  subsets: ['v1', 'v2'].map(version => ({ name: version, labels: { version } })),
})
const back = (rule: Record<string, unknown>) =>
  virtualService('shop', 'back', { hosts: ['back'], http: [{ route: [{ destination: { host } }], ...rule }] })
const weighted = (v1: number) =>
  back({
    route: [
      { destination: { host, subset: 'v1' }, weight: v1 },
      { destination: { host, subset: 'v2' }, weight: 100 - v1 },
    ],
  })
const total = (sums: Map<string, number>) => [...sums.values()].reduce((sum, value) => sum + value, 0)

describe('routing through a whole mesh', { timeout: 60_000 }, () => {
  it.each(['source', 'destination'])('a weight of w % carries w %% of the traffic, as the %s counts it', reporter => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 95 }), weight => {
        const where = { source_workload: 'front', destination_service_name: 'back', reporter }
        const sums = grown(live(), [subsets, weighted(weight)], mesh => requests(mesh, ['destination_workload'], where))
        expect((sums.get('back-v1') ?? 0) / total(sums)).toBeCloseTo(weight / 100, 2)
      }),
      { numRuns: 4 },
    )
  })
  it('what callers send arrives, but for what their proxies answer', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 90 }), (abort, weight) => {
        const fault = { abort: { httpStatus: 503, percentage: { value: abort } } }
        const route = [
          { destination: { host }, weight: 100 - weight },
          { destination: { host: 'nobody' }, weight },
        ]
        const where = { source_workload: 'front', destination_service_name: 'back' }
        const sums = grown(live(), [back({ fault, route })], mesh =>
          requests(mesh, ['reporter', 'response_flags'], where),
        )
        const sent = ['-', 'FI', 'NC'].map(flags => sums.get(`source ${flags}`) ?? 0)
        const [passed = 0, aborted = 0, lost = 0] = sent
        const all = passed + aborted + lost
        expect(Math.abs(passed - (sums.get('destination -') ?? 0))).toBeLessThan(0.01 * all + 5)
        expect(aborted / all).toBeCloseTo(abort / 100, 1)
        expect(lost / all).toBeCloseTo((1 - abort / 100) * (weight / 100), 1)
      }),
      { numRuns: 4 },
    )
  })
  it('a mirror is counted where it arrives, and nowhere else', () => {
    const count = (mesh: Mesh) =>
      requests(mesh, ['reporter'], { source_workload: 'front', destination_workload: 'front' })
    const sums = grown(live(), [back({ mirror: { host: 'front' } })], count)
    expect(sums.get('destination')).toBeGreaterThan(3000)
    expect(sums.get('source') ?? 0).toBe(0)
  })
  it('a route that leads round in a circle neither ends the mesh nor grows for ever', () => {
    const { mesh, store, trees } = live()
    store.create(back({ mirror: { host: 'front' }, route: [{ destination: { host: 'front' } }] }))
    mesh.advanceTo(mesh.time + 60_000)
    const count = () => total(requests(mesh, ['reporter'], { reporter: 'source', source_workload: 'front' }))
    const before = count()
    mesh.advanceTo(mesh.time + 60_000)
    expect(Number.isFinite(count())).toBe(true)
    expect(count() - before).toBeLessThan(60 * 100_000)
    expect(trees.length).toBeGreaterThan(100)
  })
  it('copies of requests are in the pictures of them, marked and with their Host', () => {
    const { mesh, store, trees } = live()
    store.create(back({ mirror: { host: 'front' } }))
    mesh.advanceTo(mesh.time + 30_000)
    const copies = trees.flatMap(tree => tree.children).flatMap(front => front.children.filter(child => child.isMirror))
    expect(copies.length).toBeGreaterThan(10)
    expect(new Set(copies.map(copy => copy.arriving.authority))).toEqual(new Set(['back.shop-shadow:8080']))
    expect(new Set(copies.map(copy => copy.authority))).toEqual(new Set(['back.shop:8080']))
  })
  it('destinations and their spans see what was rewritten', () => {
    const { mesh, store, trees } = live()
    const rewrite = { uri: '/v2/' }
    store.create(back({ match: [{ uri: { prefix: '/' } }], rewrite, headers: { request: { set: { 'x-team': 'a' } } } }))
    mesh.advanceTo(mesh.time + 10_000)
    const seen = trees
      .filter(tree => tree.start > mesh.time - 8000)
      .flatMap(tree => tree.children)
      .flatMap(front => front.children)
      .filter(tree => tree.destination?.service === 'back')
    expect(seen.length).toBeGreaterThan(5)
    expect(new Set(seen.map(tree => tree.path))).toEqual(new Set(['/items']))
    expect(new Set(seen.map(tree => `${tree.arriving.path} ${tree.arriving.headers['x-team']}`))).toEqual(
      new Set(['/v2/items a']),
    )
  })
  it('the same seed and edits give the same bytes', () => {
    const told = () => {
      const { mesh, store } = live({}, 7)
      for (const edit of [subsets, weighted(30)]) store.create(edit)
      mesh.advanceTo(mesh.time + 10_000)
      store.replace(back({ mirror: { host: 'front' }, timeout: '2s' }))
      mesh.advanceTo(mesh.time + 20_000)
      return text(mesh)
    }
    expect(told() === told()).toBe(true)
  })
})
