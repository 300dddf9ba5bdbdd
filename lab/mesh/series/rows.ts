/** Rows of numbers over the last scrapes, in pages that are filled again when a row is given back. */
export interface Rows {
  /** Takes a row; it holds whatever was there before. */
  take(): number
  giveBack(row: number): void
  /** The totals of a row, one place per scrape slot. */
  totals(row: number): Float64Array
  /** Durations of a row in the shape `shapeOf` made, one place per scrape slot. */
  shapes(row: number): Uint16Array
  /** Running bucket counts and, last, the running sum of durations. */
  running(row: number): Float64Array
}

const rowsPerPage = 128

interface Page {
  totals: Float64Array
  shapes: Uint16Array
  running: Float64Array
}

/** @param slots scrapes kept. @param width running numbers of one row. */
export function createRows(slots: number, width: number): Rows {
  const pages: Page[] = []
  const free: number[] = []
  let used = 0
  const page = (row: number): Page => {
    const index = Math.floor(row / rowsPerPage)
    const known = pages[index]
    if (known) return known
    const made = {
      totals: new Float64Array(rowsPerPage * slots),
      shapes: new Uint16Array(rowsPerPage * slots),
      running: new Float64Array(rowsPerPage * width),
    }
    pages[index] = made
    return made
  }
  const place = (row: number, length: number) => (row % rowsPerPage) * length
  return {
    take: () => free.pop() ?? used++,
    giveBack: row => void free.push(row),
    totals: row => page(row).totals.subarray(place(row, slots), place(row, slots) + slots),
    shapes: row => page(row).shapes.subarray(place(row, slots), place(row, slots) + slots),
    running: row => page(row).running.subarray(place(row, width), place(row, width) + width),
  }
}
