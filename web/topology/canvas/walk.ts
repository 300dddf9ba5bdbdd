import type { MapEdge } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'
import type { Scene } from './scene.ts'

export type Direction = 'left' | 'right' | 'up' | 'down'

/** Width stands for traffic; of equals the one that fails, then the upper one. */
const busier = (scene: Scene, end: 'source' | 'destination') => (a: MapEdge, b: MapEdge) =>
  b.step - a.step ||
  Number(b.isGlowing) - Number(a.isGlowing) ||
  (scene.positions[a[end]]?.y ?? 0) - (scene.positions[b[end]]?.y ?? 0)

/**
 * The node one step from another: right to the busiest call, left to the busiest caller, up and down among the nodes
 * that share the edge one came by (all nodes in reading order, when there was none). Null where there is none.
 */
export function step(scene: Scene, from: string | null, direction: Direction, came: string | null): string | null {
  if (from === null || !scene.nodes.has(from)) return first(scene)
  const edges = [...scene.edges.values()]
  switch (direction) {
    case 'right':
      return edges.filter(edge => edge.source === from).toSorted(busier(scene, 'destination'))[0]?.destination ?? null
    case 'left':
      return edges.filter(edge => edge.destination === from).toSorted(busier(scene, 'source'))[0]?.source ?? null
    case 'up':
    case 'down':
      return sibling(scene, edges, from, direction, came)
  }
}

/** Where a walk begins: the leftmost caller nobody calls, else the leftmost node. */
function first(scene: Scene): string | null {
  const called = new Set([...scene.edges.values()].map(edge => edge.destination))
  const place = (id: string): Point => scene.positions[id] ?? { x: 0, y: 0 }
  const sorted = [...scene.nodes.keys()].toSorted(
    (a, b) => place(a).x - place(b).x || place(a).y - place(b).y || (a < b ? -1 : 1),
  )
  const callers = new Set([...scene.edges.values()].map(edge => edge.source))
  return sorted.find(id => callers.has(id) && !called.has(id)) ?? sorted[0] ?? null
}

function sibling(
  scene: Scene,
  edges: readonly MapEdge[],
  from: string,
  direction: 'up' | 'down',
  came: string | null,
): string | null {
  const y = (id: string) => scene.positions[id]?.y ?? 0
  const mates = new Set<string>()
  if (came !== null)
    for (const edge of edges) {
      if (edge.source === came && edges.some(other => other.source === came && other.destination === from))
        mates.add(edge.destination)
      if (edge.destination === came && edges.some(other => other.destination === came && other.source === from))
        mates.add(edge.source)
    }
  mates.add(from)
  // Alone on its edge: whatever is above or below in about the same column.
  const x = scene.positions[from]?.x ?? 0
  if (mates.size === 1)
    for (const id of scene.nodes.keys()) if (Math.abs((scene.positions[id]?.x ?? 0) - x) < 60) mates.add(id)
  const sorted = [...mates].toSorted((a, b) => y(a) - y(b) || (a < b ? -1 : 1))
  return sorted[sorted.indexOf(from) + (direction === 'down' ? 1 : -1)] ?? null
}
