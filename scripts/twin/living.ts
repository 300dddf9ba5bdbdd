import { instantQuery } from '#lab/prometheus/promql/query.ts'
import type { Behaviour, Call, KubeObject, ObjectStore, Token } from '#lab/contract.ts'
import { createMesh, type Mesh } from '#lab/mesh/mesh.ts'
import { createPacker, type Packed } from '#lab/mesh/requests/pack.ts'
import type { AuthorizerAnswer } from '#lab/mesh/snapshot/facts.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { meshConfigMap } from '#lab/mesh/testing/mesh-config-map.ts'
import { behaviour, call, smallObjects, smallScenario, startedAt } from '#lab/mesh/testing/small-mesh.ts'
import { flowsOf } from '#bff/security/flows/flows.ts'
import { flowQueries } from '#bff/security/flows/queries.ts'
import { workloadsOf } from '#bff/security/workloads.ts'
import { namespaceView, podView, serviceView, workloadView } from '#bff/sources/kubernetes-views.ts'
import type { MeshObjects, Sample } from '#bff/sources/source.ts'
import type { SeenFlow, Workload } from '#shared/security/landscape.ts'

/**
 * The small mesh alive: callers of every kind, each to every kind of door, with requests that policies tell apart. Its
 * Prometheus is asked what the BFF asks, and is read as the BFF reads it.
 */

export const extensionProviders = [
  { name: 'ask', envoyExtAuthzGrpc: { service: 'crm.legacy.svc.cluster.local', port: 8080 } },
]
export const aliases = ['old.example']

const ada: Token = {
  issuer: 'https://login.example',
  subject: 'ada',
  audiences: ['web'],
  presenter: 'cli',
  claims: { group: 'admin', scope: 'read' },
  state: 'valid',
}
const bob: Token = { ...ada, issuer: 'https://other.example', subject: 'bob', audiences: ['app'], claims: {} }

const size = { requestBytes: 100, responseBytes: 1000 }
const classes: Call['classes'] = [
  { share: 0.3, method: 'GET', path: '/items', ...size },
  { share: 0.2, method: 'PUT', path: '/a/b', headers: { 'x-role': 'admin' }, ...size },
  { share: 0.2, method: 'POST', path: '/admin', token: ada, ...size },
  { share: 0.2, method: 'GET', path: '/a/b/c?x=/admin', token: bob, ...size },
  { share: 0.1, method: 'DELETE', path: '/items/', headers: { 'x-forwarded-for': '203.0.113.9' }, ...size },
]
const optional = { optional: true, parallel: true }
const http = (host: string, port: number, perRequest = 1) => call(host, port, { ...optional, perRequest, classes })
const grpc = (host: string, port: number) =>
  call(host, port, {
    ...optional,
    protocol: 'grpc',
    classes: [{ share: 1, method: 'POST', path: '/a/s', ...size }],
  })
const tcp = (host: string, port: number) =>
  call(host, port, {
    ...optional,
    protocol: 'tcp',
    classes: [{ share: 1, method: '', path: '', requestBytes: 0, responseBytes: 0 }],
    tcp: { sentBytes: 200, receivedBytes: 3000, callsPerConnection: 10 },
  })
const everywhere = (): Call[] => [
  http('back.shop', 8080),
  http('stock.amb', 9090),
  http('bare.amb', 9090),
  tcp('db.data', 5432),
]
const origin = (rate: number, calls: Call[]) => ({ origin: { rate, daily: 0, calls } })

/** Whoever calls does so on its own account: that nobody calls it any more makes no caller silent. */
const behaviours = (): Behaviour[] => [
  behaviour(
    'gates',
    'edge',
    [],
    origin(60, [
      call('www.example.com', 80, {
        classes: classes.map(({ token: _token, ...one }, index) => ({
          ...one,
          remoteAddress: `203.0.113.${5 + index}`,
        })),
      }),
    ]),
  ),
  behaviour('shop', 'front', [], origin(40, [...everywhere(), grpc('stock.amb', 9090)])),
  behaviour('shop', 'back-v1', [], origin(20, [tcp('db.data', 5432), http('stock.amb', 9090)])),
  behaviour('shop', 'back-v2', []),
  behaviour('data', 'db', [], origin(20, everywhere())),
  behaviour('amb', 'stock', [], origin(20, [http('back.shop', 8080), http('bare.amb', 9090), tcp('db.data', 5432)])),
  behaviour('amb', 'bare', [], origin(20, [http('stock.amb', 9090), http('back.shop', 8080)])),
  behaviour('legacy', 'batch', [], origin(20, everywhere())),
]

