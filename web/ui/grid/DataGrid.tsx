import {
  createColumnHelper,
  createSortedRowModel,
  rowSortingFeature,
  tableFeatures,
  useTable,
} from '@tanstack/react-table'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from 'react'
import { cellClass, HeadCell } from './HeadCell.tsx'
import { nextSort, sortingIn } from './sort.ts'
import { walk } from './walk.ts'
import './grid.css'

export interface GridColumn<Row> {
  id: string
  head: string
  title?: string
  /** CSS width; what has none shares the rest. */
  width?: number
  isNumber?: boolean
  /** In a narrow window it makes room for the others. */
  isSpare?: boolean
  /** What it is sorted by; null goes last either way. */
  value: (row: Row) => string | number | null
  cell: (row: Row) => ReactNode
}

interface GridProps<Row extends { id: string }> {
  name: string
  rows: readonly Row[]
  columns: readonly GridColumn<Row>[]
  sort: string | undefined
  onSort: (sort: string | undefined) => void
  selected: string | null
  onSelect: (id: string) => void
  /** Where rows can be picked beside being selected: those that are, and what Space does. */
  picked?: readonly string[]
  onPick?: (id: string) => void
}

const rowHeight = 32
/** What has no width of its own keeps at least this: a name that is squeezed to nothing names nothing. */
const leastShare = { word: 140, number: 72 } as const
const leastOf = <Row,>({ width, isNumber }: GridColumn<Row>): number =>
  width ?? leastShare[isNumber === true ? 'number' : 'word']
const leastWidth = <Row,>(columns: readonly GridColumn<Row>[], isNarrow: boolean): string =>
  `${columns.reduce((sum, column) => sum + (isNarrow && column.isSpare === true ? 0 : leastOf(column)), 0)}px`
const features = tableFeatures({ rowSortingFeature, sortedRowModel: createSortedRowModel() })

/** What a value of a cell is compared by: numbers by size, words by the alphabet. */
const compare = (a: unknown, b: unknown): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a).localeCompare(String(b))

function sortingOf<Row>(
  sort: string | undefined,
  columns: readonly GridColumn<Row>[],
): { id: string; desc: boolean }[] {
  const ids = columns.map(({ id }) => id)
  const sorting = sortingIn(sort, ids)
  return sorting === null ? [] : [sorting]
}

/**
 * A real table of any length: only the rows in sight exist, between two rows that hold the place of the others. Arrow
 * keys walk, Enter selects; one row is in the tab order.
 */
export function DataGrid<Row extends { id: string }>(props: GridProps<Row>): ReactNode {
  // The virtualizer is one object that changes inside: memoised renders would not see it move.
  'use no memo'
  const { columns, selected } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const wantsFocus = useRef(false)
  // By hand what the compiler may not do here: each scrolled pixel would sort ten thousand rows again.
  const definitions = useMemo(() => {
    const helper = createColumnHelper<typeof features, Row>()
    return helper.columns(
      columns.map(column =>
        helper.accessor(row => column.value(row) ?? undefined, {
          id: column.id,
          sortUndefined: 'last',
          sortFn: (a, b, id) => compare(a.getValue(id), b.getValue(id)),
        }),
      ),
    )
  }, [columns])
  const state = useMemo(() => ({ sorting: sortingOf(props.sort, columns) }), [props.sort, columns])
  const table = useTable({ features, data: props.rows, columns: definitions, getRowId: row => row.id, state })
  const [sorting] = state.sorting
  const { rows } = table.getRowModel()
  // oxlint-disable-next-line react/incompatible-library -- not memoised, see above
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => rows[index]?.id ?? index,
    overscan: 12,
    initialRect: { width: 0, height: 640 },
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const indexOf = (id: string | null) => (id === null ? -1 : rows.findIndex(row => row.id === id))
  const tabStop = Math.max(0, indexOf(active) >= 0 ? indexOf(active) : indexOf(selected))

  const onKey = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName !== 'TR') return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 2)
    const to = walk(event.key, tabStop, rows.length, page)
    const row = rows[to ?? tabStop]
    if (row === undefined) return
    if (to !== null) {
      event.preventDefault()
      wantsFocus.current = true
      setActive(row.id)
      virtual.scrollToIndex(to)
    } else if (event.key === ' ' && props.onPick !== undefined) {
      event.preventDefault()
      props.onPick(row.id)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      props.onSelect(row.id)
    }
  }

  return (
    <div className="grid-scroller" ref={scroller}>
      <table
        role="grid"
        aria-label={props.name}
        aria-rowcount={rows.length + 1}
        aria-multiselectable={props.picked !== undefined}
        className="grid"
        style={{ '--least': leastWidth(columns, false), '--least-narrow': leastWidth(columns, true) } as CSSProperties}
        onKeyDown={onKey}
      >
        <colgroup>
          {columns.map(({ id, width, isSpare }) => (
            <col key={id} className={isSpare === true ? 'spare' : undefined} style={{ width }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <HeadCell
                key={column.id}
                head={column.head}
                title={column.title}
                isNumber={column.isNumber === true}
                isSpare={column.isSpare === true}
                sorted={sorting?.id === column.id ? (sorting.desc ? 'descending' : 'ascending') : 'none'}
                onSort={() => props.onSort(nextSort(props.sort, column.id))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {items.map(({ index }) => {
            const row = rows[index]
            if (row === undefined) return null
            const isStop = index === tabStop
            return (
              <tr
                key={row.id}
                aria-rowindex={index + 2}
                aria-selected={props.picked?.includes(row.id) ?? row.id === selected}
                tabIndex={isStop ? 0 : -1}
                ref={element => {
                  if (element === null || !isStop || !wantsFocus.current) return
                  wantsFocus.current = false
                  element.focus({ preventScroll: true })
                }}
                onFocus={() => setActive(row.id)}
                onClick={() => props.onSelect(row.id)}
              >
                {columns.map(column => (
                  <td key={column.id} className={cellClass(column)}>
                    {column.cell(row.original)}
                  </td>
                ))}
              </tr>
            )
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  )
}
