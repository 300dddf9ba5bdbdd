import { crossings, type Frame, type Heights, linkCosts } from './cost.ts'
import { air, inset, reach, row } from './measure.ts'

/**
 * Finds rows: which unit lies above which, and where nodes sit inside their region, by simulated annealing on the
 * cost of the drawing. The random numbers are seeded and the steps are counted, so the same graph gives the same map.
 */
export interface Rows {
  /** Units from top to bottom. */
  order: number[]
  /** Half rows by node, inside its region. */
  slots: Int16Array
  /** Half rows left free above a unit. */
  gaps: Int16Array
}

const half = row / 2

export function heightsOf(frame: Frame, rows: Rows): Heights {
  const { net, columns } = frame
  const y = new Float64Array(net.ids.length)
  const unitTop = new Float64Array(net.units.length)
  const unitBottom = new Float64Array(net.units.length)
  const floor = new Float64Array(frame.xs.length)
  let total = 0
  for (const index of rows.order) {
    const unit = net.units[index]
    if (!unit) continue
    let low = Infinity
    let high = -Infinity
    let first = Infinity
    let last = -Infinity
    for (const node of unit.members) {
      const column = columns[node] ?? -1
      if (column < 0) continue
      low = Math.min(low, rows.slots[node] ?? 0)
      high = Math.max(high, rows.slots[node] ?? 0)
      first = Math.min(first, column)
      last = Math.max(last, column)
    }
    if (last < 0) continue
    let top = 0
    for (let column = first; column <= last; column += 1) top = Math.max(top, floor[column] ?? 0)
    top += (rows.gaps[index] ?? 0) * half
    const head = unit.isRegion ? inset.top : reach.top
    const foot = (unit.isRegion ? inset.bottom : reach.bottom) + (frame.idleRows[index] ?? 0) * row
    for (const node of unit.members)
      if ((columns[node] ?? -1) >= 0) y[node] = top + head + ((rows.slots[node] ?? 0) - low) * half
    const bottom = top + head + (high - low) * half + foot
    unitTop[index] = top
    unitBottom[index] = bottom
    for (let column = first; column <= last; column += 1) floor[column] = bottom + air
    total = Math.max(total, bottom)
  }
  return { y, unitTop, unitBottom, total }
}

/** Two searches, the second from the first one's picture upside down: single steps rarely turn a picture over. */
export function searchRows(frame: Frame, start: Rows): Rows {
  const first = anneal(frame, start, 1)
  const second = anneal(frame, flip(frame, first.rows), 2)
  return second.cost < first.cost ? second.rows : first.rows
}

function anneal(frame: Frame, start: Rows, seed: number): { rows: Rows; cost: number } {
  const { net } = frame
  const random = generator(net.ids.length * 7919 + net.links.length * 31 + seed)
  const units = start.order.slice()
  const nodes = net.ids.map((_, i) => i).filter(i => (frame.columns[i] ?? -1) >= 0)
  let rows = start
  let at = heightsOf(frame, rows)
  let links = linkCosts(frame, at)
  let crossed = crossings(frame, at.y, null)
  let best = rows
  let bestCost = links + crossed
  const steps = Math.round(Math.min(24_000, Math.max(2000, 9_000_000 / (net.links.length * 6 + 60))))
  for (let step = 0; step < steps; step += 1) {
    const heat = 4 * (0.02 / 4) ** (step / steps)
    const next = change(frame, rows, units, nodes, random)
    if (!next) continue
    const there = heightsOf(frame, next)
    const nextLinks = linkCosts(frame, there)
    const moved = movedLinks(frame, at.y, there.y)
    const nextCrossed =
      moved.length * 2 > net.links.length
        ? crossings(frame, there.y, null)
        : crossed - crossings(frame, at.y, moved) + crossings(frame, there.y, moved)
    const rise = nextLinks + nextCrossed - links - crossed
    if (rise > 0 && random() >= Math.exp(-rise / heat)) continue
    rows = next
    at = there
    links = nextLinks
    crossed = nextCrossed
    if (links + crossed < bestCost - 1e-6) {
      best = rows
      bestCost = links + crossed
    }
  }
  return { rows: best, cost: bestCost }
}

function movedLinks(frame: Frame, before: Float64Array, after: Float64Array): number[] {
  const moved: number[] = []
  frame.net.links.forEach((link, i) => {
    if (before[link.from] !== after[link.from] || before[link.to] !== after[link.to]) moved.push(i)
  })
  return moved
}

/** One random step to a neighbouring state, or null where it leads nowhere. */
function change(
  frame: Frame,
  rows: Rows,
  units: readonly number[],
  nodes: readonly number[],
  random: () => number,
): Rows | null {
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)]
  const kind = random()
  if (kind < 0.55) {
    const node = pick(nodes)
    if (node === undefined) return null
    const slots = moveNode(frame, rows.slots, node, random)
    return slots && { ...rows, slots }
  }
  if (kind < 0.8) {
    const i = Math.floor(random() * units.length)
    const j = random() < 0.5 ? i + 1 : Math.floor(random() * units.length)
    if (i === j || j >= units.length) return null
    const order = rows.order.slice()
    const [unit] = order.splice(i, 1)
    if (unit === undefined) return null
    order.splice(j, 0, unit)
    return { ...rows, order }
  }
  const unit = pick(units)
  if (unit === undefined) return null
  const gap = Math.max(0, Math.min(14, (rows.gaps[unit] ?? 0) + (Math.floor(random() * 7) - 3)))
  if (gap === rows.gaps[unit]) return null
  const gaps = rows.gaps.slice()
  gaps[unit] = gap
  return { ...rows, gaps }
}

/** The whole picture upside down. */
function flip(frame: Frame, rows: Rows): Rows {
  const slots = rows.slots.map((slot, node) => roomOf(frame, frame.net.unitOf[node] ?? 0) - slot)
  return { ...rows, order: rows.order.toReversed(), slots }
}

/** Moves a node to another half row of its column; what is in its way takes its old place. */
function moveNode(frame: Frame, slots: Int16Array, node: number, random: () => number): Int16Array | null {
  const { net, columns } = frame
  const unit = net.units[net.unitOf[node] ?? 0]
  if (!unit?.isRegion) return null
  const mates = unit.members.filter(other => other !== node && columns[other] === columns[node])
  const room = roomOf(frame, net.unitOf[node] ?? 0)
  const from = slots[node] ?? 0
  const to = Math.floor(random() * (room + 1))
  if (to === from) return null
  const inWay = mates.filter(other => Math.abs((slots[other] ?? 0) - to) < 2)
  if (inWay.length > 1) return null
  const moved = slots.slice()
  moved[node] = to
  const other = inWay[0]
  if (other !== undefined) {
    moved[other] = from
    if (mates.some(mate => mate !== other && Math.abs((moved[mate] ?? 0) - from) < 2)) return null
    if (Math.abs(to - from) < 2) return null
  }
  return moved
}

/** Half rows of a region: its fullest column, and one row to spare. */
function roomOf(frame: Frame, unit: number): number {
  const counts = new Map<number, number>()
  for (const node of frame.net.units[unit]?.members ?? []) {
    const column = frame.columns[node] ?? -1
    if (column >= 0) counts.set(column, (counts.get(column) ?? 0) + 1)
  }
  return 2 * Math.max(1, ...counts.values())
}

/** mulberry32: small, fast, and the same everywhere. */
function generator(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}
