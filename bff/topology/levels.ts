import type { Level } from '#shared/topology/graph.ts'

export interface Size {
  nodes: number
  edges: number
}

/** What fits one picture when nobody asked for a level, and what is drawn at most because somebody did. */
export const comfortable: Size = { nodes: 500, edges: 1000 }
export const most: Size = { nodes: 600, edges: 2000 }

const fits = (size: Size, into: Size): boolean => size.nodes <= into.nodes && size.edges <= into.edges

/** The level that is drawn. Too much for one picture is grouped by namespace, never cut off. */
export function choose(asked: Level | undefined, services: Size, workloads: Size | null): Level {
  if (asked === 'namespace') return 'namespace'
  if (asked === undefined) return fits(services, comfortable) ? 'service' : 'namespace'
  return fits(workloads ?? services, most) ? asked : 'namespace'
}
