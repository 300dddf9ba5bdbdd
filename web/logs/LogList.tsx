import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '#web/ui/Icon.tsx'
import { walk } from '#web/ui/grid/walk.ts'
import type { Row } from './book.ts'
import { LineCells } from './LineCells.tsx'

const rowHeight = 22

/**
 * Lines of any number: only those in sight exist. It stays at the end while lines come, until a hand scrolls away;
 * then what is looked at stays where it is, also while older lines make room.
 */
export function LogList(props: {
  rows: readonly Row[]
  /** How many of these have gone at the beginning so far. */
  dropped: number
  inColumns: boolean
  isWrapped: boolean
  /** To be in sight at first; null: the end. */
  moment: number | null
  selected: number | null
  onSelect: (id: number) => void
  onGo: (href: string) => void
}): ReactNode {
  // The virtualizer is one object that changes inside: memoised renders would not see it move.
  'use no memo'
  const { t } = useTranslation('logs')
  const { rows, dropped, moment, selected } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [isAtEnd, setAtEnd] = useState(moment === null)
  const [seen, setSeen] = useState(0)
  const [active, setActive] = useState<number | null>(null)
  const wantsFocus = useRef(false)
  // oxlint-disable-next-line react/incompatible-library -- not memoised, see above
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: index => rows[index]?.id ?? index,
    overscan: 12,
    initialRect: { width: 0, height: 640 },
  })
  const total = virtual.getTotalSize()
  const items = virtual.getVirtualItems()
  const last = rows.at(-1)?.id ?? 0

  const toEnd = () => {
    const element = scroller.current
    if (element) element.scrollTop = element.scrollHeight
    setAtEnd(true)
  }
  useLayoutEffect(() => {
    const element = scroller.current
    if (element && isAtEnd) element.scrollTop = element.scrollHeight
  }, [isAtEnd, rows, total])
  const before = useRef(dropped)
  useLayoutEffect(() => {
    const gone = dropped - before.current
    before.current = dropped
    if (gone > 0 && !isAtEnd && scroller.current) scroller.current.scrollTop -= gone * rowHeight
  }, [dropped, isAtEnd])
  const isPlaced = useRef(false)
  useEffect(() => {
    if (moment === null || isPlaced.current || rows.length === 0) return
    const index = rows.findIndex(({ at }) => at !== null && at >= moment)
    virtual.scrollToIndex(index === -1 ? rows.length - 1 : index, { align: 'center' })
  }, [moment, rows, virtual])

  const indexOf = (id: number | null) => (id === null ? -1 : rows.findIndex(row => row.id === id))
  const known = indexOf(active) >= 0 ? indexOf(active) : indexOf(selected)
  const tabStop = known >= 0 ? known : Math.max(0, rows.length - 1)
  const onKey = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).getAttribute('role') !== 'row') return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 220) / rowHeight) - 2)
    const to = walk(event.key, tabStop, rows.length, page)
    const row = rows[to ?? tabStop]
    if (row === undefined) return
    if (to !== null) {
      event.preventDefault()
      wantsFocus.current = true
      setActive(row.id)
      setAtEnd(to === rows.length - 1)
      virtual.scrollToIndex(to)
    } else if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault()
      props.onSelect(row.id)
    }
  }
  const newer = isAtEnd ? 0 : rows.length - (rows.findLastIndex(({ id }) => id <= seen) + 1)

  return (
    <div className={props.isWrapped ? 'log-list is-wrapped' : 'log-list'}>
      <div className="log-head" aria-hidden="true">
        <span>{t($ => $.head.time)}</span>
        <span>{t($ => $.head.source)}</span>
        <span />
        <span>{t($ => $.head.line)}</span>
      </div>
      <div
        className="log-scroller"
        ref={scroller}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          isPlaced.current = true
          const isEnd = scrollHeight - scrollTop - clientHeight < rowHeight
          if (isEnd !== isAtEnd) {
            setAtEnd(isEnd)
            setSeen(last)
          }
        }}
      >
        <div
          role="grid"
          tabIndex={-1}
          aria-label={t($ => $.lines)}
          aria-rowcount={rows.length}
          aria-colcount={4}
          className="log-grid"
          style={{ height: total }}
          onKeyDown={onKey}
        >
          {items.map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            const isStop = index === tabStop
            return (
              // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid hears keys for all its rows
              <div
                key={row.id}
                role="row"
                aria-rowindex={index + 1}
                aria-selected={row.id === selected}
                className={`log-line ${row.level ?? ''}`}
                tabIndex={isStop ? 0 : -1}
                data-index={index}
                style={{ transform: `translateY(${start}px)` }}
                ref={element => {
                  if (props.isWrapped) virtual.measureElement(element)
                  if (element === null || !isStop || !wantsFocus.current) return
                  wantsFocus.current = false
                  element.focus({ preventScroll: true })
                }}
                onFocus={() => setActive(row.id)}
                onClick={() => props.onSelect(row.id)}
              >
                <LineCells row={row} inColumns={props.inColumns} isWrapped={props.isWrapped} onGo={props.onGo} />
              </div>
            )
          })}
        </div>
      </div>
      {!isAtEnd && (
        <button type="button" className="btn newer" onClick={toEnd}>
          <Icon name="down" small />
          {newer > 0 && seen > 0 ? t($ => $.newer, { count: newer }) : t($ => $.newest)}
        </button>
      )}
    </div>
  )
}
