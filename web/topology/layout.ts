import { type LayoutEdge, type LayoutNode, toNet } from './layout-graph.ts'
import { layLayered } from './layout-layered.ts'
import type { Point } from './layout-measure.ts'
import { layPacked } from './layout-packed.ts'

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
export function layout(input: LayoutInput): Placement {
  const net = toNet(input.nodes, input.edges)
  const isSmall = net.ids.length <= layeredNodes && net.links.length <= layeredLinks
  const points = isSmall ? layLayered(net, input.aspect) : layPacked(net, input.aspect)
  const placement: Placement = { positions: {}, regions: {} }
  net.ids.forEach((id, i) => {
    const point = points[i]
    const unit = net.units[net.unitOf[i] ?? 0]
    if (point) placement.positions[id] = { x: Math.round(point.x), y: Math.round(point.y) }
    if (unit?.isRegion) placement.regions[id] = unit.id
  })
  return placement
}
