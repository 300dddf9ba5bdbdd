import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { KubeObject, Matcher } from '#lab/contract.ts'
import { createMesh } from '#lab/mesh/mesh.ts'
import { envoyFilter, filterPatch, limitOf, selecting, typedStruct } from '#lab/mesh/testing/envoy-filters.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { authorizationPolicy, service, virtualService, workload } from '#lab/mesh/testing/objects.ts'
import { smallScenario } from '#lab/mesh/testing/small-mesh.ts'
import { connectionsOf } from '#lab/mesh/xds/connections.ts'
import { countBelow } from './istiod-metrics.ts'

const startedAt = Date.UTC(2026, 10, 23, 8)
const year = 365 * 86_400_000

/** The small mesh under two istiods. */
function living(more: Parameters<typeof smallScenario>[0] = {}) {
  const scenario = smallScenario(more)
  const store = memoryStore([...scenario.objects, ...workload('istio-system', 'istiod', 'plain')])
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: () => undefined },
    seed: 1,
    startedAt,
    historyHours: 0.1,
    rootExpiry: startedAt + year,
  })
  let time = startedAt
  const select = (name: string, labels: Record<string, string> = {}) => {
    const matchers: Matcher[] = Object.entries({ __name__: name, ...labels }).map(([key, value]) => ({
      name: key,
      op: '=',
      value,
    }))
    return mesh.samples.select(matchers, time - 3_600_000, time)
  }
  return {
    mesh,
    store,
    select,
    sum: (name: string, labels?: Record<string, string>) =>
      select(name, labels).reduce((sum, { values }) => sum + (values.at(-1) ?? 0), 0),
    connected: () => connectionsOf(mesh.look().snapshot).all,
    run(seconds: number) {
      time += seconds * 1000
      mesh.advanceTo(time)
    },
    write(object: KubeObject) {
      store.create(object)
      time += 15_000
      mesh.advanceTo(time)
    },
  }
}

const route = (timeout: string) =>
  virtualService('shop', 'back', { hosts: ['back'], http: [{ timeout, route: [{ destination: { host: 'back' } }] }] })
const strange = { '@type': 'type.googleapis.com/envoy.extensions.filters.http.nothing.v3.Nothing' }
const bad = envoyFilter('shop', 'limit', [filterPatch(strange)], selecting('back'))
const good = envoyFilter('shop', 'limit', [filterPatch(typedStruct(limitOf(100)))], selecting('back'))

