import type { ConfigRow } from '#shared/config/api.ts'
import { byKind, kindId } from '#web/config/names.ts'

export const columnIds = ['kind', 'name', 'namespace', 'findings', 'changed', 'applies', 'owner'] as const
export type ColumnId = (typeof columnIds)[number]

export interface Sorting {
  column: ColumnId
  falls: boolean
}

/** `name` rises, `-name` falls; an unknown column is no sorting at all. */
export function sortingIn(sort: string | undefined): Sorting | null {
  const falls = sort?.startsWith('-') === true
  const column = columnIds.find(each => each === (falls ? sort?.slice(1) : sort))
  return column === undefined ? null : { column, falls }
}

/** What is looked for is the worst, the newest, the most; names are read from a to z. */
const fallsFirst: readonly ColumnId[] = ['findings', 'changed', 'applies']

/** The next of: the natural direction → the other → as it comes. */
export function nextSort(current: string | undefined, column: ColumnId): string | undefined {
  const first = fallsFirst.includes(column) ? `-${column}` : column
  const second = fallsFirst.includes(column) ? column : `-${column}`
  return current === first ? second : current === second ? undefined : first
}

type Value = string | number | readonly number[] | null

const compareWords = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What is not known comes last either way. */
const valueOf: Record<Exclude<ColumnId, 'kind'>, (row: ConfigRow) => Value> = {
  name: row => row.ref.name,
  namespace: row => (row.ref.namespace === '' ? null : row.ref.namespace),
  findings: ({ findings }) => [findings.Error, findings.Warning, findings.Info],
  changed: row => row.changedAt,
  applies: row =>
    row.workloads === null ? (row.hosts.length === 0 ? null : [-1, row.hosts.length]) : [row.workloads, row.pods ?? 0],
  owner: ({ owner }) => (owner.kind === 'unknown' ? null : `${owner.kind}/${owner.name}`),
}

function compare(a: Exclude<Value, null>, b: Exclude<Value, null>): number {
  if (typeof a === 'string' || typeof b === 'string') return compareWords(String(a), String(b))
  const [left, right] = [[a].flat(), [b].flat()]
  for (const [index, value] of left.entries()) {
    const difference = value - (right[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** Rows that are equal in the column stand by kind, namespace and name. */
export function sorted(rows: readonly ConfigRow[], sorting: Sorting | null): ConfigRow[] {
  const plain = rows.toSorted(
    (a, b) =>
      byKind(kindId(a.ref), kindId(b.ref)) ||
      compareWords(a.ref.namespace, b.ref.namespace) ||
      compareWords(a.ref.name, b.ref.name),
  )
  if (sorting === null) return plain
  const sign = sorting.falls ? -1 : 1
  if (sorting.column === 'kind') return plain.sort((a, b) => sign * byKind(kindId(a.ref), kindId(b.ref)))
  const read = valueOf[sorting.column]
  const keyed = plain.map(row => ({ row, value: read(row) }))
  keyed.sort((a, b) => {
    if (a.value === null || b.value === null) return Number(a.value === null) - Number(b.value === null)
    return sign * compare(a.value, b.value)
  })
  return keyed.map(({ row }) => row)
}
