import { assignColumns } from './columns.ts'
import { type Frame, pairsOf } from './cost.ts'
import type { Net } from './graph.ts'
import { air, around, boundary, column, inset, overlaps, type Point, reach, type Rect, row } from './measure.ts'
import { straighten } from './straighten.ts'
import { heightsOf, type Rows, searchRows } from './search.ts'

/** Callers left of what they call, over the whole graph; regions are boxes over some of its columns. By node index. */
export function layLayered(net: Net, aspect: number): Point[] {
  const linked = net.links.length > 0 ? net.ids.length : 0
  const fit = Math.sqrt((linked * aspect * row) / column)
  const columns = assignColumns(net, Math.max(9, Math.round(1.6 * fit)))
  const xs = columnCentres(net, columns)
  const inColumn: number[][] = xs.map(() => [])
  columns.forEach((at, node) => inColumn[at]?.push(node))
  const width = (xs.at(-1) ?? 0) + 2 * inset.side
  const idleRows = idleOf(net, columns).map(({ idle, across }) => (across === 0 ? 0 : Math.ceil(idle.length / across)))
  const frame: Frame = {
    net,
    columns,
    xs,
    inColumn,
    ...pairsOf(net, columns),
    idleRows,
    entries: entriesOf(net),
    height: width / aspect,
  }
  const rows = searchRows(frame, startRows(frame))
  const points = toPoints(frame, rows)
  straighten(frame, points)
  placeIdle(frame, points, aspect)
  return stretch(net, points, aspect)
}

/** The internet, or without it what nobody calls and gives most. */
function entriesOf(net: Net): number[] {
  const sources = net.ids.map((_, i) => i).filter(i => net.into[i]?.length === 0 && (net.out[i]?.length ?? 0) > 0)
  const outside = sources.filter(i => net.kinds[i] === 'external')
  if (outside.length > 0) return outside.slice(0, 1)
  return sources.filter(i => net.kinds[i] === 'gateway').slice(0, 1)
}

function columnCentres(net: Net, columns: number[]): number[] {
  const last = Math.max(-1, ...columns)
  const isBoundary = new Set<number>()
  for (const unit of net.units) {
    if (!unit.isRegion) continue
    const used = unit.members.map(node => columns[node] ?? -1).filter(at => at >= 0)
    if (used.length === 0) continue
    isBoundary.add(Math.min(...used) - 1)
    isBoundary.add(Math.max(...used))
  }
  const room: number[] = []
  for (const link of net.links) {
    const from = columns[link.from] ?? -1
    if (columns[link.to] === from + 1) room[from] = Math.max(room[from] ?? 0, link.room)
  }
  const xs: number[] = []
  let x = 0
  for (let at = 0; at <= last; at += 1) {
    xs.push(x)
    x += Math.max(column + (isBoundary.has(at) ? boundary : 0), room[at] ?? 0)
  }
  return xs
}

/** A first guess: every column ordered by the mean height of what its nodes are linked with. */
function startRows(frame: Frame): Rows {
  const { net, columns, inColumn } = frame
  const height = net.ids.map(() => 0)
  for (const nodes of inColumn) nodes.forEach((node, i) => (height[node] = i - (nodes.length - 1) / 2))
  for (let sweep = 0; sweep < 6; sweep += 1)
    for (const nodes of sweep % 2 === 0 ? inColumn : inColumn.toReversed()) {
      const wish = new Map(
        nodes.map(node => {
          const near = [...(net.into[node] ?? []).map(link => link.from), ...(net.out[node] ?? []).map(link => link.to)]
          return [node, near.reduce((sum, other) => sum + (height[other] ?? 0), 0) / Math.max(1, near.length)]
        }),
      )
      nodes
        .toSorted((a, b) => (wish.get(a) ?? 0) - (wish.get(b) ?? 0) || a - b)
        .forEach((node, i) => (height[node] = i - (nodes.length - 1) / 2))
    }
  const slots = new Int16Array(net.ids.length)
  const mean = net.units.map(unit => {
    const members = unit.members.filter(node => (columns[node] ?? -1) >= 0)
    const byColumn = Map.groupBy(members, node => columns[node] ?? 0)
    const most = Math.max(1, ...[...byColumn.values()].map(list => list.length))
    for (const list of byColumn.values())
      list
        .toSorted((a, b) => (height[a] ?? 0) - (height[b] ?? 0))
        .forEach((node, i) => (slots[node] = 2 * i + (most - list.length)))
    return members.reduce((sum, node) => sum + (height[node] ?? 0), 0) / Math.max(1, members.length)
  })
  const order = net.units
    .map((_, i) => i)
    .filter(i => net.units[i]?.members.some(node => (columns[node] ?? -1) >= 0))
    .toSorted((a, b) => (mean[a] ?? 0) - (mean[b] ?? 0))
  return { order, slots, gaps: new Int16Array(net.units.length) }
}

