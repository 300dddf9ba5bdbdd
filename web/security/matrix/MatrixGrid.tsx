import { type KeyboardEvent, type ReactNode, startTransition, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Workload } from '#shared/security/landscape.ts'
import type { Caller } from '#shared/security/party.ts'
import type { CellsOf, Shown } from './cells.ts'
import { inSight, type Line, type Places, placesOf } from './lines.ts'
import { MatrixRow } from './MatrixRow.tsx'
import { MatrixTile, tileSide } from './MatrixTile.tsx'
import { cellHeight as height, cellWidth as width } from './picture.ts'

const [headWidth, headHeight] = [210, 150]

interface Spot {
  row: number
  column: number
}

/** Milliseconds after which scrolling is over. */
const restsAfter = 120

/**
 * The matrix as a grid of any size: only cells in sight exist. One of them is the active one; arrows walk, Enter opens.
 * Cells lie where their row and column lie, so that screen readers hear both. How they look is drawn in tiles behind
 * them; cells themselves follow when scrolling rests, and the active one at once.
 */
export function MatrixGrid(props: {
  rows: readonly Line<Caller>[]
  columns: readonly Line<Workload>[]
  cells: CellsOf
  /** Most that was called in any cell. */
  busiest: number
  selected: { from: string; to: string } | null
  onSelect: (row: Line<Caller>, column: Line<Workload>) => void
  onFold: (axis: 'rows' | 'columns', group: string) => void
}): ReactNode {
  const { t } = useTranslation('security')
  const { rows, columns, cells, selected, onSelect, onFold } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [view, setView] = useState({ left: 0, top: 0, width: 1400, height: 900 })
  const [rest, setRest] = useState(view)
  const [active, setActive] = useState<Spot>({ row: 0, column: 0 })
  const down = placesOf(rows, height, 9)
  const right = placesOf(columns, width, 13)
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const measured = () => ({
      left: element.scrollLeft,
      top: element.scrollTop,
      width: element.clientWidth,
      height: element.clientHeight,
    })
    let timer: ReturnType<typeof setTimeout> | undefined
    const scrolled = () => {
      setView(measured())
      clearTimeout(timer)
      timer = setTimeout(() => startTransition(() => setRest(measured())), restsAfter)
    }
    const observer = new ResizeObserver(() => {
      setView(measured())
      setRest(measured())
    })
    observer.observe(element)
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      clearTimeout(timer)
      observer.disconnect()
      element.removeEventListener('scroll', scrolled)
    }
  }, [])
  const spot = { row: Math.min(active.row, rows.length - 1), column: Math.min(active.column, columns.length - 1) }
  const [firstRow, lastRow] = inSight(down, view.top, view.top + view.height)
  const [firstColumn, lastColumn] = inSight(right, view.left, view.left + view.width)
  const [fromRow, toRow] = inSight(down, rest.top, rest.top + rest.height)
  const [fromColumn, toColumn] = inSight(right, rest.left, rest.left + rest.width)
  const seenRows = rows.slice(firstRow, lastRow + 1).map((line, index) => ({ line, index: firstRow + index }))
  const seenColumns = columns
    .slice(firstColumn, lastColumn + 1)
    .map((line, index) => ({ line, index: firstColumn + index }))
  const chosen = {
    row: rows.findIndex(({ key }) => key === selected?.from),
    column: columns.findIndex(({ key }) => key === selected?.to),
  }

  // Whoever comes by a link sees the cell it is about: once, when it is there.
  const arrival = useRef(selected)
  const chosenPlace = chosen.row < 0 || chosen.column < 0 ? null : `${chosen.row} ${chosen.column}`
  useEffect(() => {
    if (arrival.current === null || chosenPlace === null || scroller.current === null) return
    arrival.current = null
    const [row = 0, column = 0] = chosenPlace.split(' ').map(Number)
    setActive({ row, column })
    reveal(scroller.current, down, right, { row, column })
  }, [chosenPlace, down, right])

  function walk(event: KeyboardEvent) {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((view.height - headHeight) / height) - 1)
    const steps: Record<string, Spot> = {
      ArrowDown: { ...spot, row: spot.row + 1 },
      ArrowUp: { ...spot, row: spot.row - 1 },
      ArrowRight: { ...spot, column: spot.column + 1 },
      ArrowLeft: { ...spot, column: spot.column - 1 },
      PageDown: { ...spot, row: spot.row + page },
      PageUp: { ...spot, row: spot.row - page },
      Home: event.ctrlKey ? { row: 0, column: 0 } : { ...spot, column: 0 },
      End: event.ctrlKey ? { row: rows.length, column: columns.length } : { ...spot, column: columns.length },
    }
    const next = steps[event.key]
    const [row, column] = [rows[spot.row], columns[spot.column]]
    if (next !== undefined) {
      event.preventDefault()
      const kept = { row: clamp(next.row, rows.length), column: clamp(next.column, columns.length) }
      setActive(kept)
      if (scroller.current) reveal(scroller.current, down, right, kept)
    } else if ((event.key === 'Enter' || event.key === ' ') && row && column) {
      event.preventDefault()
      onSelect(row, column)
    }
  }

  const labelOf = (row: Line<Caller>, column: Line<Workload>, shown: Shown): string => {
    const named = {
      source: row.fullName,
      destination: column.fullName,
      state: t($ => (shown.state === 'granted' && shown.isPartly ? $.state.partly : $.state[shown.state])),
    }
    return shown.passed + shown.refused === 0
      ? t($ => $.matrix.cell, named)
      : t($ => $.matrix.cellSeen, { ...named, passed: count(shown.passed), refused: count(shown.refused) })
  }
  const pick = (at: number, under: number) => {
    const [row, column] = [rows[at], columns[under]]
    setActive({ row: at, column: under })
    if (row && column) onSelect(row, column)
  }

  return (
    <div
      ref={scroller}
      className="mx"
      role="grid"
      aria-label={t($ => $.matrix.grid)}
      aria-rowcount={rows.length + 1}
      aria-colcount={columns.length + 1}
      aria-activedescendant={`mx-${spot.row}-${spot.column}`}
      tabIndex={0}
      onKeyDown={walk}
    >
      <div
        className="mx-content"
        role="rowgroup"
        style={{ width: headWidth + right.total + 60, height: headHeight + down.total }}
      >
        <div className="mx-head" role="row" aria-rowindex={1} style={{ height: headHeight }}>
          <div className="mx-corner" role="columnheader" aria-colindex={1} style={{ width: headWidth }}>
            <span>{t($ => $.matrix.workload)}</span>
            <span>{t($ => $.matrix.identity)}</span>
          </div>
          {seenColumns.map(({ line, index }) => (
            <div
              key={line.key}
              role="columnheader"
              aria-colindex={index + 2}
              aria-label={
                line.isFolded
                  ? t($ => $.matrix.members, { name: line.name, count: line.members.length })
                  : fullName(line)
              }
              title={fullName(line)}
              className={index === chosen.column ? 'mx-col is-cross' : 'mx-col'}
              style={{ left: headWidth + (right.at[index] ?? 0) }}
            >
              <span>{line.isFolded ? `${cut(line.name)} (${line.members.length})` : cut(line.name)}</span>
            </div>
          ))}
          {groupsOf(columns, right, firstColumn, lastColumn).map(({ group, isFolded, from, to }) => (
            <div
              key={group}
              role="columnheader"
              className="mx-group-box"
              style={{ left: headWidth + from, width: to - from }}
            >
              <button
                type="button"
                className="mx-group"
                title={t($ => (isFolded ? $.matrix.unfold : $.matrix.fold), { name: group })}
                aria-label={t($ => (isFolded ? $.matrix.unfold : $.matrix.fold), { name: group })}
                tabIndex={-1}
                onClick={() => onFold('columns', group)}
              >
                {group}
              </button>
            </div>
          ))}
        </div>
        {tilesIn([firstRow, lastRow], [firstColumn, lastColumn]).map(({ row, column }) => (
          <MatrixTile
            key={`${row} ${column}`}
            rows={rows}
            columns={columns}
            down={down}
            right={right}
            row={row}
            column={column}
            top={headHeight}
            left={headWidth}
            cells={cells}
            busiest={props.busiest}
            crossRow={tileOf(chosen.row) === row ? chosen.row : -1}
            crossColumn={tileOf(chosen.column) === column ? chosen.column : -1}
          />
        ))}
        {seenRows.map(({ line: row, index }, place) => (
          <MatrixRow
            key={row.key}
            row={row}
            at={index}
            top={headHeight + (down.at[index] ?? 0)}
            width={headWidth + right.total}
            headWidth={headWidth}
            columns={columns}
            from={fromColumn}
            to={index < fromRow || index > toRow ? -1 : toColumn}
            places={right}
            hasGroup={row.isFirst || place === 0}
            cells={cells}
            labelOf={labelOf}
            chosen={chosen.column}
            isChosen={index === chosen.row}
            active={index === spot.row ? spot.column : -1}
            onPick={pick}
            onFold={onFold}
          />
        ))}
      </div>
    </div>
  )
}

