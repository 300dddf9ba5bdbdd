import { describe, expect, it } from 'vitest'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { Level } from '#shared/topology/graph.ts'
import type { Reading } from './collect.ts'
import { graphOf, nodeIn as find } from './graph-of.fixture.ts'
import { cluster, waypointLabels } from '#bff/mesh/objects.fixture.ts'
import type { Readings } from '#bff/mesh/paths.ts'
import { defaultRules } from '#bff/mesh/health/rules.ts'
import { connection, request } from '#bff/mesh/readings.fixture.ts'

const web = { from: 'shop/web', to: 'shop/cart' }
const objects = cluster([
  { name: 'shop/web' },
  { name: 'shop/cart-v1', app: 'cart' },
  { name: 'shop/cart-v2', app: 'cart', version: 'v2' },
  { name: 'pay/ledger', proxy: 'ambient' },
  { name: 'logistics/waypoint', labels: waypointLabels },
  { name: 'old/batch', proxy: 'none', hasService: false },
])

interface Given extends Partial<Omit<Reading, 'readings' | 'objects'>> {
  readings?: Partial<Readings>
  objects?: MeshObjects
}
const at = ({ readings = {}, objects: known, ...rest }: Given, level: Level = 'service') =>
  graphOf(readings, known ?? null, { level, ...rest })

