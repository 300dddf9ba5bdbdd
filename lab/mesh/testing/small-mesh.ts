import type { Behaviour, Call, KubeObject, ObjectStore, RequestTree, Scenario } from '#lab/contract.ts'
import type { Flow } from '#lab/mesh/decide/outcome.ts'
import { createMesh, type Mesh } from '#lab/mesh/mesh.ts'
import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { settingsOf, takeSnapshot } from '#lab/mesh/snapshot/snapshot.ts'
import { memoryStore } from './memory-store.ts'
import { made, namespace, service, workload } from './objects.ts'

/**
 * A mesh with one of each: gateway → shop/front → shop/back (v1, v2; sidecars) → data/db (TCP); ambient amb/stock behind
 * a waypoint and amb/bare without one; legacy/batch, which has no proxy.
 */
export const smallObjects = (): KubeObject[] => [
  namespace('gates'),
  namespace('shop'),
  namespace('data'),
  namespace('amb', { 'istio.io/dataplane-mode': 'ambient' }),
  namespace('legacy'),
  namespace('istio-system'),
  ...workload('istio-system', 'ztunnel', 'ztunnel'),
  ...workload('gates', 'edge', 'gateway', { labels: { 'gateway.networking.k8s.io/gateway-name': 'edge' } }),
  ...workload('shop', 'front', 'sidecar'),
  ...workload('shop', 'back-v1', 'sidecar', {
    replicas: 3,
    labels: { app: 'back', version: 'v1' },
    serviceAccount: 'back',
  }),
  ...workload('shop', 'back-v2', 'sidecar', {
    replicas: 1,
    labels: { app: 'back', version: 'v2' },
    serviceAccount: 'back',
  }),
  ...workload('data', 'db', 'sidecar'),
  ...workload('amb', 'stock', 'ambient'),
  ...workload('amb', 'bare', 'ambient'),
  ...workload('amb', 'waypoint', 'waypoint', { labels: { 'gateway.networking.k8s.io/gateway-name': 'waypoint' } }),
  ...workload('legacy', 'batch', 'plain', { replicas: 1 }),
  ...workload('legacy', 'crm', 'plain', { replicas: 1 }),
  service('shop', 'front', 8080),
  service('shop', 'back', 8080),
  service('data', 'db', 5432),
  service('amb', 'stock', 9090, undefined, { 'istio.io/use-waypoint': 'waypoint' }),
  service('amb', 'bare', 9090),
  service('legacy', 'crm', 8080),
  made('gateway.networking.k8s.io/v1', 'Gateway', 'gates', 'edge', {
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: { namespaces: { from: 'All' } } }],
  }),
  made('gateway.networking.k8s.io/v1', 'HTTPRoute', 'shop', 'front', {
    parentRefs: [{ kind: 'Gateway', namespace: 'gates', name: 'edge' }],
    hostnames: ['www.example.com'],
    rules: [{ matches: [{ path: { type: 'PathPrefix', value: '/' } }], backendRefs: [{ name: 'front', port: 8080 }] }],
  }),
]

export const call = (host: string, port: number, more: Partial<Call> = {}): Call => ({
  host,
  port,
  protocol: 'http',
  perRequest: 1,
  classes: [{ share: 1, method: 'GET', path: '/items', requestBytes: 100, responseBytes: 2000 }],
  optional: false,
  timeout: 10_000,
  parallel: false,
  ...more,
})

export const behaviour = (where: string, name: string, calls: Call[], more: Partial<Behaviour> = {}): Behaviour => ({
  namespace: where,
  workload: name,
  latency: { median: 5, p99: 25 },
  errorRatio: 0,
  clientErrorRatio: 0,
  capacity: 1000,
  calls,
  startup: 5,
  ...more,
})

const tcpToDb = call('db.data', 5432, {
  protocol: 'tcp',
  classes: [{ share: 1, method: '', path: '', requestBytes: 0, responseBytes: 0 }],
  tcp: { sentBytes: 200, receivedBytes: 3000, callsPerConnection: 50 },
})

export const smallBehaviours = (): Behaviour[] => [
  behaviour('gates', 'edge', [], { origin: { rate: 100, daily: 0, calls: [call('www.example.com', 80)] } }),
  behaviour('shop', 'front', [call('back.shop', 8080), call('stock.amb', 9090, { protocol: 'grpc', perRequest: 0.5 })]),
  behaviour('shop', 'back-v1', [tcpToDb]),
  behaviour('shop', 'back-v2', [tcpToDb]),
  behaviour('data', 'db', []),
  behaviour('amb', 'stock', []),
  behaviour('amb', 'bare', []),
  behaviour('legacy', 'batch', [], {
    origin: { rate: 5, daily: 0, calls: [call('back.shop', 8080, { optional: true })] },
  }),
]

export const smallScenario = (more: Partial<Scenario> = {}): Scenario => ({
  preset: 'shop',
  cluster: 'test',
  trustDomain: 'cluster.local',
  rootNamespace: 'istio-system',
  objects: smallObjects(),
  behaviours: smallBehaviours(),
  externalHosts: [
    { host: 'api.partner.example', address: '203.0.113.7', latency: { median: 30, p99: 90 }, errorRatio: 0 },
  ],
  scrapeInterval: 15,
  perPodSeries: true,
  ...more,
})

/** What exists when these objects are added to the small mesh, or replace their namesakes. */
export function snapshotWith(...objects: KubeObject[]): Snapshot {
  const scenario = smallScenario()
  const store = memoryStore(scenario.objects)
  for (const object of objects) store.create(object)
  return takeSnapshot(store, settingsOf(scenario))
}

export function flowFrom(
  snapshot: Snapshot,
  source: string,
  host: string,
  port: number,
  more: Partial<Flow> = {},
): Flow {
  const from = snapshot.workloads.get(source)
  if (from === undefined) throw new Error(`The small mesh has no workload ${source}.`)
  return {
    source: from,
    host,
    port,
    protocol: 'http',
    method: 'GET',
    path: '/items',
    headers: {},
    token: null,
    validated: null,
    remoteAddress: null,
    sni: null,
    passedOn: false,
    ...more,
  }
}

export const startedAt = Date.UTC(2026, 10, 23, 8)

export interface Living {
  mesh: Mesh
  store: ObjectStore
  trees: RequestTree[]
}

/** The small mesh, alive, with half an hour of history. */
export function live(more: Partial<Scenario> = {}, seed = 1, objects: KubeObject[] = []): Living {
  const scenario = smallScenario(more)
  const store = memoryStore(scenario.objects)
  for (const object of objects) store.create(object)
  const trees: RequestTree[] = []
  const mesh = createMesh({
    scenario,
    store,
    sink: { add: tree => void trees.push(tree) },
    seed,
    startedAt,
    historyHours: 0.5,
    sampling: { history: 0 },
  })
  return { mesh, store, trees }
}
