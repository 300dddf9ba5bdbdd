import type { Labels } from '#lab/contract.ts'
import type { Sizes } from './lines.ts'
import { createRows, type Rows } from './rows.ts'
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
  row: number
  /** First scrape that has a sample; −1 before its first event. */
  born: number
  /** Scrape that marked it stale; Infinity while it lives. */
  ended: number
  /** Labels of its series, made when first asked for and kept: engines remember by identity. */
  views: Map<string, readonly Labels[]>
}

export type NewCell = Pick<Cell, 'key' | 'kind' | 'name' | 'labels' | 'isGrpc' | 'isFailed' | 'sizes' | 'owner'>

/** Everything that was counted: totals now, and what they were at each scrape that is kept. */
export interface Cells {
  readonly all: readonly (Cell | undefined)[]
  readonly rows: Rows
  readonly slots: number
  /** Number of the newest scrape; −1 before the first. */
  readonly last: number
  /** Rises when a cell appears or goes. */
  readonly generation: number
  find(key: string): number | undefined
  create(cell: NewCell): number
  /** Events of a cell: how many, and their durations. */
  add(id: number, events: number, mean: number, variance: number): void
  /** The value of a gauge, or of a counter kept elsewhere. */
  set(id: number, value: number): void
  /** Since the cell began. */
  total(id: number): number
  /** Running moments of durations: Σ duration, Σ duration². */
  moments(id: number): { sum: number; squares: number }
  /** Keeps the totals as the next scrape. */
  scrape(): void
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
  let totals = new Float64Array(1024)
  let sums = new Float64Array(1024)
  let squares = new Float64Array(1024)
  let lastTotals = new Float64Array(1024)
  let lastSums = new Float64Array(1024)
  let lastSquares = new Float64Array(1024)
  let last = -1
  let generation = 0

  const grow = (size: number) => {
    if (size <= totals.length) return
    const wider = (array: Float64Array) => {
      const made = new Float64Array(array.length * 2)
      made.set(array)
      return made
    }
    totals = wider(totals)
    sums = wider(sums)
    squares = wider(squares)
    lastTotals = wider(lastTotals)
    lastSums = wider(lastSums)
    lastSquares = wider(lastSquares)
  }
  const drop = (cell: Cell) => {
    if (cell.row >= 0) rows.giveBack(cell.row)
    all[cell.id] = undefined
    free.push(cell.id)
    generation++
  }
  const keep = (cell: Cell) => {
    const { id } = cell
    const total = totals[id] ?? 0
    if (cell.born < 0) {
      if (cell.kind !== 'gauge' && total < 1) return
      cell.born = last
      cell.row = rows.take()
      rows.running(cell.row).fill(0)
      generation++
    }
    const slot = last % slots
    rows.totals(cell.row)[slot] = total
    if (cell.kind !== 'http') return
    const events = total - (lastTotals[id] ?? 0)
    if (events <= 0) return
    const mean = ((sums[id] ?? 0) - (lastSums[id] ?? 0)) / events
    const shape = shapeOf(mean, ((squares[id] ?? 0) - (lastSquares[id] ?? 0)) / events - mean * mean)
    rows.shapes(cell.row)[slot] = shape
    const shares = sharesOf(shape)
    const running = rows.running(cell.row)
    for (let index = 0; index < width; index++) running[index] = (running[index] ?? 0) + events * (shares[index] ?? 0)
    lastTotals[id] = total
    lastSums[id] = sums[id] ?? 0
    lastSquares[id] = squares[id] ?? 0
  }
  return {
    all,
    rows,
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
      grow(id + 1)
      totals[id] = sums[id] = squares[id] = lastTotals[id] = lastSums[id] = lastSquares[id] = 0
      all[id] = { ...made, id, row: -1, born: -1, ended: Number.POSITIVE_INFINITY, views: new Map() }
      byKey.set(made.key, id)
      return id
    },
    add(id, events, mean, variance) {
      totals[id] = (totals[id] ?? 0) + events
      sums[id] = (sums[id] ?? 0) + events * mean
      squares[id] = (squares[id] ?? 0) + events * (variance + mean * mean)
    },
    set(id, value) {
      totals[id] = value
    },
    total: id => totals[id] ?? 0,
    moments: id => ({ sum: sums[id] ?? 0, squares: squares[id] ?? 0 }),
    scrape() {
      last++
      for (const cell of all) if (cell && cell.ended === Number.POSITIVE_INFINITY) keep(cell)
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
