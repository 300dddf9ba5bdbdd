import type { Link, Net } from './layout-graph.ts'
import { row } from './layout-measure.ts'

/** Everything the cost of a drawing needs that does not change while rows are searched. */
export interface Frame {
  net: Net
  /** Column of each node; -1 without links. */
  columns: number[]
  /** Centre of each column. */
  xs: number[]
  /** Nodes by column. */
  inColumn: number[][]
  /** Rows of idle nodes at the bottom of each unit. */
  idleRows: number[]
  /** Wished height of the drawing in pixels. */
  height: number
}

/** Where everything is, in one state of the search. Unit extents are of the drawn box. */
export interface Heights {
  y: Float64Array
  unitTop: Float64Array
  unitBottom: Float64Array
  total: number
}

/** What makes a drawing bad, in rows of needless length. */
const price = { crossing: 2.6, hit: 9, pass: 0.8, height: 5, back: 1 }

/** Height on the S-curve from (x1, y1) to (x2, y2) at x. */
export function curveHeight(x1: number, y1: number, x2: number, y2: number, x: number): number {
  const u = Math.min(1, Math.max(0, (x - x1) / (x2 - x1)))
  return y1 + (y2 - y1) * (u < 0.5 ? 2 * u * u : 1 - 2 * (1 - u) * (1 - u))
}

/** Lengths, nodes run over, foreign regions crossed, and the height of the whole. */
export function linkCosts(frame: Frame, at: Heights): number {
  let sum = 0
  for (const link of frame.net.links) sum += linkCost(frame, at, link)
  const over = at.total - frame.height
  return over > 0 ? sum + (price.height * over) / row : sum
}

function linkCost(frame: Frame, at: Heights, link: Link): number {
  const { columns, xs, net } = frame
  const from = columns[link.from] ?? 0
  const to = columns[link.to] ?? 0
  const y1 = at.y[link.from] ?? 0
  const y2 = at.y[link.to] ?? 0
  const rise = Math.abs(y2 - y1) / row
  let sum = rise * (0.6 + 0.4 * link.weight)
  if (to <= from) return sum + price.back
  const x1 = xs[from] ?? 0
  const x2 = xs[to] ?? 0
  const home = net.unitOf[link.from]
  const goal = net.unitOf[link.to]
  for (let column = from + 1; column < to; column += 1) {
    const y = curveHeight(x1, y1, x2, y2, xs[column] ?? 0)
    for (const node of frame.inColumn[column] ?? []) {
      const below = y - (at.y[node] ?? 0)
      if (below > -26 && below < 40) sum += price.hit
      else if (below > -34 && below < 46) sum += price.hit / 4
    }
    for (const node of frame.inColumn[column] ?? []) {
      const unit = net.unitOf[node] ?? 0
      if (unit === home || unit === goal) continue
      if (y > (at.unitTop[unit] ?? 0) && y < (at.unitBottom[unit] ?? 0)) {
        sum += price.pass
        break
      }
    }
  }
  return sum
}

/** How often links cross, over all pairs of which at least one is in `changed` (all links when null). */
export function crossings(frame: Frame, y: Float64Array, changed: readonly number[] | null): number {
  const { links } = frame.net
  let sum = 0
  if (changed === null) {
    for (let i = 0; i < links.length; i += 1)
      for (let j = i + 1; j < links.length; j += 1) sum += crossing(frame, y, links[i], links[j])
    return sum * price.crossing
  }
  const isChanged = new Uint8Array(links.length)
  for (const i of changed) isChanged[i] = 1
  for (const i of changed)
    for (let j = 0; j < links.length; j += 1)
      if (j !== i && (isChanged[j] === 0 || j > i)) sum += crossing(frame, y, links[i], links[j])
  return sum * price.crossing
}

function crossing(frame: Frame, y: Float64Array, a: Link | undefined, b: Link | undefined): number {
  if (!a || !b) return 0
  const { columns, xs } = frame
  const a1 = xs[columns[a.from] ?? 0] ?? 0
  const a2 = xs[columns[a.to] ?? 0] ?? 0
  const b1 = xs[columns[b.from] ?? 0] ?? 0
  const b2 = xs[columns[b.to] ?? 0] ?? 0
  if (a2 <= a1 || b2 <= b1) return 0
  const left = Math.max(a1, b1)
  const right = Math.min(a2, b2)
  if (right <= left) return 0
  const ya1 = y[a.from] ?? 0
  const ya2 = y[a.to] ?? 0
  const yb1 = y[b.from] ?? 0
  const yb2 = y[b.to] ?? 0
  const gap = (x: number) => curveHeight(a1, ya1, a2, ya2, x) - curveHeight(b1, yb1, b2, yb2, x)
  const width = right - left
  const start = gap(left + width * 0.08)
  const middle = gap(left + width * 0.5)
  const end = gap(right - width * 0.08)
  return (start * middle < 0 ? 1 : 0) + (middle * end < 0 ? 1 : 0)
}
