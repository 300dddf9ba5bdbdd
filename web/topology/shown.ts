import type { Graph, GraphEdge, GraphNode } from '#shared/topology/graph.ts'

/** A node or an edge, with what the find language may ask of it. */
export type Matches = (item: { node: GraphNode } | { edge: GraphEdge }) => boolean

/** What of the graph is drawn and what of that is lit. */
export interface Shown {
  hidden: ReadonlySet<string>
  /** Null: nothing is looked for, everything is lit. */
  lit: ReadonlySet<string> | null
  /** Drawn. */
  nodes: number
  edges: number
  /** Lit nodes and edges. */
  litNodes: number
  litEdges: number
  idleHidden: number
  otherHidden: number
}

/**
 * Leaves out what is idle and what matches `hide`, with the edges that would hang in the air; lights what matches
 * `find`. A lit edge lights its ends, so that one sees what it joins.
 */
export function shown(graph: Graph, choice: { showsIdle: boolean; find: Matches | null; hide: Matches | null }): Shown {
  const { find, hide } = choice
  const hidden = new Set<string>()
  let idleHidden = 0
  let otherHidden = 0
  for (const node of graph.nodes) {
    const isIdle = node.isIdle && !choice.showsIdle
    const isOut = hide?.({ node }) === true
    if (!isIdle && !isOut) continue
    hidden.add(node.id)
    if (isOut) otherHidden += 1
    else idleHidden += 1
  }
  for (const edge of graph.edges) {
    const isOut = hide?.({ edge }) === true
    if (isOut) otherHidden += 1
    if (isOut || hidden.has(edge.source) || hidden.has(edge.destination)) hidden.add(edge.id)
  }
  const nodes = graph.nodes.filter(({ id }) => !hidden.has(id))
  const edges = graph.edges.filter(({ id }) => !hidden.has(id))
  const count = { hidden, nodes: nodes.length, edges: edges.length, idleHidden, otherHidden }
  if (find === null) return { ...count, lit: null, litNodes: 0, litEdges: 0 }
  const litNodes = nodes.filter(node => find({ node }))
  const litEdges = edges.filter(edge => find({ edge }))
  const lit = new Set([...litNodes, ...litEdges].map(({ id }) => id))
  for (const edge of litEdges) {
    lit.add(edge.source)
    lit.add(edge.destination)
  }
  return { ...count, lit, litNodes: litNodes.length, litEdges: litEdges.length }
}
