import type { MapEdge, MapNode } from '#web/topology/elements.ts'
import { cutMiddle } from '#web/ui/format.ts'
import { overlaps, type Point, type Rect } from '#web/topology/layout/measure.ts'
import { crowd } from './crowd.ts'
import { type Curve, samples } from './curve.ts'
import type { Region } from './regions.ts'
import { shapes } from './shapes.ts'

/** Where texts are, in map coordinates. What is not in these maps does not fit and waits for a closer look. */
export interface Labels {
  edges: Map<string, EdgeLabel>
  names: Map<string, NameLabel>
}

export interface EdgeLabel {
  at: Point
  /** Place along the curve, kept from reading to reading so that labels do not jump. */
  t: number
  width: number
  isInRegion: boolean
}

export interface NameLabel {
  text: string
  at: Point
  /** Of what is said of the node beside its name: under it, or after it where under it another one stands. */
  note: Point
}

export interface LabelInput {
  nodes: readonly MapNode[]
  edges: readonly MapEdge[]
  curves: ReadonlyMap<string, Curve>
  positions: Readonly<Record<string, Point>>
  regions: readonly Region[]
  zoom: number
  /** Pixels per text at 100 %, font included. */
  measure(text: string, font: 'label' | 'strong' | 'name'): number
  /** Always shown when they can be: the selection and what is hovered. */
  wanted: ReadonlySet<string>
  before: Labels | null
}

/** Texts keep a readable size: below 100 % they do not shrink with the map, far above they do not grow with it. */
export function textScale(zoom: number): number {
  return Math.min(1.25, Math.max(0.95, zoom)) / zoom
}

export const lockWidth = 12
/** Between a name and what is said after it. */
const noteGap = 6
const labelHeight = 16
const rank = (edge: MapEdge) =>
  edge.isTold ? 9 : edge.tone === 'failing' ? 8 : edge.tone === 'degraded' ? 6 : edge.isPlain ? 5 : edge.step

/** From far away only trouble speaks; in a crowd from far away, nothing does. */
function rankAt(zoom: number, edges: number): number {
  if (zoom >= 0.6) return 0
  return edges <= 150 ? (zoom >= 0.45 ? 2 : 6) : zoom >= 0.4 ? 6 : 9
}

/** In a crowd the most telling labels are enough; hover and zoom tell the others. */
const crowdLabels = 24

/** Places to try along a curve of 24 steps: on it, and for what must be said also just above and below it. */
const alongs: [number, number][] = Array.from({ length: 21 }, (_, i) => [i + 2, 0])
const besides: [number, number][] = [0, -13, 13, -20, 20, -28, 28].flatMap(aside =>
  alongs.map(([i]): [number, number] => [i, aside]),
)

export function placeLabels(input: LabelInput): Labels {
  const grid = new Grid(120)
  const scale = textScale(input.zoom)
  const bodies = input.nodes.flatMap(node => {
    const at = input.positions[node.id]
    const shape = shapes[node.kind]
    return at ? [{ x: at.x - shape.width / 2 - 2, y: at.y - 21, width: shape.width + 6, height: 40 }] : []
  })
  for (const body of bodies) grid.add(body)
  for (const region of input.regions) {
    // Titles are short and at the left; the rest of the band is free.
    const { box } = region
    const name = (input.measure(region.namespace, 'name') * 1.08 + 10) * scale
    const mode = input.measure(region.mode, 'label') * scale
    const isOneLine = region.mode === '' || name + mode + 10 * scale <= box.width - 8
    const width = isOneLine ? name + mode + 12 * scale : Math.max(name, mode + 8 * scale)
    const height = (isOneLine ? 17 : 29) * scale
    grid.add({ x: box.x + 6, y: box.y + 4, width: Math.min(box.width - 6, width), height })
  }
  const names = placeNames(input, grid, scale)
  return { names, edges: placeEdges(input, grid, scale) }
}

function placeNames(input: LabelInput, grid: Grid, scale: number): Map<string, NameLabel> {
  const names = new Map<string, NameLabel>()
  const degree = new Map<string, number>()
  for (const edge of input.edges)
    for (const id of [edge.source, edge.destination]) degree.set(id, (degree.get(id) ?? 0) + 1 + edge.step)
  const importance = (node: MapNode) =>
    (input.wanted.has(node.id) ? 1e6 : 0) +
    (node.note === '' ? 0 : 2e5) +
    (node.health === 'failing' ? 1e5 : node.health === 'degraded' ? 1e4 : 0) +
    (node.kind === 'gateway' ? 500 : 0) +
    (degree.get(node.id) ?? 0)
  const most = input.zoom > 1.6 ? 28 : 16
  for (const node of input.nodes.toSorted((a, b) => importance(b) - importance(a) || (a.id < b.id ? -1 : 1))) {
    const at = input.positions[node.id]
    if (!at) continue
    const text = cutMiddle(node.name, most)
    const note = node.note === '' ? 0 : input.measure(node.note, 'strong')
    const name = input.measure(text, 'name')
    const y = at.y + shapes[node.kind].nameY - 13 + 9 * scale
    const boxOf = (width: number, height: number) => ({
      x: at.x - (width * scale) / 2,
      y: y - 6 * scale,
      width: width * scale,
      height: height * scale,
    })
    const [under, after] = [boxOf(Math.max(name, note), note === 0 ? 13 : 26), boxOf(name + noteGap + note, 13)]
    // A name may touch what stands close under it; a second line would lie on it.
    const isAfter = note !== 0 && grid.hits(under, -1) && !grid.hits(after, -5 * scale)
    const box = isAfter ? after : under
    const isFree = !grid.hits(box, -1)
    // What is said of a node is why one looks at it: it stands, whatever it covers.
    if (!isFree && !input.wanted.has(node.id) && note === 0) continue
    grid.add(box)
    names.set(node.id, {
      text,
      at: { x: isAfter ? at.x - ((noteGap + note) * scale) / 2 : at.x, y },
      note: isAfter ? { x: at.x + ((name + noteGap) * scale) / 2, y } : { x: at.x, y: y + 13 * scale },
    })
  }
  return names
}

