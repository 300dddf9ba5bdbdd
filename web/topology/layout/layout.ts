import { type LayoutEdge, type LayoutNode, type Net, toNet } from './graph.ts'
import { layLayered } from './layered.ts'
import type { Point } from './measure.ts'

export interface LayoutInput {
  nodes: LayoutNode[]
  edges: LayoutEdge[]
  /** Width by height of the window the drawing should fit. */
  aspect: number
}

/** Where everything is. Plain data: it crosses a worker's door and lies in the session's storage. */
export interface Placement {
  positions: Record<string, Point>
  /** Region of each node that has one. A namespace in two regions: `gateways` and `gateways#egress`. */
  regions: Record<string, string>
}

/** Up to here one layered drawing of the whole is searched; above it, boxes are laid out one by one. */
const layeredNodes = 150
const layeredLinks = 420

/** A full layout: the same input gives the same drawing. Up to ≈ 1 s of work: call it in the worker. */
export async function layout(input: LayoutInput): Promise<Placement> {
  const net = toNet(input.nodes, input.edges)
  const points = await pointsOf(net, input.aspect)
  const placement: Placement = { positions: {}, regions: {} }
  net.ids.forEach((id, i) => {
    const point = points[i]
    const unit = net.units[net.unitOf[i] ?? 0]
    if (point) placement.positions[id] = { x: Math.round(point.x), y: Math.round(point.y) }
    if (unit?.isRegion) placement.regions[id] = unit.id
  })
  return placement
}

/** One layered drawing where it stays legible, else boxes: many wide regions above each other make a tower. */
async function pointsOf(net: Net, aspect: number): Promise<Point[]> {
  if (net.ids.length > layeredNodes || net.links.length > layeredLinks) return layPacked(net, aspect)
  const layered = layLayered(net, aspect)
  const size = extent(layered, aspect)
  if (net.ids.length < 20 || size < tower) return layered
  const packed = await layPacked(net, aspect)
  return extent(packed, aspect) < size * 0.75 ? packed : layered
}

/** Dagre comes with it, and only with it: most maps are drawn without. */
async function layPacked(net: Net, aspect: number): Promise<Point[]> {
  return (await import('./packed.ts')).layPacked(net, aspect)
}

/** Height in pixels above which a window of usual size shows a drawing at less than half its size. */
const tower = 1300

/** Height of the window of this shape that holds all points. */
function extent(points: readonly Point[], aspect: number): number {
  const xs = points.map(point => point.x)
  const ys = points.map(point => point.y)
  return Math.max((Math.max(...xs) - Math.min(...xs)) / aspect, Math.max(...ys) - Math.min(...ys))
}
