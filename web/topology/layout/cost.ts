import type { Link, Net } from './graph.ts'
import { row } from './measure.ts'

/** Everything the cost of a drawing needs that does not change while rows are searched. */
export interface Frame {
  net: Net
  /** Column of each node; -1 without links. */
  columns: number[]
  /** Centre of each column. */
  xs: number[]
  /** Nodes by column. */
  inColumn: number[][]
  /** Links that may cross link i: `pairs[pairStart[i] … pairStart[i + 1]]`. */
  pairs: Int32Array
  pairStart: Int32Array
  /** Rows of idle nodes at the bottom of each unit. */
  idleRows: number[]
  /** Where traffic comes in: drawn rather high, where reading begins. */
  entries: number[]
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
const price = { crossing: 2.6, hit: 9, pass: 0.8, height: 5, back: 1, entry: 0.8 }

/** Height on the S-curve from (x1, y1) to (x2, y2) at x. */
export function curveHeight(x1: number, y1: number, x2: number, y2: number, x: number): number {
  const u = Math.min(1, Math.max(0, (x - x1) / (x2 - x1)))
  return y1 + (y2 - y1) * (u < 0.5 ? 2 * u * u : 1 - 2 * (1 - u) * (1 - u))
}

/** Lengths, nodes run over, foreign regions crossed, and the height of the whole. */
export function linkCosts(frame: Frame, at: Heights): number {
  let sum = 0
  for (const link of frame.net.links) sum += linkCost(frame, at, link)
  for (const entry of frame.entries) sum += (price.entry * (at.y[entry] ?? 0)) / row
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

/**
 * How often links cross, over all pairs of which at least one is in `changed` (all links when null). This is where the
 * search spends its time: numbers in flat arrays, no allocation.
 */
export function crossings(frame: Frame, y: Float64Array, changed: readonly number[] | null): number {
  const { links } = frame.net
  const { pairs, pairStart } = frame
  let sum = 0
  if (changed === null) {
    for (let i = 0; i < links.length; i += 1)
      for (let at = pairStart[i] ?? 0; at < (pairStart[i + 1] ?? 0); at += 1) {
        const j = pairs[at] ?? 0
        if (j > i) sum += crossing(frame, y, i, j)
      }
    return sum * price.crossing
  }
  const isChanged = new Uint8Array(links.length)
  for (const i of changed) isChanged[i] = 1
  for (const i of changed)
    for (let at = pairStart[i] ?? 0; at < (pairStart[i + 1] ?? 0); at += 1) {
      const j = pairs[at] ?? 0
      if (isChanged[j] === 0 || j > i) sum += crossing(frame, y, i, j)
    }
  return sum * price.crossing
}

/** For every link the others that share a stretch of x with it: only those can cross it. */
export function pairsOf(net: Net, columns: readonly number[]): Pick<Frame, 'pairs' | 'pairStart'> {
  const pairs: number[] = []
  const pairStart = new Int32Array(net.links.length + 1)
  const span = net.links.map(link => [columns[link.from] ?? 0, columns[link.to] ?? 0] as const)
  span.forEach(([from, to], i) => {
    pairStart[i] = pairs.length
    span.forEach(([start, end], j) => {
      if (i !== j && to > from && end > start && Math.max(from, start) < Math.min(to, end)) pairs.push(j)
    })
  })
  pairStart[net.links.length] = pairs.length
  return { pairs: Int32Array.from(pairs), pairStart }
}

function crossing(frame: Frame, y: Float64Array, i: number, j: number): number {
  const a = frame.net.links[i]
  const b = frame.net.links[j]
  if (!a || !b) return 0
  const { columns, xs } = frame
  const ya1 = y[a.from] ?? 0
  const ya2 = y[a.to] ?? 0
  const yb1 = y[b.from] ?? 0
  const yb2 = y[b.to] ?? 0
  // One is above the other everywhere.
  if (Math.max(ya1, ya2) < Math.min(yb1, yb2) || Math.max(yb1, yb2) < Math.min(ya1, ya2)) return 0
  const a1 = xs[columns[a.from] ?? 0] ?? 0
  const a2 = xs[columns[a.to] ?? 0] ?? 0
  const b1 = xs[columns[b.from] ?? 0] ?? 0
  const b2 = xs[columns[b.to] ?? 0] ?? 0
  const left = Math.max(a1, b1)
  const width = Math.min(a2, b2) - left
  const near = left + width * 0.08
  const half = left + width * 0.5
  const far = left + width * 0.92
  const start = curveHeight(a1, ya1, a2, ya2, near) - curveHeight(b1, yb1, b2, yb2, near)
  const middle = curveHeight(a1, ya1, a2, ya2, half) - curveHeight(b1, yb1, b2, yb2, half)
  const end = curveHeight(a1, ya1, a2, ya2, far) - curveHeight(b1, yb1, b2, yb2, far)
  return (start * middle < 0 ? 1 : 0) + (middle * end < 0 ? 1 : 0)
}
