import { memo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf, Shown } from './cells.ts'
import type { Line, Places } from './lines.ts'
import { MatrixCell } from './MatrixCell.tsx'

/** One row of cells in sight. While the matrix is scrolled down, only rows that come into sight are drawn. */
export const MatrixRow = memo(function MatrixRow(props: {
  row: Line<Caller>
  /** Where it lies in the whole matrix, and in pixels. */
  at: number
  top: number
  width: number
  headWidth: number
  columns: readonly { line: Line<Workload>; index: number }[]
  places: Places
  /** The name of its group stands before it. */
  hasGroup: boolean
  cells: CellsOf
  labelOf: (row: Line<Caller>, column: Line<Workload>, shown: Shown) => string
  busiest: number
  /** The chosen column; negative where there is none. */
  chosen: number
  isChosen: boolean
  /** The active column, where it is this row's. */
  active: number
  onPick: (row: number, column: number) => void
  onFold: (axis: 'rows' | 'columns', group: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { row, at, places, chosen, isChosen, headWidth } = props
  return (
    <div className="mx-row" role="row" aria-rowindex={at + 2} style={{ top: props.top, width: props.width }}>
      <div
        className={isChosen ? 'mx-row-head is-cross' : 'mx-row-head'}
        role="rowheader"
        aria-colindex={1}
        title={row.fullName}
      >
        {props.hasGroup && (
          <button
            type="button"
            className={row.members[0]?.kind === 'identity' ? 'group cut' : 'group cut is-plain'}
            aria-label={t($ => (row.isFolded ? $.matrix.unfold : $.matrix.fold), { name: row.group })}
            title={t($ => (row.isFolded ? $.matrix.unfold : $.matrix.fold), { name: row.group })}
            tabIndex={-1}
            onClick={() => props.onFold('rows', row.group)}
          >
            {row.group}
          </button>
        )}
        <span className="name cut">{row.isFolded ? `(${row.members.length})` : row.name}</span>
      </div>
      {props.columns.map(({ line: column, index }) => (
        <MatrixCell
          key={column.key}
          row={row}
          column={column}
          at={at}
          under={index}
          left={headWidth + (places.at[index] ?? 0)}
          cells={props.cells}
          labelOf={props.labelOf}
          busiest={props.busiest}
          isCross={isChosen || index === chosen}
          isChosen={isChosen && index === chosen}
          isActive={index === props.active}
          onPick={props.onPick}
        />
      ))}
    </div>
  )
})