describe('istiod', () => {
  it('counts every proxy once, at the istiod that it is connected to', () => {
    const { select, sum, connected } = living()
    // edge 2, front 2, back 3 + 1, db 2, waypoint 2, ztunnel 2.
    expect(sum('pilot_xds')).toBe(14)
    for (const { labels, values } of select('pilot_xds'))
      expect(values.at(-1)).toBe(connected().filter(({ istiod }) => istiod.name === labels['pod']).length)
  })

  it('converges after each change: every Envoy once, none before its changes have gathered', () => {
    const { sum, write } = living()
    const counts = () => [
      sum('pilot_proxy_convergence_time_count'),
      sum('pilot_proxy_convergence_time_bucket', { le: '0.1' }),
      sum('pilot_proxy_convergence_time_bucket', { le: '1' }),
      sum('pilot_proxy_convergence_time_bucket', { le: '+Inf' }),
    ]
    const before = counts()
    write(route('3s'))
    expect(counts().map((count, index) => count - (before[index] ?? 0))).toEqual([12, 0, 12, 12])
    expect(sum('pilot_proxy_convergence_time_sum')).toBeGreaterThan(1.2)
  })

  it.each<[string, KubeObject, Record<string, number>]>([
    ['a route goes to Envoys only', route('3s'), { cds: 12, eds: 12, lds: 12, rds: 12, nds: 8, wds: 0, wads: 0 }],
    [
      'an authorization policy to ztunnels, too',
      authorizationPolicy('amb', 'none', {}),
      { cds: 12, eds: 12, lds: 12, rds: 12, nds: 0, wds: 0, wads: 2 },
    ],
    [
      'a service to everybody',
      service('shop', 'other', 80),
      { cds: 12, eds: 12, lds: 12, rds: 12, nds: 8, wds: 2, wads: 0 },
    ],
  ])('%s', (_, object, expected) => {
    const { sum, write } = living()
    const pushes = () =>
      Object.fromEntries(Object.keys(expected).map(type => [type, sum('pilot_xds_pushes', { type })]))
    const before = pushes()
    write(object)
    const after = pushes()
    const added = Object.fromEntries(
      Object.keys(expected).map(type => [type, (after[type] ?? 0) - (before[type] ?? 0)]),
    )
    expect(added).toEqual(expected)
    // Both istiods see it.
    expect(sum('pilot_k8s_cfg_events') + sum('pilot_k8s_reg_events')).toBe(2)
  })

  it('sends what comes within a second as one push', () => {
    const { mesh, store, run } = living()
    const { number } = mesh.pushes.latest
    store.create(route('3s'))
    store.create(service('shop', 'other', 80))
    run(1)
    expect(mesh.pushes.latest.number).toBe(number + 1)
    run(5)
    expect(mesh.pushes.latest.number).toBe(number + 1)
  })

  it('tells when the root certificate ends', () => {
    const { select, run } = living()
    run(15)
    for (const { values } of select('citadel_server_root_cert_expiry_timestamp'))
      expect(values.at(-1)).toBe((startedAt + year) / 1000)
    for (const { values } of select('citadel_server_root_cert_expiry_seconds'))
      expect(values.at(-1)).toBe(year / 1000 - 15)
  })

  it('counts what its webhook let in and what it refused, whether or not anything was stored', () => {
    const { mesh, sum, run } = living()
    const about = { group: 'networking.istio.io', version: 'v1', resource: 'virtualservices' }
    for (const isValid of [true, false, true]) mesh.review({ ...about, isValid })
    run(15)
    expect(sum('galley_validation_passed', about)).toBe(2)
    expect(sum('galley_validation_failed', { ...about, reason: 'invalid_resource' })).toBe(1)
  })

  it('tells distributions whose buckets never fall, and never hold more than all', () => {
    fc.assert(
      fc.property(
        fc.record({
          from: fc.double({ min: 0, max: 40, noNaN: true }),
          width: fc.double({ min: 0, max: 40, noNaN: true }),
          count: fc.nat(5000),
        }),
        ({ from, width, count }) => {
          const values = { from, to: from + width, count }
          const buckets = [0.1, 0.5, 1, 3, 5, 10, 20, 30].map(bound => countBelow(bound, values))
          expect(buckets.toSorted((a, b) => a - b)).toEqual(buckets)
          for (const bucket of buckets) expect(bucket).toBeLessThanOrEqual(count)
          expect(countBelow(100, values)).toBe(count)
        },
      ),
    )
  })

  it('has no number where it has no pod', () => {
    const scenario = smallScenario()
    const mesh = createMesh({
      scenario,
      store: memoryStore(scenario.objects),
      sink: { add: () => undefined },
      seed: 1,
      startedAt,
      historyHours: 0.1,
    })
    expect(mesh.samples.select([{ name: '__name__', op: '=~', value: 'pilot_.*' }], 0, startedAt)).toEqual([])
  })
})

