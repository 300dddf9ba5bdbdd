import { memo, type ReactNode } from 'react'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf, Shown } from './cells.ts'
import type { Line } from './lines.ts'

/** One cell, with its words; how it looks is in the picture behind it. Hundreds stay as they are while others come into sight. */
export const MatrixCell = memo(function MatrixCell(props: {
  row: Line<Caller>
  column: Line<Workload>
  /** Where it lies in the whole matrix. */
  at: number
  under: number
  left: number
  cells: CellsOf
  labelOf: (row: Line<Caller>, column: Line<Workload>, shown: Shown) => string
  isChosen: boolean
  isActive: boolean
  onPick: (row: number, column: number) => void
}): ReactNode {
  const { row, column, at, under } = props
  const label = props.labelOf(row, column, props.cells(row, column))
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and hears the keys
    <div
      id={`mx-${at}-${under}`}
      role="gridcell"
      aria-colindex={under + 2}
      aria-selected={props.isChosen}
      aria-label={label}
      title={label}
      className={`mx-cell${props.isActive ? ' is-active' : ''}`}
      style={{ left: props.left }}
      onClick={() => props.onPick(at, under)}
    />
  )
})