function placeEdges(input: LabelInput, grid: Grid, scale: number): Map<string, EdgeLabel> {
  const labels = new Map<string, EdgeLabel>()
  const ways = new Map<string, Point[]>()
  const wayGrid = new Grid(60)
  // Beyond this many edges there is no clear stretch to look for; only labels and nodes are avoided.
  const avoidsLines = input.edges.length <= 300
  for (const edge of input.edges) {
    const curve = input.curves.get(edge.id)
    if (!curve) continue
    const points = samples(curve, 24)
    ways.set(edge.id, points)
    if (avoidsLines) for (const point of points) wayGrid.add({ ...point, width: 0, height: 0 }, edge.id)
  }
  const sorted = input.edges.toSorted(
    (a, b) =>
      Number(input.wanted.has(b.id)) - Number(input.wanted.has(a.id)) || rank(b) - rank(a) || (a.id < b.id ? -1 : 1),
  )
  const most = input.edges.length > crowd && input.zoom < 1.6 ? crowdLabels : Infinity
  for (const edge of sorted) {
    const isWanted = input.wanted.has(edge.id)
    if (!isWanted && ((edge.isMinor && input.zoom < 1.5) || rank(edge) < rankAt(input.zoom, input.edges.length)))
      continue
    const points = ways.get(edge.id)
    if (!points || (labels.size >= most && !isWanted)) continue
    const strong = edge.tone === 'failing' || edge.tone === 'degraded'
    const bare = input.measure(edge.text, strong ? 'strong' : 'label') + (edge.lock === null ? 0 : lockWidth)
    const width = (bare + 8) * scale
    const height = labelHeight * scale
    const before = input.before?.edges.get(edge.id)?.t
    let best: EdgeLabel | null = null
    let least = Infinity
    for (const [i, aside] of rank(edge) >= 6 ? besides : alongs) {
      const on = points[i]
      if (!on) continue
      const at = { x: on.x, y: on.y + aside * scale }
      const box = { x: at.x - width / 2, y: at.y - height / 2, width, height }
      if (grid.hits(box, 2)) continue
      const lines = avoidsLines ? wayGrid.count(box, edge.id) : 0
      const t = i / 24
      const from = points[0] ?? at
      const to = points[24] ?? at
      // The head says where it goes and the door where it comes from: keep both clear.
      const covered = (isWithin(box, to, 14) ? 3 : 0) + (isWithin(box, from, 6) ? 1.5 : 0)
      const cost = lines * 0.6 + covered + Math.abs(t - 0.5) * 3 + Math.abs(aside) * 0.1 - (before === t ? 1.5 : 0)
      if (cost < least) {
        least = cost
        best = { at, t, width, isInRegion: isInside(input.regions, at) }
      }
    }
    if (!best && (isWanted || edge.tone === 'failing')) {
      const at = points[12] ?? { x: 0, y: 0 }
      best = { at, t: 0.5, width, isInRegion: isInside(input.regions, at) }
    }
    if (!best) continue
    grid.add({ x: best.at.x - width / 2, y: best.at.y - height / 2, width, height })
    labels.set(edge.id, best)
  }
  return labels
}

const isWithin = (box: Rect, at: Point, margin: number) =>
  at.x > box.x - margin &&
  at.x < box.x + box.width + margin &&
  at.y > box.y - margin / 2 &&
  at.y < box.y + box.height + margin / 2

const isInside = (regions: readonly Region[], at: Point) =>
  regions.some(
    ({ box, isOutside }) =>
      !isOutside && at.x > box.x && at.x < box.x + box.width && at.y > box.y && at.y < box.y + box.height,
  )

/** Boxes by cell, to ask what is near. */
class Grid {
  #cells = new Map<string, { box: Rect; owner: string }[]>()
  #size: number

  constructor(size: number) {
    this.#size = size
  }

  add(box: Rect, owner = ''): void {
    this.#each(box, 0, key => {
      const cell = this.#cells.get(key)
      if (cell) cell.push({ box, owner })
      else this.#cells.set(key, [{ box, owner }])
    })
  }

  hits(box: Rect, margin: number): boolean {
    let isHit = false
    this.#each(box, Math.max(0, margin), key => {
      isHit ||= this.#cells.get(key)?.some(other => overlaps(other.box, box, margin)) ?? false
    })
    return isHit
  }

  /** How many owners other than `self` have something inside. */
  count(box: Rect, self: string): number {
    const owners = new Set<string>()
    this.#each(box, 0, key => {
      for (const other of this.#cells.get(key) ?? [])
        if (other.owner !== self && overlaps(other.box, box)) owners.add(other.owner)
    })
    return owners.size
  }

  #each(box: Rect, margin: number, visit: (key: string) => void): void {
    const size = this.#size
    for (let x = Math.floor((box.x - margin) / size); x <= Math.floor((box.x + box.width + margin) / size); x += 1)
      for (let y = Math.floor((box.y - margin) / size); y <= Math.floor((box.y + box.height + margin) / size); y += 1)
        visit(`${x} ${y}`)
  }
}
