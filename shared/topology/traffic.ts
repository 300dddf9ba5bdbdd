import type { Graph, GraphEdge } from './graph.ts'

/** One side of a node: what comes in, or what goes out, by protocol. Rates are 1/s, ratios 0–1, durations ms. */
export interface Flow {
  /** HTTP and gRPC. */
  requestRate: number
  httpRate: number
  grpcRate: number
  connectionRate: number
  tcpByteRate: number
  /** Bodies of HTTP and gRPC, and TCP. */
  byteRate: number
  /** Over requests; over connections where there are no requests. Null when there was nothing to divide by. */
  errorRatio: number | null
  clientErrorRatio: number | null
  deniedRatio: number | null
  mtlsRatio: number | null
  /** Mean over requests. */
  meanDuration: number | null
}

export interface Traffic {
  inbound: Flow
  outbound: Flow
  edgesIn: GraphEdge[]
  edgesOut: GraphEdge[]
}

/** What passes each node, by its id. A waypoint is passed by the edges that go `via` it: they count on both sides. */
export function trafficOf(graph: Pick<Graph, 'nodes' | 'edges'>): Map<string, Traffic> {
  const edges = new Map<string, { edgesIn: GraphEdge[]; edgesOut: GraphEdge[] }>()
  for (const node of graph.nodes) edges.set(node.id, { edgesIn: [], edgesOut: [] })
  for (const edge of graph.edges) {
    edges.get(edge.source)?.edgesOut.push(edge)
    edges.get(edge.destination)?.edgesIn.push(edge)
    if (edge.via !== null) {
      edges.get(edge.via)?.edgesIn.push(edge)
      edges.get(edge.via)?.edgesOut.push(edge)
    }
  }
  return new Map(
    [...edges].map(([id, { edgesIn, edgesOut }]) => [
      id,
      { inbound: flowOf(edgesIn), outbound: flowOf(edgesOut), edgesIn, edgesOut },
    ]),
  )
}

/** The sum of some edges; ratios by their parts, so that a busy edge weighs more than a quiet one. */
export function flowOf(edges: readonly GraphEdge[]): Flow {
  const sum = (value: (edge: GraphEdge) => number) => edges.reduce((total, edge) => total + value(edge), 0)
  const requests = edges.filter(edge => edge.protocol !== 'tcp')
  const judged = requests.some(edge => edge.requestRate > 0) ? requests : edges.filter(edge => edge.protocol === 'tcp')
  return {
    requestRate: sum(edge => edge.requestRate),
    httpRate: sum(edge => (edge.protocol === 'http' ? edge.requestRate : 0)),
    grpcRate: sum(edge => (edge.protocol === 'grpc' ? edge.requestRate : 0)),
    connectionRate: sum(edge => edge.connectionRate),
    tcpByteRate: sum(edge => (edge.protocol === 'tcp' ? edge.byteRate : 0)),
    byteRate: sum(edge => edge.byteRate),
    errorRatio: mean(judged, edge => edge.errorRatio),
    clientErrorRatio: mean(judged, edge => edge.clientErrorRatio),
    deniedRatio: mean(judged, edge => edge.deniedRatio),
    mtlsRatio: mean(judged, edge => edge.mtlsRatio),
    meanDuration: mean(requests, edge => edge.meanDuration),
  }
}

/** Weighed by requests or connections. An edge that does not know is left out of both parts. */
function mean(edges: readonly GraphEdge[], value: (edge: GraphEdge) => number | null): number | null {
  let part = 0
  let whole = 0
  for (const edge of edges) {
    const known = value(edge)
    if (known === null) continue
    const weight = edge.protocol === 'tcp' ? edge.connectionRate : edge.requestRate
    part += known * weight
    whole += weight
  }
  return whole > 0 ? part / whole : null
}
