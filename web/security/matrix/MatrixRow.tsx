import { memo, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf, Shown } from './cells.ts'
import { type Line, lineAt, type Places } from './lines.ts'
import { MatrixCell } from './MatrixCell.tsx'
import { cellWidth } from './picture.ts'

/** One row in sight. While the matrix is scrolled, only rows that come into sight are drawn, and nearly without cells. */
export const MatrixRow = memo(function MatrixRow(props: {
  row: Line<Caller>
  /** Where it lies in the whole matrix, and in pixels. */
  at: number
  top: number
  width: number
  headWidth: number
  columns: readonly Line<Workload>[]
  /** The first and the last column of which there are cells with words, besides the active and the chosen one. */
  from: number
  to: number
  places: Places
  /** The name of its group stands before it. */
  hasGroup: boolean
  cells: CellsOf
  labelOf: (row: Line<Caller>, column: Line<Workload>, shown: Shown) => string
  /** The chosen column; negative where there is none. */
  chosen: number
  isChosen: boolean
  /** The active column, where it is this row's. */
  active: number
  onPick: (row: number, column: number) => void
  onFold: (axis: 'rows' | 'columns', group: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { row, at, places, chosen, isChosen, headWidth, from, to } = props
  const needed = [props.active, isChosen ? chosen : -1].filter(index => index >= 0 && (index < from || index > to))
  const within = Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
  const indices = [...new Set([...within, ...needed])].sort((a, b) => a - b)
  /** Where its cell has no words yet, the picture of it is pressed all the same. */
  function press({ target, currentTarget, nativeEvent }: MouseEvent) {
    const under = lineAt(places, nativeEvent.offsetX - headWidth, cellWidth)
    if (target === currentTarget && under >= 0) props.onPick(at, under)
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid has the focus and hears the keys
    <div
      className="mx-row"
      role="row"
      aria-rowindex={at + 2}
      style={{ top: props.top, width: props.width }}
      onClick={press}
    >
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
      {indices.map(index => {
        const column = props.columns[index]
        return (
          column && (
            <MatrixCell
              key={column.key}
              row={row}
              column={column}
              at={at}
              under={index}
              left={headWidth + (places.at[index] ?? 0)}
              cells={props.cells}
              labelOf={props.labelOf}
              isChosen={isChosen && index === chosen}
              isActive={index === props.active}
              onPick={props.onPick}
            />
          )
        )
      })}
    </div>
  )
})
