import { round3 } from '#shared/mesh/decimal.ts'
import { quantity, ratio, sampleSize } from '#shared/mesh/steady.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'

/**
 * The graph as the live map shows it: numbers of three significant digits. With `previous`, the number shown before
 * is kept while the true one is within 2 % of it, as long as the health and its reason are the same: most rates of a
 * steady mesh then need no words. Ratios leave and reach 0 and 1 at once. Totals, counts and times are always fresh.
 * REST answers stay exact.
 */
export function quantise(graph: Graph, previous?: Graph): Graph {
  const nodesBefore = new Map(previous?.nodes.map(node => [node.id, node]))
  const edgesBefore = new Map(previous?.edges.map(edge => [edge.id, edge]))
  return {
    ...graph,
    nodes: graph.nodes.map(node => quantiseNode(node, nodesBefore.get(node.id))),
    edges: graph.edges.map(edge => quantiseEdge(edge, edgesBefore.get(edge.id))),
    totals: {
      requestRate: round3(graph.totals.requestRate),
      httpRate: round3(graph.totals.httpRate),
      grpcRate: round3(graph.totals.grpcRate),
      tcpByteRate: round3(graph.totals.tcpByteRate),
      errorRatio: ratio(graph.totals.errorRatio),
      mtlsRatio: ratio(graph.totals.mtlsRatio),
    },
    reading: { ...graph.reading, duration: Math.round(graph.reading.duration) },
  }
}

function quantiseEdge(edge: GraphEdge, before: GraphEdge | undefined): GraphEdge {
  const held = before !== undefined && hasSameHealth(edge, before) ? before : undefined
  return {
    ...edge,
    requestRate: quantity(edge.requestRate, held?.requestRate),
    connectionRate: quantity(edge.connectionRate, held?.connectionRate),
    byteRate: quantity(edge.byteRate, held?.byteRate),
    errorRatio: ratio(edge.errorRatio, held?.errorRatio),
    clientErrorRatio: ratio(edge.clientErrorRatio, held?.clientErrorRatio),
    deniedRatio: ratio(edge.deniedRatio, held?.deniedRatio),
    mtlsRatio: ratio(edge.mtlsRatio, held?.mtlsRatio),
    meanDuration: edge.meanDuration === null ? null : quantity(edge.meanDuration, held?.meanDuration),
    reason: quantiseReason(edge, held),
  }
}

function quantiseNode(node: GraphNode, before: GraphNode | undefined): GraphNode {
  const held = before !== undefined && hasSameHealth(node, before) ? before : undefined
  const ratesBefore = new Map(held?.versions.map(({ version, requestRate }) => [version, requestRate]))
  return {
    ...node,
    reason: quantiseReason(node, held),
    versions: node.versions.map(version =>
      version.requestRate === null
        ? version
        : { ...version, requestRate: quantity(version.requestRate, ratesBefore.get(version.version)) },
    ),
  }
}

function quantiseReason(item: GraphNode | GraphEdge, held: GraphNode | GraphEdge | undefined): GraphNode['reason'] {
  if (item.reason === null || item.reason.rule === 'podsNotReady') return item.reason
  const { seen, ...reason } = item.reason
  return {
    ...reason,
    value: ratio(reason.value, held?.reason?.value) ?? 0,
    ...(seen !== undefined && { seen: sampleSize(seen, held?.reason?.seen) }),
  }
}

const hasSameHealth = (a: GraphNode | GraphEdge, b: GraphNode | GraphEdge): boolean =>
  a.health === b.health && a.reason?.rule === b.reason?.rule
