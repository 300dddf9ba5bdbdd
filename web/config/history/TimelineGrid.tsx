import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useEffectEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { HistoryEntry } from '#shared/config/api.ts'
import { FindingCounts } from '#web/config/FindingCounts.tsx'
import { walk } from '#web/ui/grid/walk.ts'
import { useLanguage } from '#web/ui/language.ts'
import { Author, ChangeWord, Fields, Moment, ObjectName } from './cells.tsx'
import type { Line } from './lines.ts'
import { TurnMarks } from './Turns.tsx'

const rowHeight = 34
/** Lines before the end at which what is older is asked for. */
const ahead = 40

/**
 * The past as a real table of any length: only the rows in sight exist, between two rows that hold the place of the
 * others. Arrow keys walk, Enter opens a change, Space ticks it for a comparison.
 */
export function TimelineGrid(props: {
  lines: readonly Line[]
  isOneObject: boolean
  open: string | null
  picks: readonly string[]
  onOpen: (id: string) => void
  onPick: (id: string) => void
  /** Whether somebody reads further down than the top. */
  onAway: (isAway: boolean) => void
  onEnd: () => void
  /** Each other value goes back to the top. */
  top: number
}): ReactNode {
  // The virtualizer is one object that changes inside: memoised renders would not see it move.
  'use no memo'
  const { t } = useTranslation('config')
  const language = useLanguage()
  const { lines, picks, isOneObject } = props
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState<string | null>(null)
  const wantsFocus = useRef(false)
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
  const entries = lines.flatMap((line, index) => (line.kind === 'entry' ? [index] : []))
  const known = active === null ? -1 : lines.findIndex(({ id }) => id === active)
  const tabStop = known >= 0 ? known : (entries[0] ?? 0)
  const last = items.at(-1)?.index ?? 0
  const end = useEffectEvent(props.onEnd)
  useEffect(() => {
    if (last >= lines.length - ahead) end()
  }, [last, lines.length])
  useEffect(() => {
    if (scroller.current !== null) scroller.current.scrollTop = 0
  }, [props.top])

  const onKey = (event: KeyboardEvent) => {
    if ((event.target as HTMLElement).tagName !== 'TR' || event.metaKey || event.ctrlKey || event.altKey) return
    const at = entries.indexOf(tabStop)
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / rowHeight) - 2)
    const to = walk(event.key, at, entries.length, page)
    const line = lines[to === null ? tabStop : (entries[to] ?? 0)]
    if (line?.kind !== 'entry') return
    if (to !== null) {
      wantsFocus.current = true
      setActive(line.id)
      // The line over its day stays in sight with the first change under it.
      virtual.scrollToIndex(to === 0 ? 0 : (entries[to] ?? 0))
    } else if (event.key === 'Enter') props.onOpen(line.id)
    else if (event.key === ' ') props.onPick(line.id)
    else return
    event.preventDefault()
  }
  const day = new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, { dateStyle: 'full' })
  const heads = [
    ['when', t($ => $.history.column.when)],
    ['change', t($ => $.history.column.change)],
    ...(isOneObject ? [] : [['object', t($ => $.history.column.object)]]),
    ['author', t($ => $.history.column.author)],
    ['fields', t($ => $.history.column.fields)],
    ['reason', t($ => $.history.column.reason)],
    ['findings', t($ => $.history.column.findings)],
  ] as [string, string][]

  return (
    <div
      className="history-scroller"
      ref={scroller}
      onScroll={event => props.onAway(event.currentTarget.scrollTop > rowHeight / 2)}
    >
      <table
        role="grid"
        aria-label={t($ => $.history.caption)}
        aria-rowcount={lines.length + 1}
        className="objects history"
        onKeyDown={onKey}
      >
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className="of-pick">
              <span className="sr">{t($ => $.history.column.pick)}</span>
            </th>
            {heads.map(([id, word]) => (
              <th key={id} scope="col" className={`of-${id}`}>
                {word}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <tr aria-hidden="true" style={{ height: before }} />}
          {items.map(({ index }) => {
            const line = lines[index]
            if (line === undefined) return null
            if (line.kind === 'day')
              return (
                <tr key={line.id} className="day" aria-rowindex={index + 2}>
                  {/* As many as are always there: a column that is hidden takes no room, a spanned one does. */}
                  <td colSpan={3}>{day.format(line.at)}</td>
                </tr>
              )
            const { entry } = line
            return (
              <tr
                key={line.id}
                aria-rowindex={index + 2}
                aria-selected={line.id === props.open || picks.includes(line.id)}
                className={line.id === props.open ? 'is-open' : ''}
                tabIndex={index === tabStop ? 0 : -1}
                ref={element => {
                  if (element === null || index !== tabStop || !wantsFocus.current) return
                  wantsFocus.current = false
                  element.focus({ preventScroll: true })
                }}
                onFocus={() => setActive(line.id)}
                onClick={() => {
                  if (getSelection()?.isCollapsed !== false) props.onOpen(line.id)
                }}
              >
                <Pick entry={entry} isPicked={picks.includes(line.id)} onPick={() => props.onPick(line.id)} />
                <td className="of-when">
                  <Moment at={entry.at} />
                </td>
                <td className="of-change">
                  <ChangeWord change={entry.change} />
                </td>
                {!isOneObject && (
                  <td className="of-object">
                    <ObjectName of={entry.object} />
                  </td>
                )}
                <td className="of-author">
                  <Author entry={entry} />
                </td>
                <td className="of-fields">
                  <Fields entry={entry} />
                </td>
                <td className="of-reason" title={entry.reason ?? undefined}>
                  {entry.reason}
                </td>
                <td className="of-findings">
                  <FindingCounts findings={entry.findings} /> <TurnMarks turns={entry.turns} />
                </td>
              </tr>
            )
          })}
          {after > 0 && <tr aria-hidden="true" style={{ height: after }} />}
        </tbody>
      </table>
    </div>
  )
}

function Pick(props: { entry: HistoryEntry; isPicked: boolean; onPick: () => void }): ReactNode {
  const { t } = useTranslation('config')
  const { object, change } = props.entry
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- only keeps a press beside the box from opening the change
    <td className="of-pick" onClick={event => event.stopPropagation()}>
      <input
        type="checkbox"
        tabIndex={-1}
        checked={props.isPicked}
        aria-label={t($ => $.history.pick, { change: t($ => $.history.change[change]), name: object.name })}
        onChange={props.onPick}
      />
    </td>
  )
}
