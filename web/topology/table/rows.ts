import type { Health } from '#shared/mesh/health.ts'
import type { Graph, GraphEdge, GraphNode, NodeKind, Protocol } from '#shared/topology/graph.ts'
import { trafficOf } from '#shared/topology/traffic.ts'
import { endsOf, fullName, nodesById } from '#web/topology/names.ts'

/** What the table shows of one edge or node: plain values that can be sorted. Null: there is nothing to say. */
export interface EdgeRow {
  id: string
  source: string
  destination: string
  via: string | null
  protocol: Protocol
  isTcp: boolean
  /** 1/s, or bytes per second for TCP. */
  rate: number
  errors: number | null
  refused: number | null
  /** Milliseconds, mean. */
  latency: number | null
  mtls: number | null
  health: Health
}

export interface NodeRow {
  id: string
  name: string
  kind: NodeKind
  dataPlane: GraphNode['dataPlane']
  pods: GraphNode['pods']
  /** Requests per second. */
  inbound: number
  outbound: number
  tcpIn: number
  tcpOut: number
  errors: number | null
  mtls: number | null
  health: Health
}

type Shown = (item: GraphNode | GraphEdge) => boolean

export function edgeRows(graph: Graph, isShown: Shown): EdgeRow[] {
  const nodes = nodesById(graph)
  return graph.edges.filter(isShown).flatMap((edge): EdgeRow[] => {
    const ends = endsOf(edge, nodes)
    if (ends === null) return []
    const isTcp = edge.protocol === 'tcp'
    return [
      {
        id: edge.id,
        source: fullName(ends.source),
        destination: fullName(ends.destination),
        via: ends.via?.name ?? null,
        protocol: edge.protocol,
        isTcp,
        rate: isTcp ? edge.byteRate : edge.requestRate,
        errors: edge.errorRatio,
        refused: edge.deniedRatio,
        latency: edge.meanDuration,
        mtls: edge.mtlsRatio,
        health: edge.health,
      },
    ]
  })
}

export function nodeRows(graph: Graph, isShown: Shown): NodeRow[] {
  const traffic = trafficOf(graph)
  return graph.nodes.filter(isShown).map(node => {
    const { inbound, outbound } = traffic.get(node.id) ?? { inbound: null, outbound: null }
    return {
      id: node.id,
      name: fullName(node),
      kind: node.kind,
      dataPlane: node.dataPlane,
      pods: node.pods,
      inbound: inbound?.requestRate ?? 0,
      outbound: outbound?.requestRate ?? 0,
      tcpIn: inbound?.tcpByteRate ?? 0,
      tcpOut: outbound?.tcpByteRate ?? 0,
      errors: inbound?.errorRatio ?? null,
      mtls: inbound?.mtlsRatio ?? null,
      health: node.health,
    }
  })
}