describe('an EnvoyFilter that proxies do not take', () => {
  it('is rejected once by each proxy that it reaches, and by no other', () => {
    const { select, sum, write, connected } = living()
    write(bad)
    expect(sum('pilot_total_xds_rejects', { type: 'lds' })).toBe(4)
    const reached = connected().filter(({ workload: { app, namespace } }) => app === 'back' && namespace === 'shop')
    expect(
      select('pilot_xds_lds_reject')
        .map(({ labels }) => labels['node'] ?? '')
        .toSorted(),
    ).toEqual(reached.map(({ id }) => id))
    const rejecting = select('envoy_listener_manager_lds_update_rejected').filter(({ values }) => values.at(-1) !== 0)
    expect(rejecting.map(({ labels }) => labels['pod'] ?? '').toSorted()).toEqual(
      reached.map(({ pod }) => pod.name).toSorted(),
    )
  })

  it('is rejected again with each push, until it is mended', () => {
    const { sum, store, run, write } = living()
    write(bad)
    write(route('3s'))
    expect(sum('pilot_total_xds_rejects', { type: 'lds' })).toBe(8)
    store.replace(good)
    run(15)
    write(authorizationPolicy('shop', 'none', {}))
    expect(sum('pilot_total_xds_rejects', { type: 'lds' })).toBe(8)
  })

  it('leaves its proxies at what they had last', () => {
    const { mesh, store, run, write, connected } = living()
    write(route('3s'))
    const before = mesh.pushes.latest
    write(bad)
    const of = (name: string) => connected().find(({ workload: { key } }) => key === name)
    const acked = (name: string, type: 'lds' | 'rds') => {
      const connection = of(name)
      return connection && mesh.pushes.acked(connection, type)
    }
    expect(acked('shop/back-v1', 'lds')).toBe(before)
    expect(acked('shop/back-v1', 'rds')).toBe(mesh.pushes.latest)
    expect(acked('shop/front', 'lds')).toBe(mesh.pushes.latest)
    store.replace(good)
    run(1)
    expect(acked('shop/back-v1', 'lds')).toBe(mesh.pushes.latest)
  })

  it.each<[string, KubeObject, number]>([
    [
      'of the root namespace reaches every sidecar and gateway',
      envoyFilter('istio-system', 'all', [filterPatch(strange, 'ANY')]),
      10,
    ],
    ['for gateways reaches gateways', envoyFilter('istio-system', 'all', [filterPatch(strange, 'GATEWAY')]), 2],
    ['of another namespace reaches nobody', envoyFilter('legacy', 'all', [filterPatch(strange, 'ANY')]), 0],
  ])('%s', (_, object, reached) => {
    const { sum, write } = living()
    write(object)
    expect(sum('pilot_total_xds_rejects')).toBe(reached)
  })
})

describe('proxies that are held back', () => {
  it('have what they had then, and count no updates', () => {
    const { mesh, sum, write, connected, run } = living()
    mesh.hold('shop/front', true)
    run(1)
    const before = mesh.pushes.latest
    const updates = () => sum('envoy_cluster_manager_cds_update_success', { pod: 'front-5d4f-0' })
    const counted = updates()
    write(route('3s'))
    const front = connected().find(({ workload: { key } }) => key === 'shop/front')
    if (!front) throw new Error('The small mesh has no front.')
    expect(mesh.pushes.acked(front, 'rds')).toBe(before)
    expect(mesh.pushes.sent('rds')).toBe(mesh.pushes.latest)
    expect(mesh.pushes.acked(front, 'eds')).toBe(mesh.pushes.latest)
    expect(updates()).toBe(counted)
    mesh.hold('shop/front', false)
    run(15)
    expect(mesh.pushes.acked(front, 'rds')).toBe(mesh.pushes.latest)
  })
})

describe('where series carry no pods', () => {
  it('only gateways and waypoints tell of their updates, one series for all pods', () => {
    const { select, write, sum } = living({ perPodSeries: false })
    write(bad)
    expect(select('envoy_cluster_manager_cds_update_success').map(({ labels }) => labels['workload'])).toEqual([
      'edge',
      'waypoint',
    ])
    expect(select('pilot_xds_lds_reject').map(({ labels }) => labels['node'])).toEqual([undefined])
    expect(sum('pilot_total_xds_rejects')).toBe(4)
  })
})
