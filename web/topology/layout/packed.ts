import { Graph, layout as dagre } from '@dagrejs/dagre'
import { markBack, type Net, type Link, type Unit } from './graph.ts'
import { air, column, inset, type Point, reach, row } from './measure.ts'

/** A unit laid out by itself: its size, and its members relative to its upper left corner. */
interface Box {
  width: number
  height: number
  places: Map<number, Point>
  isRegion: boolean
}

/**
 * For more nodes than one layered drawing can hold: every region is layered by itself, and the boxes are poured into
 * columns from left to right in the order in which they call each other, as high as the window's shape asks for.
 */
export function layPacked(net: Net, aspect: number): Point[] {
  const boxes = net.units.map(unit => boxOf(net, unit))
  const links = unitLinks(net)
  const order = readingOrder(net, links)
  const entries = entryUnits(net, links)
  const area = boxes.reduce((sum, box) => sum + (box.width + 2 * air) * (box.height + 2 * air), 0)
  const width = Math.max(...boxes.map(box => box.width))
  let best: Pour | null = null
  // The columns waste what their widest box needs; try heights until the whole fits the window best.
  for (let scale = 0.7; scale <= 2; scale += 0.1) {
    const pour = pourColumns(boxes, order, entries, Math.max(Math.sqrt(area / aspect) * scale, 1))
    const fit = Math.max(pour.width / aspect, pour.height)
    if (!best || fit < best.fit) best = { ...pour, fit }
    if (pour.width <= width) break
  }
  const columns = best?.columns ?? []
  sortColumns(columns, boxes, links)
  return place(net, columns, boxes, best?.height ?? 0)
}

interface Pour {
  columns: number[][]
  width: number
  height: number
  fit: number
}

function boxOf(net: Net, unit: Unit): Box {
  if (!unit.isRegion || unit.members.length === 1) {
    const node = unit.members[0] ?? 0
    const head = unit.isRegion ? { x: inset.side, y: inset.top } : { x: column / 2, y: reach.top }
    return {
      width: 2 * head.x,
      height: head.y + (unit.isRegion ? inset.bottom : reach.bottom),
      places: new Map([[node, head]]),
      isRegion: unit.isRegion,
    }
  }
  const members = new Set(unit.members)
  const inner = net.links.filter(link => members.has(link.from) && members.has(link.to))
  const bound = new Set(inner.flatMap(link => [link.from, link.to]))
  const places = new Map<number, Point>()
  let right = 0
  let bottom = -row
  if (inner.length > 0) {
    const graph = new Graph()
    graph.setGraph({ rankdir: 'LR', ranker: 'tight-tree', nodesep: row - 40, ranksep: column - 60, edgesep: 10 })
    graph.setDefaultEdgeLabel(() => ({}))
    for (const node of bound) graph.setNode(String(node), { width: 60, height: 40 })
    for (const link of inner)
      if (link.isBack) graph.setEdge(String(link.to), String(link.from), { weight: link.weight })
      else graph.setEdge(String(link.from), String(link.to), { weight: link.weight })
    dagre(graph)
    const xs = [...bound].map(node => graph.node(String(node)).x)
    const ys = [...bound].map(node => graph.node(String(node)).y)
    const left = Math.min(...xs)
    const top = Math.min(...ys)
    for (const node of bound) {
      const at = graph.node(String(node))
      places.set(node, { x: at.x - left + inset.side, y: at.y - top + inset.top })
    }
    right = Math.max(...xs) - left
    bottom = Math.max(...ys) - top
  }
  const others = unit.members.filter(node => !bound.has(node))
  const across = Math.max(Math.round(right / column) + 1, Math.ceil(Math.sqrt(others.length * 0.8)))
  others.forEach((node, i) => {
    places.set(node, {
      x: inset.side + (i % across) * column,
      y: inset.top + bottom + row * (1 + Math.floor(i / across)),
    })
  })
  const xs = [...places.values()].map(point => point.x)
  const ys = [...places.values()].map(point => point.y)
  return { width: Math.max(...xs) + inset.side, height: Math.max(...ys) + inset.bottom, places, isRegion: true }
}

function unitLinks(net: Net): Link[] {
  const sums = new Map<string, Link>()
  for (const link of net.links) {
    const from = net.unitOf[link.from] ?? 0
    const to = net.unitOf[link.to] ?? 0
    if (from === to) continue
    const known = sums.get(`${from}>${to}`)
    if (known) known.weight += link.weight
    else sums.set(`${from}>${to}`, { from, to, weight: link.weight, room: 0, isBack: false })
  }
  return [...sums.values()]
}