describe('nodes', () => {
  it('a service knows its workloads, versions, pods and accounts', () => {
    const graph = at({
      objects,
      readings: {
        requests: [request({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart', version: 'v1' }, 9)],
      },
    })
    expect(find(graph, 'service:shop/cart')).toMatchObject({
      kind: 'service',
      versions: [
        { version: 'v1', requestRate: 9, ready: 1, pods: 1 },
        { version: 'v2', requestRate: 0, ready: 1, pods: 1 },
      ],
      related: ['cart-v1', 'cart-v2'],
      pods: { ready: 2, total: 2 },
      proxies: 2,
      dataPlane: 'sidecar',
      serviceAccounts: ['cart'],
      isIdle: false,
    })
  })

  it('a version nobody speaks of has an unknown rate where others left theirs out', () => {
    const graph = at({
      objects,
      readings: { requests: [request({ from: 'shop/web', service: 'shop/cart', reporter: 'source' }, 9)] },
    })
    expect(find(graph, 'service:shop/cart')?.versions.map(({ requestRate }) => requestRate)).toEqual([null, null])
  })

  it('a workload knows its kind and its services', () => {
    expect(find(at({ objects }, 'workload'), 'workload:shop/cart-v2')).toMatchObject({
      workloadKind: 'Deployment',
      related: ['cart'],
    })
  })

  it('a caller is drawn as the service before its pods', () => {
    const graph = at({
      objects,
      readings: { requests: [request({ from: 'shop/cart-v2', to: 'pay/ledger' }, 1)] },
    })
    expect(graph.edges[0]?.source).toBe('service:shop/cart')
  })

  it('a workload without a service is a workload among services', () => {
    const lonely = cluster([{ name: 'shop/web' }, { name: 'shop/worker', hasService: false }])
    const graph = at({
      objects: lonely,
      readings: { requests: [request({ from: 'shop/worker', to: 'shop/web' }, 1)] },
    })
    expect(find(graph, 'workload:shop/worker')).toMatchObject({ kind: 'workload', workloadKind: 'Deployment' })
  })

  it('what has no traffic is there, idle; what only calls is judged by its pods', () => {
    const graph = at({
      objects,
      readings: { requests: [request({ from: 'shop/web', to: 'pay/ledger' }, 1)] },
    })
    expect(find(graph, 'service:shop/cart')).toMatchObject({
      isIdle: true,
      health: 'unknown',
      reason: { rule: 'noTraffic' },
    })
    expect(find(graph, 'service:shop/web')).toMatchObject({
      isIdle: false,
      health: 'healthy',
      reason: { rule: 'podsNotReady' },
    })
  })

  it('pods that are not ready degrade, none ready fails, whatever the traffic', () => {
    const sick = cluster([
      { name: 'shop/web', pods: 3, ready: 1 },
      { name: 'shop/cart', pods: 2, ready: 0 },
    ])
    const graph = at({ objects: sick, readings: { requests: [request(web, 5)] } })
    expect(find(graph, 'service:shop/web')).toMatchObject({
      health: 'degraded',
      reason: { rule: 'podsNotReady', value: 1, threshold: 3 },
    })
    expect(find(graph, 'service:shop/cart')?.health).toBe('failing')
  })

  it('what was called and has no pods left is failing before its counters say so', () => {
    const gone = cluster([{ name: 'shop/web' }, { name: 'shop/cart', pods: 0 }])
    const called = at({ objects: gone, readings: { requests: [request(web, 9)] } })
    expect(find(called, 'service:shop/cart')).toMatchObject({
      health: 'failing',
      reason: { rule: 'podsNotReady', value: 0, threshold: 0 },
    })
    expect(find(at({ objects: gone }), 'service:shop/cart')?.health).toBe('unknown')
  })

  it('calls to what is scaled to nothing make it failing by its errors', () => {
    const none = cluster([{ name: 'shop/web' }, { name: 'shop/cart', pods: 0 }])
    const lost = request({ from: 'shop/web', service: 'shop/cart', reporter: 'source', code: '503', flags: 'UH' }, 5)
    const graph = at({ objects: none, readings: { requests: [lost] } })
    expect(find(graph, 'service:shop/cart')).toMatchObject({ health: 'failing', reason: { rule: 'serverErrors' } })
    expect(find(graph, 'service:shop/web')?.health).toBe('healthy')
  })

  it('failing calls colour the edge and the callee, not the caller', () => {
    const graph = at({ readings: { requests: [request(web, 95), request({ ...web, code: '500' }, 5)] } })
    expect(graph.edges[0]).toMatchObject({ health: 'degraded', reason: { value: 0.05, threshold: 0 } })
    expect(find(graph, 'service:shop/cart')?.health).toBe('degraded')
    expect(find(graph, 'service:shop/web')?.health).toBe('unknown')
  })

  it.each([
    ['500', 1, 'degraded'],
    ['500', 10, 'failing'],
    ['404', 9, 'healthy'],
    ['404', 10, 'degraded'],
    ['404', 100, 'degraded'],
  ] as const)('answers %s at %d %% are %s', (code, percent, health) => {
    const requests = [request(web, 100 - percent), request({ ...web, code }, percent)]
    expect(at({ readings: { requests } }).edges[0]?.health).toBe(health)
  })

  it('thresholds can be others', () => {
    const requests = [request(web, 95), request({ ...web, code: '500' }, 5)]
    const rules = {
      ...defaultRules,
      thresholds: {
        serverErrors: { degraded: 0.1, failing: 0.5 },
        connectionErrors: { degraded: 0, failing: 0.1 },
        clientErrors: { degraded: 0.1 },
        refused: { degraded: 0.1, failing: 0.5 },
      },
    }
    expect(at({ readings: { requests }, rules }).edges[0]?.health).toBe('healthy')
  })

  it('a gateway that reports only as a client is judged by what it got', () => {
    const gateways = cluster([
      { name: 'gateways/web-istio', labels: { 'gateway.networking.k8s.io/gateway-name': 'web' }, hasService: false },
      { name: 'shop/cart' },
    ])
    const requests = [request({ from: 'gateways/web-istio', to: 'shop/cart', code: '503' }, 1)]
    expect(find(at({ objects: gateways, readings: { requests } }), 'gateway:gateways/web')).toMatchObject({
      health: 'failing',
      reason: { rule: 'serverErrors' },
    })
  })

  it('what serves TCP only looks like a database', () => {
    const graph = at({ readings: { connections: [connection(web, 1)] } })
    expect(find(graph, 'service:shop/cart')?.isTcpOnly).toBe(true)
    expect(find(graph, 'service:shop/web')?.isTcpOnly).toBe(false)
  })

  it('of another moment have no pods, and nothing is idle: Kubernetes keeps no past', () => {
    const graph = at({
      objects,
      isPast: true,
      readings: { requests: [request({ from: 'shop/web', to: 'pay/ledger' }, 1)] },
    })
    expect(graph.nodes.map(({ id, pods }) => [id, pods])).toEqual([
      ['service:pay/ledger', null],
      ['service:shop/web', null],
    ])
  })
})

describe('a scope', () => {
  const requests = [
    request({ from: 'shop/web', to: 'pay/ledger' }, 1),
    request({ from: 'shop/web', to: 'shop/cart-v1' }, 2),
  ]
  const scoped = graphOf({ requests }, objects, { namespaces: ['pay'] })

  it('holds every hop with an end in it, and no other', () => {
    expect(scoped.edges.map(({ id }) => id)).toEqual(['service:shop/web>service:pay/ledger:http'])
  })

  it('does not judge what it sees in part only', () => {
    expect(scoped.nodes.find(({ id }) => id === 'service:shop/web')).toMatchObject({
      health: 'unknown',
      reason: { rule: 'notObserved' },
    })
  })

  it('shows what is idle in it, also without a proxy', () => {
    const old = graphOf({}, objects, { namespaces: ['old'] })
    expect(old.nodes.map(({ id }) => id)).toEqual(['outside:old/batch'])
    expect(graphOf({}, objects).nodes.map(({ id }) => id)).not.toContain('outside:old/batch')
  })
})