/** One pod of each: the lab decides for workloads, so that the addresses of several would tell of nothing. */
function objects(): KubeObject[] {
  let address = 0
  return smallObjects().flatMap((object): KubeObject[] => {
    const { kind, metadata, spec } = object
    const isWaypoint = metadata.namespace === 'amb' && metadata.name.startsWith('waypoint')
    if (kind === 'Service') return [{ ...object, spec: { ...spec, clusterIP: `10.96.0.${++address}` } }]
    if (kind === 'Deployment' && isWaypoint) return []
    if (kind !== 'Pod') return [object]
    if (!metadata.name.endsWith('-0')) return []
    return [
      {
        ...object,
        metadata: {
          ...metadata,
          labels: {
            ...metadata.labels,
            'pod-template-hash': '5d4f',
            ...(isWaypoint ? { 'gateway.istio.io/managed': 'istio.io-mesh-controller' } : {}),
          },
          annotations: metadata.namespace === 'amb' && !isWaypoint ? { 'ambient.istio.io/redirection': 'enabled' } : {},
        },
        status: { ...object.status, phase: 'Running' },
      },
    ]
  })
}

export interface Life {
  mesh: Mesh
  store: ObjectStore
  /** Every request that was thrown, oldest first. */
  thrown: Packed[]
  /** As it was told to live on: whole scrapes of 15 s. */
  run(scrapes: number): void
  write(...written: KubeObject[]): void
  remove(...gone: KubeObject[]): void
  /** The flows of the last scrapes, as Weft sees them. */
  seen(scrapes: number): SeenFlow[]
  workloads(): Workload[]
}

const scrape = 15

export function lifeWith(
  policies: readonly KubeObject[],
  {
    trustDomain,
    seed,
    answer = 'allow',
    silent = [],
  }: {
    trustDomain: string
    seed: number
    answer?: AuthorizerAnswer /** They call nobody. */
    silent?: readonly string[]
  },
): Life {
  const calling = behaviours().filter(({ namespace, workload }) => !silent.includes(`${namespace}/${workload}`))
  const scenario = smallScenario({ trustDomain, objects: objects(), behaviours: calling })
  const config = meshConfigMap({ extensionProviders, trustDomain, trustDomainAliases: aliases })
  const store = memoryStore([...scenario.objects, config, ...policies])
  const packer = createPacker()
  const thrown: Packed[] = []
  const mesh = createMesh({
    scenario,
    store,
    seed,
    startedAt,
    historyHours: scrape / 3600,
    sampling: { history: 0, logShare: 0.02, limit: 60, atLeastEvery: 5 },
    sink: { add: (root, marks) => void thrown.push(packer.pack(root, marks)) },
  })
  mesh.setAuthorizer('ask', answer)
  let time = startedAt
  const ask = (query: string): Sample[] => {
    const result = instantQuery(query, time, { store: mesh.samples })
    if (result.type !== 'vector') throw new Error(`${query} is no vector.`)
    return result.labels.map((metric, index) => ({ metric: { ...metric }, value: result.values[index] ?? 0 }))
  }
  const workloads = () => workloadsOf(viewsOf(store))
  return {
    mesh,
    store,
    thrown,
    run(scrapes) {
      time += scrapes * scrape * 1000
      mesh.advanceTo(time)
    },
    write: (...written) => {
      for (const object of written) store.create(object)
    },
    remove: (...gone) => {
      for (const { kind, metadata } of gone)
        store.remove(`${kind.toLowerCase().replace(/y$/, 'ie')}s.security.istio.io`, metadata.namespace, metadata.name)
    },
    seen(scrapes) {
      const queries = flowQueries(scrapes * scrape)
      const [requests, connections, refusals] = [queries.requests, queries.connections, queries.refusals].map(ask)
      const pods = viewsOf(store).pods
      return flowsOf(
        { requests: requests ?? [], connections: connections ?? [], refusals: refusals ?? [] },
        {
          workloads: workloads(),
          workloadOfPod: new Map(
            pods.map(pod => [`${pod.namespace}/${pod.name}`, `${pod.namespace}/${pod.workload.name}`]),
          ),
        },
      )
    },
    workloads,
  }
}

const viewsOf = (store: ObjectStore): MeshObjects => ({
  revision: store.revision,
  namespaces: store.list('namespaces').map(namespaceView),
  pods: store.list('pods').map(podView),
  workloads: store.list('deployments.apps').map(workloadView('Deployment')),
  services: store.list('services').map(serviceView),
  peerAuthentications: [],
  authorizationPolicies: [],
  serviceEntries: [],
  gateways: [],
})
