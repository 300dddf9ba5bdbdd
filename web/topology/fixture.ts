import type { Health } from '#shared/mesh/health.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import type { Status } from '#shared/mesh/source.ts'
import type { Detail } from '#shared/topology/api.ts'
import type { Graph, GraphEdge, GraphNode, Protocol } from '#shared/topology/graph.ts'
import { edge, graph, node } from '#shared/topology/graph.fixture.ts'
import { totals } from '#shared/topology/totals.ts'

/**
 * A small shop mesh for tests, in the middle of one incident: postgres takes too few connections, so ledger times out,
 * payments fails, checkout degrades.
 */
export const at = Date.UTC(2026, 10, 23, 14, 32)
const since = Date.UTC(2026, 10, 23, 14, 21)

const bad = (health: Health, value: number) => ({
  health,
  errorRatio: value,
  reason: { rule: 'serverErrors' as const, value, threshold: health === 'failing' ? 0.1 : 0 },
})

const service = (path: string, rest: Partial<GraphNode> = {}) =>
  node(`service:${path}`, { serviceAccounts: [path.split('/')[1] ?? ''], ...rest })
const failing = (rest: Partial<GraphNode> = {}): Partial<GraphNode> => ({
  health: 'failing',
  reason: { rule: 'serverErrors', value: 0.12, threshold: 0.1 },
  ...rest,
})
const degraded = (rest: Partial<GraphNode> = {}): Partial<GraphNode> => ({
  health: 'degraded',
  reason: { rule: 'serverErrors', value: 0.06, threshold: 0 },
  ...rest,
})
const versions = (first: number, second: number): GraphNode['versions'] => [
  { version: 'v1', requestRate: first, ready: 3, pods: 3 },
  { version: 'v2', requestRate: second, ready: 1, pods: 1 },
]
const unobserved: Partial<GraphNode> = {
  health: 'unknown',
  reason: { rule: 'notObserved', value: 0, threshold: 0 },
  dataPlane: 'none',
  proxies: 0,
}

const nodes: GraphNode[] = [
  node('external:internet', { ...unobserved, pods: null }),
  node('gateway:gateways/web-gateway', degraded({ pods: { ready: 2, total: 2 } })),
  service('shop/storefront', degraded({ versions: versions(223, 25), pods: { ready: 4, total: 4 }, proxies: 4 })),
  service('shop/images', { pods: { ready: 3, total: 3 } }),
  service('shop/search'),
  service('shop/recommendations', { versions: versions(133, 15) }),
  service('shop/catalog', { pods: { ready: 6, total: 6 } }),
  service('shop/cart'),
  service('shop/checkout', degraded({ pods: { ready: 5, total: 5 }, proxies: 5 })),
  service('pay/payments', failing({ versions: versions(17.9, 3.9), pods: { ready: 4, total: 4 }, proxies: 4 })),
  service('pay/ledger', failing()),
  service('pay/fraud'),
  service(
    'data/postgres',
    degraded({ isTcpOnly: true, reason: { rule: 'connectionErrors', value: 0.04, threshold: 0 } }),
  ),
  service('data/redis', { isTcpOnly: true }),
  service('data/kafka', { isTcpOnly: true }),
  node('gateway:gateways/egress', {}),
  node('external:risk.cards.example', { ...unobserved, pods: null, health: 'healthy', reason: null }),
  node('waypoint:logistics/waypoint', { dataPlane: 'ambient' }),
  service('logistics/inventory', { dataPlane: 'ambient' }),
  service('logistics/shipping', { dataPlane: 'ambient' }),
  service('logistics/notifications', { dataPlane: 'ambient' }),
  node('external:smtp.mail.example', { ...unobserved, pods: null }),
  node('outside:legacy/batch', unobserved),
  node('outside:legacy/crm', unobserved),
  service('istio-system/istiod', {
    isIdle: true,
    health: 'unknown',
    reason: { rule: 'noTraffic', value: 0, threshold: 0 },
  }),
  service('shop/newsletter', {
    isIdle: true,
    health: 'unknown',
    reason: { rule: 'noTraffic', value: 0, threshold: 0 },
  }),
]

