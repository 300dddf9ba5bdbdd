import { type Graph, type GraphEdge, type GraphNode, othersId, type Protocol } from '#shared/topology/graph.ts'
import { flowOf } from '#shared/topology/traffic.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'

/**
 * The graph as somebody may see it. Of namespaces they do not see there is no node, no edge and no number; calls between
 * those and what they see end at one node that stands for all of them.
 */
export function cut(graph: Graph, sight: Sight): Graph {
  if (sight === 'everything') return graph
  const byId = new Map(graph.nodes.map(node => [node.id, node]))
  // What has no namespace (the internet, a host outside) is seen where somebody who is seen talks with it.
  const isOwn = (id: string) => {
    const node = byId.get(id)
    return node !== undefined && node.namespace !== '' && isSeen(sight, node.namespace)
  }
  const isHidden = (id: string) => {
    const namespace = byId.get(id)?.namespace ?? ''
    return namespace !== '' && !isSeen(sight, namespace)
  }
  const end = (id: string) => (isHidden(id) ? othersId : id)
  const groups = new Map<string, GraphEdge[]>()
  for (const edge of graph.edges) {
    if (!isOwn(edge.source) && !isOwn(edge.destination)) continue
    const [source, destination] = [end(edge.source), end(edge.destination)]
    const id = `${source}>${destination}:${edge.protocol}`
    const via = edge.via !== null && isOwn(edge.via) ? edge.via : null
    const seen = { ...edge, id, source, destination, via }
    const group = groups.get(id)
    if (group === undefined) groups.set(id, [seen])
    else group.push(seen)
  }
  const edges = [...groups.values()].map(together)
  const touched = new Set(edges.flatMap(({ source, destination }) => [source, destination]))
  const nodes = graph.nodes.filter(({ id, namespace }) => (namespace === '' ? touched.has(id) : isOwn(id)))
  if (touched.has(othersId)) nodes.push(others)
  const all = flowOf(edges)
  return {
    ...graph,
    open: graph.open.filter(name => isSeen(sight, name)),
    namespaces: graph.namespaces.filter(({ name }) => isSeen(sight, name)),
    nodes,
    edges,
    totals: {
      requestRate: all.requestRate,
      httpRate: all.httpRate,
      grpcRate: all.grpcRate,
      tcpByteRate: all.tcpByteRate,
      errorRatio: edges.some(({ requestRate }) => requestRate > 0) ? all.errorRatio : null,
      mtlsRatio: all.mtlsRatio,
    },
  }
}

/** Where calls from and to namespaces that are not seen begin and end: one node for all of them, without a name. */
const others: GraphNode = {
  id: othersId,
  kind: 'outside',
  namespace: '',
  name: 'other namespaces',
  health: 'unknown',
  reason: null,
  dataPlane: 'unknown',
  pods: null,
  proxies: 0,
  versions: [],
  related: [],
  serviceAccounts: [],
  workloadKind: null,
  members: 1,
  isIdle: false,
  isTcpOnly: false,
}

const rank = { failing: 3, degraded: 2, healthy: 1, unknown: 0 } as const

/** Several calls that look like one to whoever may not tell them apart: the worst health of them, the sum of the rest. */
function together(edges: readonly GraphEdge[]): GraphEdge {
  const [first, ...rest] = edges
  if (first === undefined) throw new Error('No edge is made of nothing.')
  if (rest.length === 0) return first
  const sum = flowOf(edges)
  const worst = edges.reduce((a, b) => (rank[b.health] > rank[a.health] ? b : a))
  const of: Protocol = first.protocol
  return {
    ...first,
    via: edges.every(({ via }) => via === first.via) ? first.via : null,
    requestRate: of === 'tcp' ? 0 : sum.requestRate,
    connectionRate: sum.connectionRate,
    byteRate: sum.byteRate,
    errorRatio: sum.errorRatio,
    clientErrorRatio: sum.clientErrorRatio,
    deniedRatio: sum.deniedRatio,
    mtlsRatio: sum.mtlsRatio,
    meanDuration: sum.meanDuration,
    health: worst.health,
    reason: worst.reason,
  }
}

/** Namespaces that a graph names, for whoever has to be asked about them. */
export const namespacesIn = (graph: Graph): string[] => [
  ...new Set([
    ...graph.namespaces.map(({ name }) => name),
    ...graph.nodes.map(({ namespace }) => namespace).filter(name => name !== ''),
  ]),
]
