import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ObjectRef } from '#shared/mesh/object.ts'
import { HeadCell } from '#web/ui/grid/HeadCell.tsx'
import { walk } from '#web/ui/grid/walk.ts'
import { GroupRow } from './GroupRow.tsx'
import { useColumns } from './columns.tsx'
import { type Grouping, groupId, type Line } from './lines.ts'
import { nextSort, type Sorting } from './order.ts'

const rowHeight = 32

/**
 * A real table of any length: only the rows in sight exist, between two rows that hold the place of the others. Arrow
 * keys walk and fold, Enter opens; one row is in the tab order.
 */
export function ObjectGrid(props: {
  lines: readonly Line[]
  grouping: Grouping
  sort: string | undefined
  sorting: Sorting | null
  onSort: (sort: string | undefined) => void
  onOpen: (ref: ObjectRef) => void
  /** Folds a group, or unfolds it. */
  onFold: (group: string, isOpen: boolean) => void
}): ReactNode {
  // The virtualizer is one object that changes inside: memoised renders would not see it move.
  'use no memo'
  const { t } = useTranslation('config')
  const { lines, grouping } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const wantsFocus = useRef(false)
  const columns = useColumns(grouping)
  // oxlint-disable-next-line react/incompatible-library -- not memoised, see above
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => lines[index]?.id ?? index,
    overscan: 12,
    initialRect: { width: 0, height: 640 },
  })
  const items = virtual.getVirtualItems()
  const before = items[0]?.start ?? 0
  const after = virtual.getTotalSize() - (items.at(-1)?.end ?? 0)
  const tabStop = Math.max(0, active === null ? 0 : lines.findIndex(({ id }) => id === active))

  const go = (to: number) => {
    const line = lines[to]
    if (line === undefined) return
    wantsFocus.current = true
    setActive(line.id)
    virtual.scrollToIndex(to)
  }
  const onKey = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName !== 'TR' || event.metaKey || event.ctrlKey || event.altKey) return
    const line = lines[tabStop]
    if (line === undefined) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 2)
    const to = walk(event.key, tabStop, lines.length, page)
    if (to !== null) go(to)
    else if (event.key === 'Enter' || event.key === ' ') {
      if (line.kind === 'group') props.onFold(groupId(line), !line.isOpen)
      else props.onOpen(line.row.ref)
    } else if (event.key === 'ArrowRight' && line.kind === 'group') {
      if (line.isOpen) go(tabStop + 1)
      else props.onFold(groupId(line), true)
    } else if (event.key === 'ArrowLeft' && line.kind === 'group' && line.isOpen) props.onFold(groupId(line), false)
    else if (event.key === 'ArrowLeft' && line.kind === 'row' && line.group !== null)
      go(lines.findIndex(({ id }) => id === line.group))
    else return
    event.preventDefault()
  }
  const rowProps = (line: Line, index: number) => ({
    'aria-rowindex': index + 2,
    tabIndex: index === tabStop ? 0 : -1,
    onFocus: () => setActive(line.id),
    ref: (element: HTMLTableRowElement | null) => {
      if (element === null || index !== tabStop || !wantsFocus.current) return
      wantsFocus.current = false
      element.focus({ preventScroll: true })
    },
  })

  return (
    <div className="objects-scroller" ref={scroller}>
      <table
        role="treegrid"
        aria-label={t($ => $.list.caption)}
        aria-rowcount={lines.length + 1}
        className={grouping === 'none' ? 'objects' : 'objects is-grouped'}
        onKeyDown={onKey}
      >
        <colgroup>
          {columns.map(({ id }) => (
            <col key={id} className={`of-${id}`} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(column => (
              <HeadCell
                key={column.id}
                head={column.head}
                sorted={props.sorting?.column !== column.id ? 'none' : props.sorting.falls ? 'descending' : 'ascending'}
                onSort={() => props.onSort(nextSort(props.sort, column.id))}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {items.map(({ index }) => {
            const line = lines[index]
            if (line === undefined) return null
            if (line.kind === 'group')
              return (
                <tr
                  key={line.id}
                  className="group"
                  aria-level={1}
                  aria-expanded={line.isOpen}
                  onClick={() => props.onFold(groupId(line), !line.isOpen)}
                  {...rowProps(line, index)}
                >
                  <td colSpan={columns.length}>
                    <GroupRow line={line} grouping={grouping} />
                  </td>
                </tr>
              )
            return (
              <tr
                key={line.id}
                aria-level={grouping === 'none' ? 1 : 2}
                onClick={event => {
                  // A link of its own, a name being copied: neither asks for the page.
                  if (event.defaultPrevented || getSelection()?.isCollapsed === false) return
                  if ((event.target as HTMLElement).closest('a') === null) props.onOpen(line.row.ref)
                }}
                {...rowProps(line, index)}
              >
                {columns.map(column => (
                  <td key={column.id}>{column.cell(line.row, props.onOpen)}</td>
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