const byName = new Map(nodes.map(each => [each.name, each.id]))
function call(
  source: string,
  destination: string,
  rate: number,
  rest: Partial<GraphEdge> = {},
  protocol: Protocol = 'http',
) {
  const isTcp = protocol === 'tcp'
  const numbers = isTcp ? { byteRate: rate, connectionRate: 2 } : { requestRate: rate, byteRate: rate * 1800 }
  return edge(
    byName.get(source) ?? source,
    byName.get(destination) ?? destination,
    { meanDuration: isTcp ? null : 24, ...numbers, ...rest },
    protocol,
  )
}
const plain: Partial<GraphEdge> = { mtlsRatio: 0 }
const waypoint = byName.get('waypoint') ?? null

const edges: GraphEdge[] = [
  call('internet', 'web-gateway', 318, { ...bad('degraded', 0.0044), mtlsRatio: 0 }),
  call('web-gateway', 'storefront', 248, bad('degraded', 0.0056)),
  call('web-gateway', 'images', 70),
  call('storefront', 'catalog', 186),
  call('storefront', 'search', 64),
  call('storefront', 'recommendations', 148),
  call('storefront', 'cart', 92),
  call('storefront', 'checkout', 22.4, { ...bad('degraded', 0.062), meanDuration: 410 }),
  call('search', 'catalog', 40),
  call('recommendations', 'catalog', 131),
  call('checkout', 'cart', 22.1),
  call('checkout', 'payments', 21.8, { ...bad('failing', 0.124), meanDuration: 630 }),
  call('checkout', 'inventory', 110, { via: waypoint, mtlsRatio: 1 }, 'grpc'),
  call('checkout', 'shipping', 20.2, { via: waypoint, mtlsRatio: 1 }, 'grpc'),
  call('payments', 'ledger', 20.9, { ...bad('failing', 0.119), meanDuration: 720 }),
  call('payments', 'fraud', 21.4, {}, 'grpc'),
  call('fraud', 'egress', 21.4),
  call('egress', 'risk.cards.example', 21.4),
  call('catalog', 'redis', 640_000, {}, 'tcp'),
  call('catalog', 'postgres', 3_420_000, {}, 'tcp'),
  call('cart', 'redis', 412_000, {}, 'tcp'),
  call(
    'ledger',
    'postgres',
    1_180_000,
    { health: 'degraded', errorRatio: 0.041, reason: { rule: 'connectionErrors', value: 0.041, threshold: 0 } },
    'tcp',
  ),
  call('ledger', 'kafka', 96_000, {}, 'tcp'),
  call('inventory', 'postgres', 880_000, {}, 'tcp'),
  call('inventory', 'notifications', 19.1, {}, 'grpc'),
  call('shipping', 'notifications', 19.6, {}, 'grpc'),
  call('notifications', 'smtp.mail.example', 14_100, plain, 'tcp'),
  call('batch', 'ledger', 1.2, {
    ...plain,
    clientErrorRatio: 1,
    deniedRatio: 1,
    health: 'failing',
    reason: { rule: 'refused', value: 1, threshold: 0.1 },
  }),
  call('batch', 'inventory', 0.015, plain),
  call('crm', 'shipping', 0.4, plain),
]

export const shop: Graph = graph(nodes, edges, {
  at,
  reading: { queries: 8, duration: 212 },
  totals: totals(edges),
  namespaces: [
    { name: 'gateways', dataPlane: 'sidecar', mtlsMode: null, isClosed: false, hasWaypoint: false },
    { name: 'shop', dataPlane: 'sidecar', mtlsMode: 'STRICT', isClosed: false, hasWaypoint: false },
    { name: 'pay', dataPlane: 'sidecar', mtlsMode: 'STRICT', isClosed: true, hasWaypoint: false },
    { name: 'data', dataPlane: 'sidecar', mtlsMode: 'PERMISSIVE', isClosed: false, hasWaypoint: false },
    { name: 'logistics', dataPlane: 'ambient', mtlsMode: null, isClosed: false, hasWaypoint: true },
    { name: 'legacy', dataPlane: 'none', mtlsMode: null, isClosed: false, hasWaypoint: false },
    { name: 'istio-system', dataPlane: 'none', mtlsMode: null, isClosed: false, hasWaypoint: false },
  ],
})