const clamp = (index: number, count: number): number => Math.min(Math.max(0, index), count - 1)
const count = (value: number): string => Math.round(value).toLocaleString('en-US')
const cut = (name: string): string => (name.length > 18 ? `${name.slice(0, 17)}…` : name)
const fullName = (line: Line<unknown>): string => line.fullName

/** The first line of the tile that has it. */
const tileOf = (index: number): number => Math.floor(index / tileSide) * tileSide
function tilesIn([firstRow, lastRow]: [number, number], [firstColumn, lastColumn]: [number, number]) {
  const tiles: Spot[] = []
  for (let row = tileOf(firstRow); row <= lastRow; row += tileSide)
    for (let column = tileOf(firstColumn); column <= lastColumn; column += tileSide) tiles.push({ row, column })
  return tiles
}

/** Scrolls no further than it must. */
function reveal(element: HTMLElement, down: Places, right: Places, { row, column }: Spot): void {
  const [top, left] = [down.at[row] ?? 0, right.at[column] ?? 0]
  const [roomDown, roomRight] = [element.clientHeight - headHeight - height, element.clientWidth - headWidth - width]
  element.scrollTop = Math.min(Math.max(element.scrollTop, top - roomDown), top)
  element.scrollLeft = Math.min(Math.max(element.scrollLeft, left - roomRight), left)
}

function groupsOf(columns: readonly Line<unknown>[], { at }: Places, first: number, last: number) {
  const found = new Map<string, { group: string; isFolded: boolean; from: number; to: number }>()
  for (let index = first; index <= last; index++) {
    const line = columns[index]
    if (line === undefined) continue
    const from = at[index] ?? 0
    const known = found.get(line.group)
    if (known === undefined)
      found.set(line.group, { group: line.group, isFolded: line.isFolded, from, to: from + width })
    else known.to = from + width
  }
  return [...found.values()]
}
