import type { Graph, GraphEdge, GraphNode, NodeKind, Protocol } from '#shared/topology/graph.ts'
import type { LayoutInput } from '#web/topology/layout/layout.ts'
import { toElements } from '#web/topology/elements.ts'

/** A graph like the lab's shop, for tests: gateways at both ends, a waypoint, plaintext callers, one failing path. */

export function aNode(kind: NodeKind, namespace: string, name: string, more: Partial<GraphNode> = {}): GraphNode {
  return {
    id: namespace === '' || kind === 'namespace' ? `${kind}:${name}` : `${kind}:${namespace}/${name}`,
    kind,
    namespace,
    name,
    health: 'healthy',
    reason: null,
    dataPlane: 'sidecar',
    pods: null,
    proxies: 1,
    versions: [],
    related: [],
    serviceAccounts: [],
    workloadKind: null,
    members: 1,
    isIdle: false,
    isTcpOnly: false,
    ...more,
  }
}

export function anEdge(
  source: string,
  destination: string,
  protocol: Protocol,
  rate: number,
  more: Partial<GraphEdge> = {},
): GraphEdge {
  const isTcp = protocol === 'tcp'
  return {
    id: `${source}>${destination}:${protocol}`,
    source,
    destination,
    protocol,
    via: null,
    requestRate: isTcp ? 0 : rate,
    connectionRate: isTcp ? 1 : 0,
    byteRate: isTcp ? rate : rate * 800,
    errorRatio: 0,
    clientErrorRatio: 0,
    deniedRatio: 0,
    mtlsRatio: 1,
    meanDuration: 40,
    health: 'healthy',
    reason: null,
    ...more,
  }
}

export function aGraph(nodes: GraphNode[], edges: GraphEdge[], more: Partial<Graph> = {}): Graph {
  const names = [...new Set(nodes.map(node => node.namespace))].filter(name => name !== '')
  return {
    at: 1_760_000_000_000,
    window: 60,
    level: 'service',
    requestedLevel: 'service',
    open: [],
    namespaces: names.map(name => ({
      name,
      dataPlane: name === 'legacy' ? 'none' : name === 'logistics' ? 'ambient' : 'sidecar',
      mtlsMode: name === 'shop' || name === 'pay' ? 'STRICT' : 'PERMISSIVE',
      isClosed: name === 'pay',
      hasWaypoint: name === 'logistics',
    })),
    nodes,
    edges,
    totals: {
      requestRate: 1500,
      httpRate: 1200,
      grpcRate: 300,
      tcpByteRate: 6e6,
      errorRatio: 0.01,
      mtlsRatio: 0.99,
    },
    reading: { queries: 8, duration: 20 },
    partial: [],
    ...more,
  }
}

const service = (path: string) => `service:${path}`

