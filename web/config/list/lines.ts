import type { ConfigRow } from '#shared/config/api.ts'
import { keyOf } from '#shared/mesh/object.ts'
import { byKind, kindId } from '#web/config/names.ts'

export type Grouping = 'kind' | 'namespace' | 'none'

export interface GroupLine {
  kind: 'group'
  id: string
  /** What its rows have in common: a kind's id, or a namespace ('' for what belongs to the cluster). */
  value: string
  count: number
  errors: number
  warnings: number
  isOpen: boolean
}
export interface RowLine {
  kind: 'row'
  id: string
  row: ConfigRow
  /** The group it stands in; null in a flat list. */
  group: string | null
}
export type Line = GroupLine | RowLine

const compareNamespaces = (a: string, b: string): number =>
  a === b ? 0 : a === '' ? 1 : b === '' ? -1 : a < b ? -1 : 1

/** What the list shows, line by line: rows keep their order inside their group. Folded groups are a line of their own. */
export function linesOf(rows: readonly ConfigRow[], grouping: Grouping, closed: readonly string[]): Line[] {
  if (grouping === 'none') return rows.map(row => ({ kind: 'row', id: keyOf(row.ref), row, group: null }))
  const groups = new Map<string, ConfigRow[]>()
  for (const row of rows) {
    const value = grouping === 'kind' ? kindId(row.ref) : row.ref.namespace
    const group = groups.get(value)
    if (group === undefined) groups.set(value, [row])
    else group.push(row)
  }
  const order = [...groups.keys()].sort(grouping === 'kind' ? byKind : compareNamespaces)
  return order.flatMap((value): Line[] => {
    const members = groups.get(value) ?? []
    const id = value === '' ? '-' : value
    const isOpen = !closed.includes(id)
    const head: GroupLine = {
      kind: 'group',
      id: `group:${id}`,
      value,
      count: members.length,
      errors: members.filter(({ findings }) => findings.Error > 0).length,
      warnings: members.filter(({ findings }) => findings.Warning > 0).length,
      isOpen,
    }
    return isOpen
      ? [head, ...members.map((row): RowLine => ({ kind: 'row', id: keyOf(row.ref), row, group: head.id }))]
      : [head]
  })
}

/** A group as the address names it. */
export const groupId = ({ id }: GroupLine): string => id.slice('group:'.length)
