import { type LogLine, lineOf } from '#shared/logs/line.ts'
import { merge } from '#shared/logs/merge.ts'

/** One line as the page holds it. `stamp` never goes back within a container, whatever its clock did. */
export interface Row extends LogLine {
  id: number
  /** `pod/container`. */
  of: string
  /** How many bytes it had, where only its beginning came. */
  cut: number | null
}

/** What is held at most: older lines make room for newer ones. */
export const mostRows = 100_000

/** Lines of all containers by time, and those of them that are wanted. */
export class Book {
  readonly #most: number
  readonly #latest = new Map<string, string>()
  #rows: Row[] = []
  #shown: Row[] = []
  #wanted: (row: Row) => boolean = () => true
  #next = 0
  #dropped = 0
  #droppedShown = 0

  constructor(most = mostRows) {
    this.#most = most
  }

  get rows(): readonly Row[] {
    return this.#rows
  }
  get shown(): readonly Row[] {
    return this.#shown
  }
  /** How many have made room so far. */
  get dropped(): number {
    return this.#dropped
  }
  /** And how many of those that are shown. */
  get droppedShown(): number {
    return this.#droppedShown
  }
  /** The stamp of the last line of each container. */
  get latest(): ReadonlyMap<string, string> {
    return this.#latest
  }

  /** Lines of one container, in its order. */
  add(of: string, lines: readonly string[], cut: ReadonlyMap<number, number> = new Map()): void {
    let latest = this.#latest.get(of) ?? ''
    const rows = lines.map((given, index): Row => {
      const line = lineOf(given)
      if (line.at !== null && line.stamp > latest) latest = line.stamp
      return { ...line, stamp: latest, id: this.#next++, of, cut: cut.get(index) ?? null }
    })
    this.#latest.set(of, latest)
    put(this.#rows, rows)
    put(this.#shown, rows.filter(this.#wanted))
    this.#makeRoom()
  }

  /** Shows what is wanted from now on. */
  want(wanted: (row: Row) => boolean): void {
    this.#wanted = wanted
    this.#shown = this.#rows.filter(wanted)
  }

  #makeRoom(): void {
    const over = this.#rows.length - this.#most
    if (over <= 0) return
    const gone = this.#rows.splice(0, over).filter(this.#wanted).length
    this.#shown.splice(0, gone)
    this.#droppedShown += gone
    this.#dropped += over
  }
}

/** Most lines come at the end; others go to their place in time, after those of the same moment. */
function put(rows: Row[], fresh: readonly Row[]): void {
  const [first] = fresh
  if (first === undefined) return
  const place = placeOf(rows, first.stamp)
  const later = rows.splice(place)
  for (const row of later.length === 0 ? fresh : merge([later, fresh])) rows.push(row)
}

/** Of the first that is later. */
function placeOf(rows: readonly Row[], stamp: string): number {
  let [low, high] = [0, rows.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.stamp ?? '') > stamp) high = middle
    else low = middle + 1
  }
  return low
}
