import { expect } from 'vitest'
import type { MeshObjects } from '#bff/sources/source.ts'
import type { Graph, GraphEdge, GraphNode } from '#shared/topology/graph.ts'
import { type Asked, collect, type Reading } from './collect.ts'
import type { Readings } from '#bff/mesh/paths.ts'
import { readings } from '#bff/mesh/readings.fixture.ts'

/** One reading made of these series (and this cluster), for tests. */
export function graphOf(
  some: Partial<Readings>,
  objects: MeshObjects | null = null,
  { level, namespaces = [], open = [], ...rest }: Partial<Asked & Reading> = {},
): Graph {
  return collect(
    { level, namespaces, open },
    {
      at: 1_800_000_000_000,
      window: 60,
      readings: readings(some),
      objects,
      isPast: false,
      cost: { queries: 7, duration: 0 },
      partial: [],
      ...rest,
    },
  )
}

/** The only edge there is. */
export function theEdge({ edges }: Graph): GraphEdge {
  expect(edges.map(({ id }) => id)).toHaveLength(1)
  return edges[0] as GraphEdge
}

export const nodeIn = ({ nodes }: Graph, id: string): GraphNode | undefined => nodes.find(node => node.id === id)
