import { matchEdge, matchNode } from '#shared/topology/find-match.ts'
import { parse } from '#shared/topology/find-parse.ts'
import { contextOf } from '#shared/topology/find-read.ts'
import type { Graph } from '#shared/topology/graph.ts'
import type { Matches } from '#web/topology/shown.ts'

/** What the text means in this graph; null when it is empty or wrong (the field says so) or there is no graph. */
export function matcherOf(text: string | undefined, graph: Graph | null): Matches | null {
  if (text === undefined || graph === null) return null
  const parsed = parse(text)
  if (parsed.kind !== 'query') return null
  const context = contextOf(graph)
  return item =>
    'node' in item ? matchNode(parsed.query, item.node, context) : matchEdge(parsed.query, item.edge, context)
}
