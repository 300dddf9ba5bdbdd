import type { LayoutInput, Placement } from './layout.ts'
import type { LayoutEdge, LayoutNode } from './graph.ts'
import { around, column, footprint, overlaps, type Point, type Rect, row } from './measure.ts'

/**
 * Places nodes that are new in a drawing that stays as it is: each at the free place nearest to the mean of its placed
 * neighbours (else of its region), inside its own region or beside it, never in a foreign one. Old nodes move 0 px.
 */
export function placeNew(input: LayoutInput, old: Placement): Placement {
  const positions: Record<string, Point> = {}
  const regions: Record<string, string> = {}
  const waiting: LayoutNode[] = []
  for (const node of input.nodes) {
    const at = old.positions[node.id]
    if (!at) waiting.push(node)
    else {
      positions[node.id] = at
      const region = old.regions[node.id]
      if (region !== undefined) regions[node.id] = region
    }
  }
  const near = neighbours(input.edges)
  // Those with most placed neighbours first: they know best where they belong.
  while (waiting.length > 0) {
    waiting.sort((a, b) => known(near, b.id, positions) - known(near, a.id, positions) || (a.id < b.id ? -1 : 1))
    const node = waiting.shift()
    if (!node) break
    const region = regionFor(node, input.nodes, regions)
    const wished = wish(node, near, positions, regions, region)
    const free = freePlace(node.id, region, wished, positions, regions)
    // A region that others stand around cannot grow: who comes then begins a region of its own, below everything.
    positions[node.id] = free ?? { x: wished.x, y: Math.max(...Object.values(positions).map(at => at.y)) + 3 * row }
    if (region !== '') regions[node.id] = free === null ? `${region}#${node.id}` : region
  }
  return { positions, regions }
}

type Near = ReadonlyMap<string, { id: string; side: 1 | -1 }[]>

function neighbours(edges: readonly LayoutEdge[]): Near {
  const near = new Map<string, { id: string; side: 1 | -1 }[]>()
  const add = (id: string, other: string, side: 1 | -1) => {
    const list = near.get(id)
    if (list) list.push({ id: other, side })
    else near.set(id, [{ id: other, side }])
  }
  for (const edge of edges) {
    add(edge.source, edge.destination, -1)
    add(edge.destination, edge.source, 1)
  }
  return near
}

const known = (near: Near, id: string, positions: Record<string, Point>) =>
  (near.get(id) ?? []).filter(other => positions[other.id]).length

function regionFor(node: LayoutNode, nodes: readonly LayoutNode[], regions: Record<string, string>): string {
  if (node.kind === 'external' || node.kind === 'namespace' || node.namespace === '') return ''
  const mate = nodes.find(other => other.namespace === node.namespace && regions[other.id] === node.namespace)
  return mate ? (regions[mate.id] ?? node.namespace) : node.namespace
}

/** Right of its callers, left of what it calls, at their mean height; without any, at the foot of its region. */
function wish(
  node: LayoutNode,
  near: Near,
  positions: Record<string, Point>,
  regions: Record<string, string>,
  region: string,
): Point {
  const around = (near.get(node.id) ?? []).flatMap(({ id, side }) => {
    const at = positions[id]
    return at ? [{ x: at.x + side * column, y: at.y }] : []
  })
  if (around.length > 0) return mean(around)
  const mates = Object.entries(positions).filter(([id]) => region !== '' && regions[id] === region)
  const points = mates.map(([, at]) => at)
  if (points.length > 0) return { x: Math.min(...points.map(at => at.x)), y: Math.max(...points.map(at => at.y)) + row }
  const all = Object.values(positions)
  if (all.length === 0) return { x: 0, y: 0 }
  return { x: mean(all).x, y: Math.max(...all.map(at => at.y)) + 2 * row }
}

function mean(points: readonly Point[]): Point {
  return {
    x: points.reduce((sum, point) => sum + point.x, 0) / points.length,
    y: points.reduce((sum, point) => sum + point.y, 0) / points.length,
  }
}

function freePlace(
  id: string,
  region: string,
  wished: Point,
  positions: Record<string, Point>,
  regions: Record<string, string>,
): Point | null {
  const others = Object.entries(positions).filter(([other]) => other !== id)
  const prints = others.map(([, at]) => footprint(at))
  const strangers = others.filter(([other]) => regions[other] !== region).map(([, at]) => footprint(at))
  const mates = others.filter(([other]) => region !== '' && regions[other] === region).map(([, at]) => at)
  const foreign: Rect[] = []
  const byRegion = Map.groupBy(
    others.filter(([other]) => regions[other] !== undefined && regions[other] !== region),
    ([other]) => regions[other],
  )
  for (const members of byRegion.values()) foreign.push(around(members.map(([, at]) => at)))
  const isFree = (at: Point) => {
    const print = footprint(at)
    if (prints.some(other => overlaps(other, print, 6))) return false
    if (region === '') return !foreign.some(box => overlaps(box, print, 2))
    const box = around([...mates, at])
    return !foreign.some(other => overlaps(other, box, 2)) && !strangers.some(other => overlaps(other, box, 2))
  }
  const step = { x: column / 2, y: row / 2 }
  // 60 rings are some 3,000 px: who finds nothing within them finds nothing.
  for (let ring = 0; ring < 60; ring += 1) {
    let best: Point | null = null
    let bestFar = Infinity
    for (const [i, j] of ringCells(ring)) {
      const at = { x: Math.round(wished.x + i * step.x), y: Math.round(wished.y + j * step.y) }
      const far = Math.hypot(at.x - wished.x, at.y - wished.y)
      if (far < bestFar && isFree(at)) {
        best = at
        bestFar = far
      }
    }
    if (best) return best
  }
  return null
}

function* ringCells(ring: number): Generator<[number, number]> {
  if (ring === 0) yield [0, 0]
  else
    for (let i = -ring; i <= ring; i += 1)
      if (Math.abs(i) === ring) for (let j = -ring; j <= ring; j += 1) yield [i, j]
      else {
        yield [i, -ring]
        yield [i, ring]
      }
}
