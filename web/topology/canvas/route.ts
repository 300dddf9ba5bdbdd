import type { MapEdge } from '#web/topology/elements.ts'
import type { Point, Rect } from '#web/topology/layout/measure.ts'
import { type Curve, samples } from './curve.ts'
import type { Ports } from './ports.ts'

/** Above this many edges curves cost more than they tell: straight lines. */
export const curvedEdges = 1000
/** Up to here every edge looks for a way around nodes. */
const routedEdges = 400

/**
 * The curve of every edge: an S from door to door. Where it would run over a node, flatter, steeper and bowed ones are
 * tried and the one that touches least wins; what runs back loops around above or below.
 */
export function route(
  edges: readonly MapEdge[],
  ports: ReadonlyMap<string, Ports>,
  positions: Readonly<Record<string, Point>>,
  titles: readonly Rect[],
): Map<string, Curve> {
  const curves = new Map<string, Curve>()
  const bodies = Object.entries(positions)
  for (const edge of edges) {
    const a = positions[edge.source]
    const b = positions[edge.destination]
    const port = ports.get(edge.id)
    if (!a || !b || !port) continue
    const from = { x: a.x + port.from.x, y: a.y + port.from.y }
    const to = { x: b.x + port.to.x, y: b.y + port.to.y }
    if (edges.length > curvedEdges) {
      curves.set(edge.id, { from, to, controls: [] })
      continue
    }
    const isBracket = port.from.x > 0 && port.to.x > 0
    const ways = isBracket
      ? brackets(from, to)
      : port.from.x < 0 || to.x - from.x > 24
        ? forward(from, to, edges.length > 90)
        : loops(from, to)
    const first = ways[0] ?? { from, to, controls: [] }
    curves.set(edge.id, edges.length > routedEdges ? first : clearest(ways, bodies, titles, edge))
  }
  return curves
}

const s = (from: Point, to: Point, out: number, back: number, bow = 0): Curve => {
  const dx = to.x - from.x
  return {
    from,
    to,
    controls: [
      { x: from.x + dx * out, y: from.y + bow },
      { x: to.x - dx * back, y: to.y + bow },
    ],
  }
}

function forward(from: Point, to: Point, isDense: boolean): Curve[] {
  // In a crowd a wide bow costs others more than it gains.
  const bows = isDense ? [30, -30, 55, -55] : [30, -30, 55, -55, 85, -85, 130, -130]
  return [
    s(from, to, 0.27, 0.27),
    s(from, to, 0.14, 0.42),
    s(from, to, 0.42, 0.14),
    s(from, to, 0.1, 0.6),
    s(from, to, 0.6, 0.1),
    ...bows.map(bow => s(from, to, 0.25, 0.25, bow)),
  ]
}

/** Between nodes above each other: out at the right, back in at the right. */
function brackets(from: Point, to: Point): Curve[] {
  const x = Math.max(from.x, to.x)
  return [34, 55, 80].map(reach => ({
    from,
    to,
    controls: [
      { x: x + reach, y: from.y + (to.y - from.y) * 0.12 },
      { x: x + reach, y: to.y - (to.y - from.y) * 0.12 },
    ],
  }))
}

/** Out at the right, around above or below, in at the left. */
function loops(from: Point, to: Point): Curve[] {
  const reach = Math.min(120, 50 + Math.abs(to.x - from.x) * 0.15)
  const around = (y: number): Curve => ({
    from,
    to,
    controls: [
      { x: from.x + reach, y },
      { x: to.x - reach, y },
    ],
  })
  const top = Math.min(from.y, to.y)
  const bottom = Math.max(from.y, to.y)
  const middle = (from.y + to.y) / 2
  const between = Math.abs(to.y - from.y) > 90 ? [around(middle)] : []
  return [...between, ...[70, 110, 160, 220].flatMap(rise => [around(top - rise), around(bottom + rise)])]
}

function clearest(
  ways: readonly Curve[],
  bodies: readonly [string, Point][],
  titles: readonly Rect[],
  edge: MapEdge,
): Curve {
  let best = ways[0]
  let least = Infinity
  ways.forEach((way, i) => {
    const cost = touched(way, bodies, titles, edge) + i * 0.35
    if (cost < least) {
      least = cost
      best = way
    }
  })
  if (!best) throw new Error(`The edge ${edge.id} has no way`)
  return best
}

/** How much of a way lies over bodies (4 each point), names (2) and titles of regions (1). */
function touched(way: Curve, bodies: readonly [string, Point][], titles: readonly Rect[], edge: MapEdge): number {
  const points = samples(way, 26)
  let sum = 0
  for (const [id, at] of bodies) {
    const isEnd = id === edge.source || id === edge.destination
    for (let i = isEnd ? 4 : 0; i < points.length - (isEnd ? 4 : 0); i += 1) {
      const point = points[i]
      if (!point) continue
      const dx = Math.abs(point.x - at.x)
      const dy = point.y - at.y
      if (dx < 23 && dy > -23 && dy < 21) sum += 4
      else if (!isEnd && dx < 34 && dy >= 18 && dy < 37) sum += 2
    }
  }
  for (const { x, y, width, height } of titles)
    for (const point of points) if (point.x > x && point.x < x + width && point.y > y && point.y < y + height) sum += 1
  return sum
}
