import type { TFunction } from 'i18next'
import type { Graph } from '#shared/topology/graph.ts'

/** “24 services, 31 edges”, by the level that is drawn; a mixture of levels is nodes. */
export function countText(t: TFunction, graph: Graph, nodes: number, edges: number): string {
  const isMixed =
    graph.open.length > 0 || (graph.level === 'namespace' && graph.nodes.some(({ kind }) => kind !== 'namespace'))
  const level = isMixed ? 'any' : graph.level
  return t($ => $.topology.both, {
    nodes: t($ => $.topology.nodes[level], { count: nodes }),
    edges: t($ => $.topology.edges, { count: edges }),
  })
}