/** Units by how deep they are called; who is called by nobody first, hosts outside the mesh last. */
function readingOrder(net: Net, links: Link[]): number[] {
  const order = markBack(net.units.length, links)
  const depth = net.units.map(() => 0)
  for (const unit of order)
    for (const link of links)
      if (link.from === unit && !link.isBack) depth[link.to] = Math.max(depth[link.to] ?? 0, (depth[unit] ?? 0) + 1)
  const isLinked = new Set(links.flatMap(link => [link.from, link.to]))
  const isHost = (unit: number) =>
    !net.units[unit]?.isRegion &&
    net.kinds[net.units[unit]?.members[0] ?? 0] === 'external' &&
    !links.some(link => link.from === unit)
  const group = (unit: number) => (isHost(unit) ? 2 : isLinked.has(unit) ? 0 : 1)
  const place = new Map(order.map((unit, i) => [unit, i]))
  return order.toSorted(
    (a, b) => group(a) - group(b) || (depth[a] ?? 0) - (depth[b] ?? 0) || (place.get(a) ?? 0) - (place.get(b) ?? 0),
  )
}

/** The way in: hosts outside that call, and gateways they call. Each step has a column of its own. */
function entryUnits(net: Net, links: Link[]): Set<number> {
  const kindsOf = (unit: number) => net.units[unit]?.members.map(node => net.kinds[node]) ?? []
  const outside = net.units
    .map((_, i) => i)
    .filter(i => kindsOf(i).every(kind => kind === 'external') && links.some(link => link.from === i))
  const gateways = links
    .filter(link => outside.includes(link.from) && kindsOf(link.to).every(kind => kind === 'gateway'))
    .map(link => link.to)
  return new Set([...outside, ...gateways])
}

function pourColumns(boxes: Box[], order: number[], entries: ReadonlySet<number>, height: number): Omit<Pour, 'fit'> {
  const columns: number[][] = []
  let filled = Infinity
  let tallest = 0
  let before = -1
  const kindOf = (unit: number) => (entries.has(unit) ? (boxes[unit]?.isRegion ? 'gateway' : 'outside') : 'inside')
  const sorted = [...order.filter(unit => entries.has(unit)), ...order.filter(unit => !entries.has(unit))]
  for (const unit of sorted) {
    const need = (boxes[unit]?.height ?? 0) + 2 * air
    const isNext = before >= 0 && kindOf(before) !== kindOf(unit)
    before = unit
    if ((filled + need > height && filled > 0) || isNext) {
      columns.push([])
      filled = 0
    }
    columns.at(-1)?.push(unit)
    filled += need
    tallest = Math.max(tallest, filled)
  }
  const widths = columns.map(units => Math.max(...units.map(unit => boxes[unit]?.width ?? 0)) + 3 * air)
  return { columns, width: widths.reduce((sum, width) => sum + width, 0), height: tallest }
}

/** Orders every column by the mean height of what its boxes are linked with. */
function sortColumns(columns: number[][], boxes: Box[], links: Link[]): void {
  const middle = boxes.map(() => 0)
  const settle = (units: number[]) => {
    let y = 0
    for (const unit of units) {
      const height = boxes[unit]?.height ?? 0
      middle[unit] = y + height / 2
      y += height + 2 * air
    }
    for (const unit of units) middle[unit] = (middle[unit] ?? 0) - y / 2
  }
  columns.forEach(settle)
  for (let sweep = 0; sweep < 8; sweep += 1)
    for (const units of sweep % 2 === 0 ? columns : columns.toReversed()) {
      const wish = new Map(
        units.map(unit => {
          let sum = 0
          let weight = 0
          for (const link of links) {
            const other = link.from === unit ? link.to : link.to === unit ? link.from : -1
            if (other < 0) continue
            sum += (middle[other] ?? 0) * link.weight
            weight += link.weight
          }
          return [unit, weight === 0 ? (middle[unit] ?? 0) : sum / weight]
        }),
      )
      units.sort((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a - b)
      settle(units)
    }
}

function place(net: Net, columns: number[][], boxes: Box[], height: number): Point[] {
  const points: Point[] = net.ids.map(() => ({ x: 0, y: 0 }))
  let x = 0
  for (const units of columns) {
    const width = Math.max(...units.map(unit => boxes[unit]?.width ?? 0))
    const tall = units.reduce((sum, unit) => sum + (boxes[unit]?.height ?? 0), 0)
    // Columns are centred, and a nearly full one is spread to the whole height.
    const free = height - tall - 2 * air * units.length
    const gap = 2 * air + Math.min(air * 2, Math.max(0, free / Math.max(1, units.length)))
    let y = (height - tall - gap * (units.length - 1)) / 2
    for (const unit of units) {
      const box = boxes[unit]
      if (!box) continue
      const shift = (width - box.width) / 2
      for (const [node, at] of box.places) points[node] = { x: x + shift + at.x, y: y + at.y }
      y += box.height + gap
    }
    x += width + 3 * air
  }
  return points
}
