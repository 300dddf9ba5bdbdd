import type { Labels } from '#lab/contract.ts'
import type { Tally } from '#lab/mesh/traffic/tally.ts'
import type { Sizes } from './lines.ts'
import { createRows, type Row } from './rows.ts'
import { shapeOf, sharesOf, width } from './shape.ts'

/** One label set and what it counted. From it come all series of its metrics. */
export interface Cell {
  id: number
  key: string
  kind: 'http' | 'tcp' | 'counter' | 'gauge'
  /** Of a counter or gauge: its metric. */
  name: string
  /** Without `__name__`. */
  labels: Labels
  isGrpc: boolean
  /** Connections that never came to be. */
  isFailed: boolean
  sizes: Sizes
  owner: string
  /** Names of the metrics it shows, without `_bucket` and its kin; all of its kind where nothing is said. */
  shows?: ReadonlySet<string>
  /** Null before its first event. */
  row: Row | null
  /** First scrape that has a sample; −1 before its first event. */
  born: number
  /** Scrape that marked it stale; Infinity while it lives. */
  ended: number
  /** Labels of its series, made when first asked for and kept: engines remember by identity. */
  views: Map<string, readonly Labels[]>
}

export type NewCell = Pick<
  Cell,
  'key' | 'kind' | 'name' | 'labels' | 'isGrpc' | 'isFailed' | 'sizes' | 'owner' | 'shows'
>

/** Everything that was counted: totals now, and what they were at each scrape that is kept. */
export interface Cells {
  readonly all: readonly (Cell | undefined)[]
  readonly slots: number
  /** Number of the newest scrape; −1 before the first. */
  readonly last: number
  /** Rises when a cell appears or goes. */
  readonly generation: number
  find(key: string): number | undefined
  create(cell: NewCell): number
  /** So many requests of a call, whose place in the tally is `first` to `end`. */
  add(tally: Tally, first: number, end: number, requests: number): void
  /** The value of a gauge, or of a counter kept elsewhere. */
  set(id: number, value: number): void
  /** Since the cell began. */
  total(id: number): number
  /** Running moments of durations: Σ duration, Σ duration². */
  moments(id: number): { sum: number; squares: number }
  /**
   * Keeps the totals as the next scrapes: one for each fraction (rising to 1) of what happened since the last one that
   * had happened by then.
   */
  scrape(fractions: readonly number[]): void
  /** Ends the cells whose owner is gone; the next scrape marks them. */
  retire(lives: (owner: string) => boolean): void
}

/** @param slots scrapes kept. */
export function createCells(slots: number): Cells {
  const rows = createRows(slots, width)
  const all: (Cell | undefined)[] = []
  const byKey = new Map<string, number>()
  const free: number[] = []
  const leaving: Cell[] = []
  // Three numbers per cell, as in a tally: now, and at the last scrape.
  let now = new Float64Array(3 * 1024)
  let before = new Float64Array(3 * 1024)
  let last = -1
  let generation = 0

  const drop = (cell: Cell) => {
    if (cell.row) rows.giveBack(cell.row)
    all[cell.id] = undefined
    free.push(cell.id)
    generation++
  }
  const keep = (cell: Cell, fractions: readonly number[]) => {
    const at = 3 * cell.id
    const total = now[at] ?? 0
    const past = before[at] ?? 0
    if (cell.row === null && cell.kind !== 'gauge' && total < 1) return
    const events = total - past
    const shape = cell.kind === 'http' && events > 0 ? keepShape(at, events) : 0
    for (let index = 0; index < fractions.length; index++) {
      const scrape = last - fractions.length + 1 + index
      const reached = past + events * (fractions[index] ?? 1)
      if (cell.row === null) {
        if (cell.kind !== 'gauge' && reached < 1) continue
        cell.born = scrape
        cell.row = rows.take()
        generation++
      }
      cell.row.totals[scrape % slots] = reached
      cell.row.shapes[scrape % slots] = shape
    }
    before[at] = total
    const { row } = cell
    if (row === null || cell.kind !== 'http' || events <= 0) return
    const { running } = row
    const shares = sharesOf(shape)
    for (let index = 0; index < width; index++) running[index] = (running[index] ?? 0) + events * (shares[index] ?? 0)
  }
  const keepShape = (at: number, events: number): number => {
    const mean = ((now[at + 1] ?? 0) - (before[at + 1] ?? 0)) / events
    const square = ((now[at + 2] ?? 0) - (before[at + 2] ?? 0)) / events
    before[at + 1] = now[at + 1] ?? 0
    before[at + 2] = now[at + 2] ?? 0
    return shapeOf(mean, square - mean * mean)
  }
  return {
    all,
    slots,
    get last() {
      return last
    },
    get generation() {
      return generation
    },
    find: key => byKey.get(key),
    create(made) {
      const id = free.pop() ?? all.length
      if (3 * id + 3 > now.length) {
        now = doubled(now)
        before = doubled(before)
      }
      now.fill(0, 3 * id, 3 * id + 3)
      before.fill(0, 3 * id, 3 * id + 3)
      all[id] = { ...made, id, row: null, born: -1, ended: Number.POSITIVE_INFINITY, views: new Map() }
      byKey.set(made.key, id)
      return id
    },
    add(tally, first, end, requests) {
      const { cells, parts } = tally
      for (let place = first; place < end; place++) {
        const at = 3 * (cells[place] ?? 0)
        const from = 3 * place
        now[at] = (now[at] ?? 0) + requests * (parts[from] ?? 0)
        now[at + 1] = (now[at + 1] ?? 0) + requests * (parts[from + 1] ?? 0)
        now[at + 2] = (now[at + 2] ?? 0) + requests * (parts[from + 2] ?? 0)
      }
    },
    set(id, value) {
      now[3 * id] = value
    },
    total: id => now[3 * id] ?? 0,
    moments: id => ({ sum: now[3 * id + 1] ?? 0, squares: now[3 * id + 2] ?? 0 }),
    scrape(fractions) {
      last += fractions.length
      for (const cell of all) if (cell && cell.ended === Number.POSITIVE_INFINITY) keep(cell, fractions)
      while (leaving[0] && last - leaving[0].ended >= slots) drop(leaving.shift() as Cell)
    },
    retire(lives) {
      for (const cell of all) {
        if (!cell || cell.ended !== Number.POSITIVE_INFINITY || lives(cell.owner)) continue
        byKey.delete(cell.key)
        cell.ended = last + 1
        if (cell.born < 0) drop(cell)
        else leaving.push(cell)
      }
    },
  }
}

function doubled(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const made = new Float64Array(array.length * 2)
  made.set(array)
  return made
}
