import type { NodeKind } from '#shared/topology/graph.ts'
import type { Dash, Icon } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'

/** The bodies of nodes, once: for Cytoscape, for the SVG export, and for where edges leave and arrive. */
export interface Shape {
  /** Cytoscape's name. */
  name: 'round-rectangle' | 'ellipse' | 'hexagon' | 'round-diamond' | 'polygon' | 'rectangle'
  width: number
  height: number
  radius?: number
  /** Polygon points from -1 to 1, as Cytoscape takes them. */
  points?: number[]
  /** Outline around the centre, as SVG path data. */
  outline: string
  /** Distance from the centre to where an edge leaves (right) and arrives (left). */
  right: number
  left: number
  /** Height over which ports spread. */
  spread: number
  /** Centre of the health mark and baseline of the name, from the centre of the node. */
  mark: Point
  nameY: number
}

const roundSquare = (width: number, height: number, r: number) => {
  const x = width / 2
  const y = height / 2
  return `M${-x + r} ${-y}H${x - r}A${r} ${r} 0 0 1 ${x} ${-y + r}V${y - r}A${r} ${r} 0 0 1 ${x - r} ${y}H${-x + r}A${r} ${r} 0 0 1 ${-x} ${y - r}V${-y + r}A${r} ${r} 0 0 1 ${-x + r} ${-y}Z`
}

const tag = [
  [-17, -12.6],
  [-16, -14.4],
  [-14, -15],
  [7, -15],
  [9, -14.5],
  [10.5, -13.2],
  [18, 0],
  [10.5, 13.2],
  [9, 14.5],
  [7, 15],
  [-14, 15],
  [-16, 14.4],
  [-17, 12.6],
] as const

export const dashes: Record<Dash, readonly [number, number]> = { dashed: [5, 4], dotted: [2, 3] }

export const shapes: Record<NodeKind, Shape> = {
  service: {
    name: 'round-rectangle',
    width: 32,
    height: 32,
    radius: 9,
    outline: roundSquare(32, 32, 9),
    right: 16,
    left: 16,
    spread: 18,
    mark: { x: 13, y: -13 },
    nameY: 29,
  },
  workload: {
    name: 'ellipse',
    width: 32,
    height: 32,
    outline: 'M-16 0A16 16 0 1 1 16 0A16 16 0 1 1 -16 0Z',
    right: 15,
    left: 15,
    spread: 14,
    mark: { x: 12, y: -12 },
    nameY: 29,
  },
  gateway: {
    name: 'polygon',
    width: 38,
    height: 33,
    points: [-1, 0, -0.526, -1, 0.526, -1, 1, 0, 0.526, 1, -0.526, 1],
    outline: 'M-19 0L-10 -16.5H10L19 0L10 16.5H-10Z',
    right: 18,
    left: 18,
    spread: 10,
    mark: { x: 13, y: -13 },
    nameY: 30,
  },
  waypoint: {
    name: 'round-diamond',
    width: 38,
    height: 38,
    radius: 3,
    outline: 'M-18 1.5Q-19 0 -18 -1.5L-1.5 -18Q0 -19 1.5 -18L18 -1.5Q19 0 18 1.5L1.5 18Q0 19 -1.5 18Z',
    right: 16,
    left: 17,
    spread: 9,
    mark: { x: 10, y: -11 },
    nameY: 32,
  },
  external: {
    name: 'polygon',
    width: 35,
    height: 30,
    points: tag.flatMap(([x, y]) => [(x - 0.5) / 17.5, y / 15]),
    outline: `M${tag.map(([x, y]) => `${x} ${y}`).join('L')}Z`,
    right: 16,
    left: 17,
    spread: 14,
    mark: { x: 13, y: -13 },
    nameY: 29,
  },
  outside: {
    name: 'rectangle',
    width: 30,
    height: 30,
    outline: 'M-15 -15H15V15H-15Z',
    right: 15,
    left: 15,
    spread: 16,
    mark: { x: 13, y: -13 },
    nameY: 29,
  },
  namespace: {
    name: 'round-rectangle',
    width: 52,
    height: 36,
    radius: 9,
    outline: roundSquare(52, 36, 9),
    right: 26,
    left: 26,
    spread: 24,
    mark: { x: 23, y: -15 },
    nameY: 31,
  },
}

/** Strokes of 1.2 px around the centre, 13 px wide. */
export const icons: Record<Icon, string> = {
  cube: 'M0-6.5 5.8-3.2V3.2L0 6.5-5.8 3.2V-3.2ZM0 0 5.6-3.1M0 0V6.3M0 0-5.6-3.1',
  database:
    'M-5.5-4A5.5 2.3 0 1 1 5.5-4A5.5 2.3 0 1 1-5.5-4ZM-5.5-4V4C-5.5 5.3-3 6.3 0 6.3S5.5 5.3 5.5 4V-4M-5.5 0C-5.5 1.3-3 2.3 0 2.3S5.5 1.3 5.5 0',
  globe: 'M-6.5 0A6.5 6.5 0 1 1 6.5 0A6.5 6.5 0 1 1-6.5 0ZM-6.5 0H6.5M0-6.5C4-3 4 3 0 6.5M0-6.5C-4-3-4 3 0 6.5',
  ingress: 'M-6 0H3M-1-4 3 0-1 4M6-6V6',
  egress: 'M-2 0H6M2-4 6 0 2 4M-6-6V6',
  waypoint: 'M-5 0H5M1.5-3.5 5 0 1.5 3.5M-5-3V3',
  namespace: 'M-6-6H-1V-1H-6ZM1-6H6V-1H1ZM-6 1H-1V6H-6ZM1 1H6V6H1Z',
}

/** Where the icon of a namespace sits: its count has the other half. */
export const iconShift: Partial<Record<NodeKind, number>> = { namespace: -12 }

/** Health marks around their centre. */
export const marks = {
  healthy: 'M-4.2 0A4.2 4.2 0 1 1 4.2 0A4.2 4.2 0 1 1-4.2 0Z',
  degraded: 'M0-5.2 5.4 4.4H-5.4Z',
  failing: 'M0-5.8 5.8 0 0 5.8-5.8 0Z',
  unknown: 'M-3.6 0A3.6 3.6 0 1 1 3.6 0A3.6 3.6 0 1 1-3.6 0Z',
} as const

/** Locks around their centre: filled parts and stroked parts. */
export const locks = {
  all: {
    fill: 'M-3.5-0A1 1 0 0 1-2.5-1H2.5A1 1 0 0 1 3.5 0V3.5A1 1 0 0 1 2.5 4.5H-2.5A1 1 0 0 1-3.5 3.5Z',
    stroke: 'M-2-1V-2.6A2 2 0 0 1 2-2.6V-1',
  },
  part: { fill: 'M-3.5-1H0V4.5H-3.5Z', stroke: 'M-3.5-1H3.5V4.5H-3.5ZM-2-1V-2.6A2 2 0 0 1 2-2.6V-1' },
  none: { fill: '', stroke: 'M-3.5-1H3.5V4.5H-3.5ZM-2-1V-3.2A2 2 0 0 1 1.9-3.8' },
} as const

export const widths = [1.2, 1.6, 2.6, 4.2] as const

/** Arrow heads pointing right, tip at x = 7. */
export const heads = {
  http: 'M-1-4.5 7 0-1 4.5Z',
  grpc: 'M-2-5 7 0-2 5 .8 0Z',
  tcp: 'M-.5-3.6H6.5V3.6H-.5Z',
} as const
export const headScale = [0.85, 1, 1, 1.25] as const
