import type { Graph, GraphEdge, GraphNode } from './graph.ts'

/** Plain nouns for tests: say only what the test is about. */

export function node(id: string, rest: Partial<GraphNode> = {}): GraphNode {
  const [kind = 'service', path = ''] = id.split(':')
  const [namespace = '', name = ''] = path.includes('/') ? path.split('/') : ['', path]
  return {
    id,
    kind: kind as GraphNode['kind'],
    namespace: kind === 'namespace' ? name : namespace,
    name,
    health: 'healthy',
    reason: { rule: 'serverErrors', value: 0, threshold: 0 },
    dataPlane: 'sidecar',
    pods: { ready: 1, total: 1 },
    proxies: 1,
    versions: [],
    related: [],
    serviceAccounts: [],
    workloadKind: null,
    members: 1,
    isIdle: false,
    isTcpOnly: false,
    ...rest,
  }
}

export function edge(
  source: string,
  destination: string,
  rest: Partial<GraphEdge> = {},
  protocol: GraphEdge['protocol'] = 'http',
): GraphEdge {
  return {
    id: `${source}>${destination}:${protocol}`,
    source,
    destination,
    protocol,
    via: null,
    requestRate: protocol === 'tcp' ? 0 : 10,
    connectionRate: protocol === 'tcp' ? 1 : 0,
    byteRate: 1000,
    errorRatio: 0,
    clientErrorRatio: protocol === 'tcp' ? null : 0,
    deniedRatio: 0,
    mtlsRatio: 1,
    meanDuration: protocol === 'tcp' ? null : 5,
    health: 'healthy',
    reason: { rule: protocol === 'tcp' ? 'connectionErrors' : 'serverErrors', value: 0, threshold: 0 },
    ...rest,
  }
}

export function graph(nodes: GraphNode[], edges: GraphEdge[], rest: Partial<Graph> = {}): Graph {
  return {
    at: 1_800_000_000_000,
    window: 60,
    level: 'service',
    requestedLevel: 'service',
    open: [],
    namespaces: [],
    nodes,
    edges,
    totals: { requestRate: 0, httpRate: 0, grpcRate: 0, tcpByteRate: 0, errorRatio: null, mtlsRatio: null },
    reading: { queries: 7, duration: 120 },
    partial: [],
    ...rest,
  }
}
