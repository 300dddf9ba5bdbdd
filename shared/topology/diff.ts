import { isEqual } from '#shared/mesh/equal.ts'
import { applyList, diffList, type ListChange } from '#shared/mesh/list-change.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'

/**
 * What changed from one graph to the next: keyed by place and columnar. Nodes and edges are told apart by `id`.
 * Law: `apply(before, diff(before, after))` equals `after`, order included, also after a trip through JSON.
 */
export interface GraphChange {
  /** Whole new values of the graph's own fields, those that changed only (`at`, `totals`, `reading` …). */
  head: Partial<Omit<Graph, 'nodes' | 'edges'>>
  nodes?: ListChange<GraphNode>
  edges?: ListChange<GraphEdge>
}

/** The change that turns `before` into `after`; null when they are equal. */
export function diff(before: Graph, after: Graph): GraphChange | null {
  const { nodes: nodesBefore, edges: edgesBefore, ...headBefore } = before
  const { nodes: nodesAfter, edges: edgesAfter, ...headAfter } = after
  const change: GraphChange = { head: {} }
  for (const key of Object.keys(headAfter) as (keyof typeof headAfter)[])
    if (!isEqual(headBefore[key], headAfter[key])) Object.assign(change.head, { [key]: headAfter[key] })
  const nodes = diffList(nodesBefore, nodesAfter)
  const edges = diffList(edgesBefore, edgesAfter)
  if (nodes !== null) change.nodes = nodes
  if (edges !== null) change.edges = edges
  return Object.keys(change.head).length === 0 && nodes === null && edges === null ? null : change
}

/** The graph after the change. Nodes and edges that did not change keep their identity. */
export function apply(before: Graph, change: GraphChange): Graph {
  return {
    ...before,
    ...change.head,
    nodes: change.nodes === undefined ? before.nodes : applyList(before.nodes, change.nodes),
    edges: change.edges === undefined ? before.edges : applyList(before.edges, change.edges),
  }
}