function toPoints(frame: Frame, rows: Rows): Point[] {
  const { y } = heightsOf(frame, rows)
  return frame.columns.map((at, node) => ({ x: frame.xs[at] ?? 0, y: y[node] ?? 0 }))
}

/** Nodes of each unit without links, and how many columns its others span. */
function idleOf(net: Net, columns: number[]): { idle: number[]; first: number; across: number }[] {
  return net.units.map(unit => {
    const idle = unit.members.filter(node => (columns[node] ?? -1) < 0)
    const used = unit.members.map(node => columns[node] ?? -1).filter(at => at >= 0)
    const first = Math.min(...used)
    return { idle, first, across: used.length === 0 ? 0 : Math.max(...used) - first + 1 }
  })
}

/** What has no links: a tidy grid at the bottom of its region; regions and nodes that are idle altogether below the rest. */
function placeIdle(frame: Frame, points: Point[], aspect: number): void {
  const { net, columns, xs } = frame
  idleOf(net, columns).forEach(({ idle, first, across }, unit) => {
    if (across === 0) return
    const active = net.units[unit]?.members.filter(node => (columns[node] ?? -1) >= 0) ?? []
    const bottom = Math.max(...active.map(node => points[node]?.y ?? 0))
    idle.forEach((node, i) => {
      points[node] = { x: xs[first + (i % across)] ?? 0, y: bottom + row * (1 + Math.floor(i / across)) }
    })
  })
  placeIdleUnits(net, columns, points, xs, aspect)
}

function placeIdleUnits(net: Net, columns: number[], points: Point[], xs: number[], aspect: number): void {
  const boxes: Rect[] = []
  const place = (unit: (typeof net.units)[number]) => {
    const members = unit.members.map(node => points[node] ?? { x: 0, y: 0 })
    const first = members[0] ?? { x: 0, y: 0 }
    boxes.push(
      unit.isRegion
        ? around(members)
        : { x: first.x - reach.side, y: first.y - reach.top, width: 2 * reach.side, height: reach.top + reach.bottom },
    )
  }
  const isIdleUnit = (unit: (typeof net.units)[number]) => unit.members.every(node => (columns[node] ?? -1) < 0)
  for (const unit of net.units) if (!isIdleUnit(unit)) place(unit)
  const idleUnits = net.units.filter(isIdleUnit)
  const count = idleUnits.reduce((sum, unit) => sum + unit.members.length, 0)
  const steps = Math.max(xs.length, Math.ceil(Math.sqrt(count * aspect)), 1)
  const right = Math.max(...boxes.map(box => box.x + box.width), steps * column)
  for (const unit of idleUnits.toSorted((a, b) => b.members.length - a.members.length || (a.id < b.id ? -1 : 1))) {
    const across = Math.max(1, Math.ceil(Math.sqrt(unit.members.length * 1.4)))
    const down = Math.ceil(unit.members.length / across)
    const width = (across - 1) * column + (unit.isRegion ? 2 * inset.side : 2 * reach.side)
    const height = (down - 1) * row + (unit.isRegion ? inset.top + inset.bottom : reach.top + reach.bottom)
    const spot = lowestSpot(boxes, width, height, right)
    const head = unit.isRegion ? { x: inset.side, y: inset.top } : { x: reach.side, y: reach.top }
    unit.members.forEach((node, i) => {
      points[node] = { x: spot.x + head.x + (i % across) * column, y: spot.y + head.y + Math.floor(i / across) * row }
    })
    place(unit)
  }
}

/** The free place for a box with the smallest bottom edge; leftmost of equals. */
function lowestSpot(boxes: readonly Rect[], width: number, height: number, right: number): Point {
  const left = Math.min(0 - inset.side, ...boxes.map(box => box.x))
  const ys = [...new Set([0, ...boxes.map(box => box.y + box.height + air)])].toSorted((a, b) => a - b)
  for (const y of ys)
    for (let x = left; x <= Math.max(left, right - width); x += 12)
      if (!boxes.some(box => overlaps(box, { x, y, width, height }, air - 1))) return { x, y }
  return { x: left, y: ys.at(-1) ?? 0 }
}

/** Spreads a drawing that is flatter or narrower than the window, gently: air is good, distance is not. */
function stretch(net: Net, points: Point[], aspect: number): Point[] {
  if (points.length === 0) return points
  const xs = points.map(point => point.x)
  const ys = points.map(point => point.y)
  const width = Math.max(...xs) - Math.min(...xs) + 2 * inset.side
  const height = Math.max(...ys) - Math.min(...ys) + inset.top + inset.bottom
  const wide = Math.min(1.5, Math.max(1, (height * aspect) / width))
  const tall = Math.min(net.units.some(unit => unit.isRegion) ? 1.3 : 1.6, Math.max(1, width / aspect / height))
  return points.map(point => ({ x: point.x * wide, y: point.y * tall }))
}
