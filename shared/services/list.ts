import { isEqual } from '#shared/mesh/equal.ts'
import { round3 } from '#shared/mesh/decimal.ts'
import { applyList, diffList, type ListChange } from '#shared/mesh/list-change.ts'
import { quantity, ratio, sampleSize } from '#shared/mesh/steady.ts'
import type { ServiceList, ServiceRow } from './api.ts'

/** What changed from one list to the next. Law: `apply(before, diff(before, after))` equals `after`. */
export interface ServicesChange {
  head: Partial<Omit<ServiceList, 'rows'>>
  rows?: ListChange<ServiceRow>
}

/** Null when they are equal. */
export function diff(before: ServiceList, after: ServiceList): ServicesChange | null {
  const { rows: rowsBefore, ...headBefore } = before
  const { rows: rowsAfter, ...headAfter } = after
  const change: ServicesChange = { head: {} }
  for (const key of Object.keys(headAfter) as (keyof typeof headAfter)[])
    if (!isEqual(headBefore[key], headAfter[key])) Object.assign(change.head, { [key]: headAfter[key] })
  const rows = diffList(rowsBefore, rowsAfter)
  if (rows !== null) change.rows = rows
  return Object.keys(change.head).length === 0 && rows === null ? null : change
}

export const apply = (before: ServiceList, change: ServicesChange): ServiceList => ({
  ...before,
  ...change.head,
  rows: change.rows === undefined ? before.rows : applyList(before.rows, change.rows),
})

/** The list as the live page shows it: three digits, and no new number for a change nobody would act upon. */
export function quantise(list: ServiceList, previous?: ServiceList): ServiceList {
  const before = new Map(previous?.rows.map(row => [row.id, row]))
  return { ...list, rows: list.rows.map(row => quantiseRow(row, before.get(row.id))) }
}

function quantiseReason(reason: ServiceRow['reason'], held: ServiceRow['reason'] | undefined): ServiceRow['reason'] {
  if (reason === null || reason.rule === 'podsNotReady') return reason
  const { seen, ...rest } = reason
  return {
    ...rest,
    value: ratio(reason.value, held?.value) ?? 0,
    ...(seen !== undefined && { seen: sampleSize(seen, held?.seen) }),
  }
}

function quantiseRow(row: ServiceRow, before: ServiceRow | undefined): ServiceRow {
  const held = before?.health === row.health && before.reason?.rule === row.reason?.rule ? before : undefined
  const rates = new Map(held?.versions.map(({ version, requestRate }) => [version, requestRate]))
  return {
    ...row,
    reason: quantiseReason(row.reason, held?.reason),
    versions: row.versions.map(version =>
      version.requestRate === null
        ? version
        : { ...version, requestRate: quantity(version.requestRate, rates.get(version.version)) },
    ),
    requestRate: quantity(row.requestRate, held?.requestRate),
    connectionRate: quantity(row.connectionRate, held?.connectionRate),
    byteRate: quantity(row.byteRate, held?.byteRate),
    errorRatio: ratio(row.errorRatio, held?.errorRatio),
    deniedRatio: ratio(row.deniedRatio, held?.deniedRatio),
    mtlsRatio: ratio(row.mtlsRatio, held?.mtlsRatio),
    p95: row.p95 === null ? null : quantity(row.p95, held?.p95),
    trend: row.trend?.map(value => (value === null ? null : round3(value))) ?? null,
  }
}
