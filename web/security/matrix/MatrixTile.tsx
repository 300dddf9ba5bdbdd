import { memo, type ReactNode } from 'react'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf } from './cells.ts'
import type { Line, Places } from './lines.ts'
import { cellHeight, cellWidth, pictureOf, sizeOf } from './picture.ts'

/** Rows of a tile, and columns. */
export const tileSide = 8

/** Neighbouring cells as one picture: while one scrolls, a few elements come into sight, not hundreds. Words are in cells. */
export const MatrixTile = memo(function MatrixTile(props: {
  rows: readonly Line<Caller>[]
  columns: readonly Line<Workload>[]
  down: Places
  right: Places
  /** Its first row and column. */
  row: number
  column: number
  /** Of the first row and column of all. */
  top: number
  left: number
  cells: CellsOf
  busiest: number
  /** The chosen row and column, where they are its own. */
  crossRow: number
  crossColumn: number
}): ReactNode {
  const { down, right, row: firstRow, column: firstColumn, crossRow, crossColumn } = props
  const rows = props.rows.slice(firstRow, firstRow + tileSide)
  const columns = props.columns.slice(firstColumn, firstColumn + tileSide)
  const [top, left] = [down.at[firstRow] ?? 0, right.at[firstColumn] ?? 0]
  const yOf = (index: number) => (down.at[firstRow + index] ?? 0) - top
  const xOf = (index: number) => (right.at[firstColumn + index] ?? 0) - left
  const { questions, ...paths } = pictureOf(
    rows.flatMap((row, y) =>
      columns.map((column, x) => {
        const shown = props.cells(row, column)
        return {
          x: xOf(x),
          y: yOf(y),
          shown,
          size: sizeOf(shown.passed, props.busiest),
          isCross: firstRow + y === crossRow || firstColumn + x === crossColumn,
        }
      }),
    ),
  )
  return (
    <svg
      className="mx-tile"
      style={{ top: props.top + top, left: props.left + left }}
      width={xOf(columns.length - 1) + cellWidth}
      height={yOf(rows.length - 1) + cellHeight}
      aria-hidden="true"
    >
      <path className="ground" d={paths.grounds} />
      {paths.cross !== '' && <path className="ground is-cross" d={paths.cross} />}
      {paths.neither !== '' && <path className="mk is-neither" d={paths.neither} />}
      {paths.granted !== '' && <path className="mk is-granted" d={paths.granted} />}
      {paths.partly !== '' && <path className="mk is-granted" d={paths.partly} strokeDasharray="3 2.4" />}
      {paths.used !== '' && <path className="mk is-used" d={paths.used} />}
      {paths.refused !== '' && (
        <g className="mk is-refused">
          <path d={paths.refused} />
          <path className="cx" d={paths.cuts} />
        </g>
      )}
      {questions.length > 0 && (
        <g className="mk is-uncertain">
          <path d={paths.uncertain} />
          {/* Each letter begins a line of its own, so that each stands in the middle. */}
          <text x={questions.map(({ x }) => x).join(' ')} y={questions.map(({ y }) => y).join(' ')}>
            {'?'.repeat(questions.length)}
          </text>
        </g>
      )}
    </svg>
  )
})
