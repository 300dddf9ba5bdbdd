import type { MapEdge, MapNode } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'
import { shapes } from './shapes.ts'

/** Where an edge leaves and arrives, relative to the centres of its nodes. */
export interface Ports {
  from: Point
  to: Point
}

/** Space between a body and the ends of its edges. */
const gap = { from: 1.5, to: 2 }

/** Nodes this little apart in x are above each other: their edge is a bracket at the right. */
export const near = 40

/**
 * Edges leave at the right and arrive at the left. Along a side they are ranked by the height of their other ends, so
 * that they do not cross at the door. An edge that runs back leaves and arrives on the same sides, by a loop — unless
 * there are too many for loops (`isDense`): then it goes straight from left to right side.
 */
export function portsOf(
  nodes: ReadonlyMap<string, MapNode>,
  edges: readonly MapEdge[],
  positions: Readonly<Record<string, Point>>,
  isDense: boolean,
): Map<string, Ports> {
  const ports = new Map<string, Ports>()
  const doors = new Map<string, { edge: MapEdge; end: 'from' | 'to'; slope: number }[]>()
  const add = (door: string, edge: MapEdge, end: 'from' | 'to', slope: number) => {
    const list = doors.get(door)
    if (list) list.push({ edge, end, slope })
    else doors.set(door, [{ edge, end, slope }])
  }
  for (const edge of edges) {
    const a = positions[edge.source]
    const b = positions[edge.destination]
    if (!a || !b) continue
    const isBack = b.x < a.x - near && isDense
    const isBeside = Math.abs(b.x - a.x) <= near
    const dx = Math.max(60, Math.abs(b.x - a.x))
    const slope = (b.y - a.y) / dx
    add(`${edge.source} ${isBack ? 'left' : 'right'}`, edge, 'from', slope)
    const isToRight = isBack || isBeside
    add(`${edge.destination} ${isToRight ? 'right' : 'left'}`, edge, 'to', -slope)
    ports.set(edge.id, { from: { x: isBack ? -1 : 1, y: 0 }, to: { x: isToRight ? 1 : -1, y: 0 } })
  }
  for (const [door, list] of doors) {
    const shape = shapes[nodes.get(door.slice(0, door.lastIndexOf(' ')))?.kind ?? 'service']
    list.sort((a, b) => a.slope - b.slope || (a.edge.id < b.edge.id ? -1 : 1))
    const step = list.length > 1 ? Math.min(8, shape.spread / (list.length - 1)) : 0
    list.forEach(({ edge, end }, i) => {
      const port = ports.get(edge.id)?.[end]
      if (!port) return
      port.y = Math.round((i - (list.length - 1) / 2) * step * 10) / 10
      // On slanted bodies a port above or below the middle is nearer to the centre; half way is close enough.
      port.x *= (port.x > 0 ? shape.right : shape.left) + gap[end]
    })
  }
  return ports
}
