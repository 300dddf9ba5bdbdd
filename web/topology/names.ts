import type { Graph, GraphEdge, GraphNode } from '#shared/topology/graph.ts'

/** `shop/checkout`; what has no namespace is its name alone. */
export const fullName = ({ namespace, name, kind }: Pick<GraphNode, 'namespace' | 'name' | 'kind'>): string =>
  namespace === '' || kind === 'namespace' ? name : `${namespace}/${name}`

export interface Ends {
  source: GraphNode
  destination: GraphNode
  via: GraphNode | null
}

/** Nodes by id, for everything that has to name the ends of an edge. */
export type NodesById = ReadonlyMap<string, GraphNode>
export const nodesById = (graph: Pick<Graph, 'nodes'>): NodesById => new Map(graph.nodes.map(node => [node.id, node]))

export function endsOf(edge: GraphEdge, nodes: NodesById): Ends | null {
  const source = nodes.get(edge.source)
  const destination = nodes.get(edge.destination)
  if (source === undefined || destination === undefined) return null
  return { source, destination, via: edge.via === null ? null : (nodes.get(edge.via) ?? null) }
}