export const failingEdge = 'service:shop/checkout>service:pay/payments:http'

const times = Array.from({ length: 61 }, (_, index) => at - (60 - index) * 30_000)

/** The detail of checkout → payments. */
export const detail = (id = failingEdge): Detail => ({
  id,
  at,
  window: 60,
  inbound: null,
  outbound: null,
  responses: [
    { code: '200', protocol: 'http', flags: '-', rate: 19.1, isServerError: false },
    { code: '504', protocol: 'http', flags: 'UT', rate: 2.03, isServerError: true },
    { code: '503', protocol: 'http', flags: 'URX', rate: 0.676, isServerError: true },
  ],
  quantiles: [
    { quantile: 0.5, duration: 52.1, dayDuration: 47.4 },
    { quantile: 0.95, duration: 2410, dayDuration: 172 },
    { quantile: 0.99, duration: 5000, dayDuration: 294 },
  ],
  rate: { times, values: times.map((_, index) => 21 + Math.sin(index / 9) + Math.sin(index * 1.7) * 0.35) },
  errors: { times, values: times.map(time => (time < since ? 0.0004 : Math.min(0.124, 0.02 + (time - since) / 1e6))) },
  rateUnit: 'requests',
  failingSince: since,
  principals: ['spiffe://cluster.local/ns/shop/sa/checkout'],
  versions: [
    { version: 'v1', requestRate: 17.9 },
    { version: 'v2', requestRate: 3.9 },
  ],
  queries: [
    {
      name: 'Requests by code',
      query:
        'sum by (response_code, response_flags) (rate(istio_requests_total{reporter="destination", destination_service_namespace="pay", destination_service_name="payments"}[60s]))',
    },
    {
      name: 'Duration buckets',
      query: 'sum by (le) (rate(istio_request_duration_milliseconds_bucket{destination_service_name="payments"}[60s]))',
    },
  ],
})

const holding: Omit<Ladder['rungs'][number], 'rung'> = { state: 'holds', detail: [], query: null, objects: [] }
export const ladder: Ladder = {
  rungs: [
    { rung: 'rights', ...holding },
    { rung: 'sourceReachable', ...holding },
    { rung: 'scraped', ...holding },
    { rung: 'metricThere', ...holding, query: 'count(istio_requests_total)' },
    { rung: 'labelsAsExpected', ...holding, query: 'count(istio_requests_total{reporter!=""})' },
    {
      rung: 'trafficInWindow',
      state: 'fails',
      detail: [{ says: 'noTraffic', facts: { subject: { of: 'cluster' }, window: 60 } }],
      query: 'sum(rate(istio_requests_total[60s]))',
      objects: [],
    },
  ],
  lastAt: at - 6 * 60_000,
}

export const status: Status = {
  version: '0.1.0',
  mesh: 'lab',
  cluster: 'prod-eu',
  user: 'mesh-admin',
  users: [],
  now: at,
  scrapeInterval: 15,
  scrapeIntervalKnown: true,
  sources: (['prometheus', 'kubernetes', 'tracing'] as const).map(name => ({
    name,
    state: 'ok',
    url: `http://${name}.istio-system`,
    since: since - 3_600_000,
    lastGoodAt: at,
    duration: 18,
    because: null,
    version: '2.42.0',
  })),
}

export const namespaces = {
  cluster: 'prod-eu',
  namespaces: shop.namespaces.map(({ name, dataPlane }) => ({ name, dataPlane, pods: 6 })),
}
