import type { Cell, Cells } from './cells.ts'
import type { View } from './metrics.ts'
import type { Row } from './rows.ts'
import { bounds, sharesOf, sizeShares, width } from './shape.ts'

/** Numbers of one cell as the series of a metric show them. Counters are whole numbers, buckets never above their count. */

/** Values of the scrapes `from` … `to` (numbers of scrapes, all of them kept); one list per bucket where there are buckets. */
export function valuesOf(cells: Cells, cell: Cell, view: View, from: number, to: number): Float64Array[] {
  const totals = rowOf(cell).totals
  const at = (scrape: number) => totals[scrape % cells.slots] ?? 0
  const each = (value: (total: number) => number): Float64Array[] => {
    const values = new Float64Array(to - from + 1)
    for (let scrape = from; scrape <= to; scrape++) values[scrape - from] = value(at(scrape))
    return [values]
  }
  switch (view) {
    case 'duration bucket':
      return walk(cells, cell, from, to).slice(0, bounds.length)
    case 'duration sum':
      return walk(cells, cell, from, to).slice(bounds.length)
    case 'requestBytes bucket':
    case 'responseBytes bucket':
      return sizesOf(cell, view)
        .map(share => each(total => Math.floor(Math.floor(total) * share)))
        .flat()
    default:
      return each(total => simple(cell, view, total))
  }
}

const sizesOf = (cell: Cell, view: 'requestBytes bucket' | 'responseBytes bucket') => [
  ...sizeShares(view === 'requestBytes bucket' ? cell.sizes.request : cell.sizes.response),
]

/** A value that follows from the total alone. */
export function simple(cell: Cell, view: Exclude<View, `${string} bucket` | 'duration sum'>, total: number): number {
  const { sizes } = cell
  switch (view) {
    case 'gauge':
      return total
    case 'counter':
    case 'requests':
    case 'messages':
    case 'failed':
    case 'duration count':
    case 'requestBytes count':
    case 'responseBytes count':
      return Math.floor(total)
    case 'requestBytes sum':
      return Math.floor(Math.floor(total) * sizes.request)
    case 'responseBytes sum':
      return Math.floor(Math.floor(total) * sizes.response)
    case 'opened':
      return opened(cell, total)
    case 'closed':
      // The pool keeps a couple of connections open, unless each carries a single call.
      return sizes.callsPerConnection <= 1 ? opened(cell, total) : Math.max(0, opened(cell, total) - 2)
    case 'sent':
      return Math.floor(total * sizes.response)
    case 'received':
      return Math.floor(total * sizes.request)
  }
}

const opened = (cell: Cell, total: number): number =>
  total < 1 ? 0 : 1 + Math.floor((total - 1) / Math.max(1, cell.sizes.callsPerConnection))

function rowOf(cell: Cell): Row {
  if (cell.row === null) throw new Error(`The cell ${cell.key} has no samples yet.`)
  return cell.row
}

/** Lost in adding up: far below one event, far above the error of doubles. */
const crumbs = 1e-6

/** Back from what is known of the newest scrape: every earlier one held less by what came in between. */
function walk(cells: Cells, cell: Cell, from: number, to: number): Float64Array[] {
  const { totals, shapes, running: newestRunning } = rowOf(cell)
  const running = Float64Array.from(newestRunning)
  const values = Array.from({ length: width }, () => new Float64Array(to - from + 1))
  const newest = Math.min(cells.last, cell.ended - 1)
  for (let scrape = newest; scrape >= from; scrape--) {
    const slot = scrape % cells.slots
    const total = totals[slot] ?? 0
    if (scrape <= to) settle(running, total, scrape - from, values)
    if (scrape === from) break
    const events = total - (totals[(scrape - 1) % cells.slots] ?? 0)
    if (events <= 0) continue
    const shares = sharesOf(shapes[slot] ?? 0)
    for (let index = 0; index < width; index++) running[index] = (running[index] ?? 0) - events * (shares[index] ?? 0)
  }
  return values
}

/** Running numbers as a histogram shows them: whole buckets, +Inf exactly the count. */
export function settle(running: Float64Array, total: number, place: number, into: Float64Array[]): void {
  const count = Math.floor(total)
  for (let index = 0; index < bounds.length; index++) {
    const bucket = index === bounds.length - 1 ? count : Math.floor((running[index] ?? 0) + crumbs)
    const list = into[index]
    if (list) list[place] = Math.max(0, Math.min(bucket, count))
  }
  const sums = into[bounds.length]
  if (sums) sums[place] = Math.max(0, Math.round((running[bounds.length] ?? 0) * 1000) / 1000)
}
