import { memo, type ReactNode } from 'react'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf, Shown } from './cells.ts'
import type { Line } from './lines.ts'
import { StateMark } from './StateMark.tsx'

/** One cell, with its words. Drawn once: hundreds stay as they are while others come into sight. */
export const MatrixCell = memo(function MatrixCell(props: {
  row: Line<Caller>
  column: Line<Workload>
  /** Where it lies in the whole matrix. */
  at: number
  under: number
  left: number
  cells: CellsOf
  labelOf: (row: Line<Caller>, column: Line<Workload>, shown: Shown) => string
  busiest: number
  isCross: boolean
  isChosen: boolean
  isActive: boolean
  onPick: (row: number, column: number) => void
}): ReactNode {
  const { row, column, at, under } = props
  const shown = props.cells(row, column)
  const label = props.labelOf(row, column, shown)
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the grid has the focus and hears the keys
    <div
      id={`mx-${at}-${under}`}
      role="gridcell"
      aria-colindex={under + 2}
      aria-selected={props.isChosen}
      aria-label={label}
      title={label}
      className={`mx-cell${shown.state === 'neither' ? ' is-neither' : ''}${props.isCross ? ' is-cross' : ''}${props.isActive ? ' is-active' : ''}`}
      style={{ left: props.left }}
      onClick={() => props.onPick(at, under)}
    >
      {/* Most are: a point costs less as part of the cell. */}
      {shown.state !== 'neither' && (
        <StateMark state={shown.state} isPartly={shown.isPartly} size={sizeOf(shown.passed, props.busiest)} />
      )}
    </div>
  )
})

const sizeOf = (passed: number, busiest: number): number =>
  busiest <= 0 ? 0.5 : Math.min(1, Math.log1p(passed) / Math.log1p(busiest))