export function aShop(): Graph {
  const s = (namespace: string, name: string, more: Partial<GraphNode> = {}) => aNode('service', namespace, name, more)
  const waypoint = 'waypoint:logistics/waypoint'
  const inbound = 'gateway:gateways/web-gateway'
  const outbound = 'gateway:gateways/egress'
  const failing: Partial<GraphEdge> = { errorRatio: 0.124, health: 'failing' }
  return aGraph(
    [
      aNode('external', '', 'internet'),
      aNode('gateway', 'gateways', 'web-gateway'),
      aNode('gateway', 'gateways', 'egress'),
      ...['storefront', 'images', 'search', 'recommendations', 'catalog', 'cart', 'checkout'].map(name =>
        s('shop', name),
      ),
      s('shop', 'wishlist', { isIdle: true, health: 'unknown' }),
      s('pay', 'payments', {
        health: 'failing',
        versions: [
          { version: 'v1', requestRate: 82, ready: 2, pods: 2 },
          { version: 'v2', requestRate: 18, ready: 1, pods: 1 },
        ],
      }),
      s('pay', 'ledger', { health: 'failing' }),
      s('pay', 'fraud'),
      ...['redis', 'postgres', 'kafka'].map(name => s('data', name, { isTcpOnly: true })),
      aNode('waypoint', 'logistics', 'waypoint'),
      ...['inventory', 'shipping', 'notifications'].map(name => s('logistics', name)),
      aNode('outside', 'legacy', 'batch', { health: 'unknown' }),
      aNode('outside', 'legacy', 'crm', { health: 'unknown' }),
      aNode('external', '', 'risk.cards.example'),
      aNode('external', '', 'smtp.mail.example', { health: 'unknown' }),
    ],
    [
      anEdge('external:internet', inbound, 'http', 318, { mtlsRatio: 0 }),
      anEdge(inbound, service('shop/storefront'), 'http', 248),
      anEdge(inbound, service('shop/images'), 'http', 70),
      anEdge(service('shop/storefront'), service('shop/search'), 'http', 64),
      anEdge(service('shop/storefront'), service('shop/catalog'), 'http', 186),
      anEdge(service('shop/storefront'), service('shop/recommendations'), 'http', 148),
      anEdge(service('shop/storefront'), service('shop/cart'), 'http', 92),
      anEdge(service('shop/storefront'), service('shop/checkout'), 'http', 22.4, {
        errorRatio: 0.062,
        health: 'degraded',
      }),
      anEdge(service('shop/search'), service('shop/catalog'), 'http', 40),
      anEdge(service('shop/recommendations'), service('shop/catalog'), 'http', 131),
      anEdge(service('shop/checkout'), service('shop/cart'), 'http', 22.1),
      anEdge(service('shop/catalog'), service('data/redis'), 'tcp', 640e3),
      anEdge(service('shop/catalog'), service('data/postgres'), 'tcp', 3.42e6),
      anEdge(service('shop/cart'), service('data/redis'), 'tcp', 412e3),
      anEdge(service('shop/checkout'), service('pay/payments'), 'http', 21.8, failing),
      anEdge(service('pay/payments'), service('pay/ledger'), 'http', 20.9, failing),
      anEdge(service('pay/payments'), service('pay/fraud'), 'grpc', 21.4),
      anEdge(service('pay/ledger'), service('data/postgres'), 'tcp', 1.18e6),
      anEdge(service('pay/ledger'), service('data/kafka'), 'tcp', 210e3),
      anEdge(service('pay/fraud'), outbound, 'http', 21.4),
      anEdge(outbound, 'external:risk.cards.example', 'http', 21.4, { mtlsRatio: null }),
      anEdge(service('shop/checkout'), service('logistics/inventory'), 'grpc', 110, { via: waypoint }),
      anEdge(service('shop/checkout'), service('logistics/shipping'), 'grpc', 20, { via: waypoint, mtlsRatio: 0.5 }),
      anEdge(service('logistics/inventory'), service('data/postgres'), 'tcp', 880e3),
      anEdge(service('logistics/inventory'), service('logistics/notifications'), 'grpc', 6.2),
      anEdge(service('logistics/shipping'), service('logistics/notifications'), 'grpc', 19.6),
      anEdge(service('logistics/notifications'), 'external:smtp.mail.example', 'tcp', 14e3, {
        mtlsRatio: 0,
        health: 'unknown',
      }),
      anEdge('outside:legacy/batch', service('pay/ledger'), 'http', 1.2, {
        mtlsRatio: 0,
        deniedRatio: 1,
        clientErrorRatio: 1,
        health: 'failing',
      }),
      anEdge('outside:legacy/batch', service('logistics/inventory'), 'http', 0.015, { mtlsRatio: 0 }),
      anEdge('outside:legacy/crm', service('logistics/shipping'), 'http', 0.4, { mtlsRatio: 0 }),
    ],
  )
}

const nothingHidden: ReadonlySet<string> = new Set()

export const theWords = { refused: 'refused', allRefused: 'all refused' }

/** What the layout is given for a graph. */
export function layoutOf(graph: Graph, aspect = 1.4): LayoutInput {
  const elements = toElements(graph, 'traffic', nothingHidden, theWords)
  return {
    nodes: elements.nodes,
    edges: elements.edges.map(edge => ({ ...edge, weight: 1 + edge.step * 0.4, room: 0 })),
    aspect,
  }
}
