/** What is kept of one cell over the last scrapes: parts of pages that are filled again when a row is given back. */
export interface Row {
  /** One place per scrape slot. */
  totals: Float64Array
  /** Durations in the shape `shapeOf` made, one place per scrape slot. */
  shapes: Uint16Array
  /** Running bucket counts and, last, the running sum of durations. */
  running: Float64Array
}

export interface Rows {
  /** A row whose running numbers are 0; its slots hold whatever was there before. */
  take(): Row
  giveBack(row: Row): void
}

const rowsPerPage = 128

/** @param slots scrapes kept. @param width running numbers of one row. */
export function createRows(slots: number, width: number): Rows {
  const free: Row[] = []
  const addPage = () => {
    const totals = new Float64Array(rowsPerPage * slots)
    const shapes = new Uint16Array(rowsPerPage * slots)
    const running = new Float64Array(rowsPerPage * width)
    for (let place = rowsPerPage - 1; place >= 0; place--)
      free.push({
        totals: totals.subarray(place * slots, (place + 1) * slots),
        shapes: shapes.subarray(place * slots, (place + 1) * slots),
        running: running.subarray(place * width, (place + 1) * width),
      })
  }
  return {
    take() {
      if (free.length === 0) addPage()
      const row = free.pop() as Row
      row.running.fill(0)
      return row
    },
    giveBack: row => void free.push(row),
  }
}
