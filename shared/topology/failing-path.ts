import { type Health, healthRank } from '#shared/mesh/health.ts'
import type { Graph, GraphEdge } from './graph.ts'

/** The worst chain of failing or degraded edges, from the first caller to the last that is called. */
export interface FailingPath {
  /** Of its worst edge. */
  health: Extract<Health, 'failing' | 'degraded'>
  hops: { id: string; name: string; namespace: string; health: Health }[]
  /** Ids of the edges between the hops: one less than there are hops. */
  edges: string[]
}

/**
 * Starts at the edge where most fails and follows, both ways, the worst edge that leads on. Refusals by policy are no
 * such path: nothing is broken there. Null when nothing fails. A node is passed once.
 */
export function failingPath(graph: Pick<Graph, 'nodes' | 'edges'>): FailingPath | null {
  const bad = graph.edges.filter(isBad).sort(worstFirst)
  const worst = bad[0]
  if (worst === undefined) return null

  const chain = [worst]
  const passed = new Set([worst.source, worst.destination])
  const lead = (next: (edge: GraphEdge) => boolean, other: (edge: GraphEdge) => string): GraphEdge | undefined => {
    const found = bad.find(edge => next(edge) && !passed.has(other(edge)))
    if (found !== undefined) passed.add(other(found))
    return found
  }
  for (let end = worst; ; ) {
    const next = lead(
      edge => edge.source === end.destination,
      edge => edge.destination,
    )
    if (next === undefined) break
    chain.push(next)
    end = next
  }
  for (let start = worst; ; ) {
    const next = lead(
      edge => edge.destination === start.source,
      edge => edge.source,
    )
    if (next === undefined) break
    chain.unshift(next)
    start = next
  }

  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  const ids = [chain[0]?.source ?? '', ...chain.map(edge => edge.destination)]
  return {
    health: worst.health === 'failing' ? 'failing' : 'degraded',
    hops: ids.map(id => {
      const node = nodes.get(id)
      return { id, name: node?.name ?? id, namespace: node?.namespace ?? '', health: node?.health ?? 'unknown' }
    }),
    edges: chain.map(edge => edge.id),
  }
}

const isBad = (edge: GraphEdge): boolean =>
  (edge.health === 'failing' || edge.health === 'degraded') &&
  (edge.reason?.rule === 'serverErrors' ||
    edge.reason?.rule === 'connectionErrors' ||
    edge.reason?.rule === 'tolerance') &&
  edge.source !== edge.destination

/** What fails per second, requests before connections; ids settle ties, so that the path does not jump. */
function worstFirst(a: GraphEdge, b: GraphEdge): number {
  return (
    healthRank[b.health] - healthRank[a.health] ||
    (b.errorRatio ?? 0) * b.requestRate - (a.errorRatio ?? 0) * a.requestRate ||
    (b.errorRatio ?? 0) * b.connectionRate - (a.errorRatio ?? 0) * a.connectionRate ||
    (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  )
}
