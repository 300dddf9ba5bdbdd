import type { GraphEdge, Totals } from './graph.ts'
import { flowOf } from './traffic.ts'

/** The totals of some edges: of what a filter leaves on the map. A reading brings the totals of the whole graph itself. */
export function totals(edges: readonly GraphEdge[]): Totals {
  const { requestRate, httpRate, grpcRate, tcpByteRate, errorRatio, mtlsRatio } = flowOf(edges)
  const hasRequests = requestRate > 0
  return { requestRate, httpRate, grpcRate, tcpByteRate, errorRatio: hasRequests ? errorRatio : null, mtlsRatio }
}
