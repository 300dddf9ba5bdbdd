import { isEqual } from '#shared/mesh/equal.ts'
import { keyOf } from '#shared/mesh/object.ts'
import type { ConfigRow, ConfigState } from './api.ts'

/**
 * What changed from one list to the next. Law: `apply(before, diff(before, after))` equals `after` where the rows of both
 * are in order, and rows that did not change keep their identity.
 */
export interface ConfigChange {
  /** New rows, and rows that are another than before. */
  put: ConfigRow[]
  /** Keys of rows that are gone. */
  gone: string[]
  kinds?: ConfigState['kinds']
}

const byKey = (a: ConfigRow, b: ConfigRow): number => {
  const [left, right] = [keyOf(a.ref), keyOf(b.ref)]
  return left < right ? -1 : left > right ? 1 : 0
}
/** The order rows travel in: of their keys. */
export const inOrder = (rows: readonly ConfigRow[]): ConfigRow[] => rows.toSorted(byKey)

/** The change that turns `before` into `after`; null when they are equal. */
export function diff(before: ConfigState, after: ConfigState): ConfigChange | null {
  const held = new Map(before.rows.map(row => [keyOf(row.ref), row]))
  const put = after.rows.filter(row => {
    const key = keyOf(row.ref)
    const known = held.get(key)
    held.delete(key)
    return known !== row && !isEqual(known, row)
  })
  const gone = [...held.keys()]
  const hasOtherKinds = !isEqual(before.kinds, after.kinds)
  if (put.length === 0 && gone.length === 0 && !hasOtherKinds) return null
  return { put, gone, ...(hasOtherKinds && { kinds: after.kinds }) }
}

export function apply(before: ConfigState, change: ConfigChange): ConfigState {
  const kinds = change.kinds ?? before.kinds
  if (change.put.length === 0 && change.gone.length === 0) return { ...before, kinds }
  const replaced = new Set([...change.gone, ...change.put.map(row => keyOf(row.ref))])
  const rest = before.rows.filter(row => !replaced.has(keyOf(row.ref)))
  return { ...before, rows: change.put.length === 0 ? rest : inOrder([...rest, ...change.put]), kinds }
}
