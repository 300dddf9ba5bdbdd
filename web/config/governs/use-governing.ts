import { type Governed, type Why, whyGoverns } from '#shared/config/governs.ts'
import type { ConfigRow } from '#shared/config/api.ts'
import { useList } from '#web/config/view.ts'
import { findingsIn, rankOf } from './findings.ts'

export interface Governing {
  row: ConfigRow
  why: Exclude<Why, null>
}

/** Objects that apply, those with findings first. Null while the list has not come. */
export function useGoverning(subject: Governed): Governing[] | null {
  const { state } = useList()
  if (state === null) return null
  return state.rows
    .flatMap(row => {
      const why = whyGoverns(row, subject)
      return why === null ? [] : [{ row, why }]
    })
    .sort((a, b) => rankOf(b.row.findings) - rankOf(a.row.findings))
}

/** Findings of all that applies, by subject. Null while the list has not come. */
export function useFindings(): ((subject: Governed) => ConfigRow['findings']) | null {
  const { state } = useList()
  return state === null ? null : findingsIn(state.rows)
}
