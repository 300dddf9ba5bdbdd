import { atOrdinal, ordinal } from './decimal.ts'

/** Lists of places are ascending and written as gaps: 3, 4, 9 is [3, 1, 5]. */
export interface ListChange<Item> {
  /** Places in the list before. What stays, in the order it had, is called the rest. */
  removed?: number[]
  /** The rest in its new order (places in the rest), where that order changed. */
  order?: number[]
  /** By path (`requestRate`, `pods.ready`): the fields that changed in the rest. */
  columns?: Record<string, Column>
  /** Places in the list after, and what stands there. */
  added?: { at: number[]; items: Item[] }
}

/** One field of many items. `rows` are places in the rest; left out when it is every row. */
export interface Column {
  /** Three-digit numbers that moved: by how many steps (see decimal.ts). */
  steps?: { rows?: number[]; by: number[] }
  /** Everything else: the new value. */
  values?: { rows?: number[]; to: unknown[] }
}

/** Null when both lists are equal. */
export function diffList<Item extends { id: string }>(before: Item[], after: Item[]): ListChange<Item> | null {
  const change: ListChange<Item> = {}
  const placeAfter = new Map(after.map((item, place) => [item.id, place]))

  const removed = before.flatMap((item, place) => (placeAfter.has(item.id) ? [] : [place]))
  if (removed.length > 0) change.removed = gaps(removed)

  const rest = removed.length > 0 ? before.filter(item => placeAfter.has(item.id)) : before
  const targets = rest.map(item => placeAfter.get(item.id) ?? 0)
  if (targets.some((target, row) => row > 0 && target < (targets[row - 1] ?? 0)))
    change.order = rest.map((_, row) => row).sort((a, b) => (targets[a] ?? 0) - (targets[b] ?? 0))

  const columns = new Columns()
  for (const [row, item] of rest.entries()) columns.compare('', row, item, after[targets[row] ?? 0])
  const changed = columns.result(rest.length)
  if (changed !== null) change.columns = changed

  const known = new Set(rest.map(item => item.id))
  const added = after.flatMap((item, place) => (known.has(item.id) ? [] : [place]))
  if (added.length > 0) change.added = { at: gaps(added), items: added.map(place => after[place] as Item) }

  return Object.keys(change).length === 0 ? null : change
}

interface RawColumn {
  stepRows: number[]
  by: number[]
  valueRows: number[]
  to: unknown[]
}

/** Gathers what changed, row by row, into one column for each path. */
class Columns {
  readonly #byPath = new Map<string, RawColumn>()

  /** Descends where both sides have the same shape, so that a changed number inside an object costs a number. */
  compare(path: string, row: number, before: unknown, after: unknown): void {
    if (before === after) return
    if (typeof before === 'number' && typeof after === 'number') {
      const from = ordinal(before)
      const to = ordinal(after)
      if (from !== null && to !== null) {
        const column = this.#column(path)
        column.stepRows.push(row)
        column.by.push(to - from)
        return
      }
    } else if (isContainer(before) && isContainer(after) && haveSameShape(before, after)) {
      for (const key of Object.keys(after))
        this.compare(path === '' ? key : `${path}.${key}`, row, before[key], after[key])
      return
    }
    const column = this.#column(path)
    column.valueRows.push(row)
    column.to.push(after)
  }

  result(rows: number): Record<string, Column> | null {
    if (this.#byPath.size === 0) return null
    const columns: Record<string, Column> = {}
    for (const [path, { stepRows, by, valueRows, to }] of this.#byPath)
      columns[path] = {
        ...(by.length > 0 ? { steps: by.length === rows ? { by } : { rows: gaps(stepRows), by } } : {}),
        ...(to.length > 0 ? { values: to.length === rows ? { to } : { rows: gaps(valueRows), to } } : {}),
      }
    return columns
  }

  #column(path: string): RawColumn {
    const known = this.#byPath.get(path)
    if (known !== undefined) return known
    const column = { stepRows: [], by: [], valueRows: [], to: [] }
    this.#byPath.set(path, column)
    return column
  }
}

/** The list after the change. What did not change keeps its identity. */
export function applyList<Item>(before: Item[], change: ListChange<Item>): Item[] {
  const gone = new Set(places(change.removed ?? []))
  const rest = before.filter((_, place) => !gone.has(place))
  for (const [path, column] of Object.entries(change.columns ?? {})) {
    const keys = path.split('.')
    const put = (row: number, next: (value: unknown) => unknown) => {
      rest[row] = changeAt(rest[row], keys, 0, next) as Item
    }
    const { steps, values } = column
    if (steps !== undefined)
      for (const [index, row] of rowsOf(steps.rows, steps.by.length).entries())
        put(row, value => atOrdinal((ordinal(value as number) ?? 0) + (steps.by[index] ?? 0)))
    if (values !== undefined)
      for (const [index, row] of rowsOf(values.rows, values.to.length).entries()) put(row, () => values.to[index])
  }
  const ordered = change.order === undefined ? rest : change.order.map(row => rest[row] as Item)
  if (change.added === undefined) return ordered
  const list: Item[] = []
  const newcomers = new Map(places(change.added.at).map((place, index) => [place, index]))
  const total = ordered.length + change.added.items.length
  for (let place = 0, row = 0; place < total; place++) {
    const newcomer = newcomers.get(place)
    list.push((newcomer === undefined ? ordered[row++] : change.added.items[newcomer]) as Item)
  }
  return list
}

function changeAt(
  container: unknown,
  keys: readonly string[],
  depth: number,
  next: (value: unknown) => unknown,
): unknown {
  const key = keys[depth]
  if (key === undefined) return next(container)
  if (Array.isArray(container))
    return container.with(Number(key), changeAt(container[Number(key)], keys, depth + 1, next))
  const record = container as Record<string, unknown>
  return { ...record, [key]: changeAt(record[key], keys, depth + 1, next) }
}

const gaps = (ascending: number[]): number[] =>
  ascending.map((place, index) => place - (index === 0 ? 0 : (ascending[index - 1] ?? 0)))

function places(written: number[]): number[] {
  let place = 0
  return written.map(gap => (place += gap))
}

const rowsOf = (rows: number[] | undefined, count: number): number[] =>
  rows === undefined ? Array.from({ length: count }, (_, row) => row) : places(rows)

type Container = Record<string, unknown>

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

function haveSameShape(a: Container, b: Container): boolean {
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(b)
  return keys.length === Object.keys(a).length && keys.every(key => Object.hasOwn(a, key))
}
