import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSettled } from '#web/config/editor/use-settled.ts'
import { Refused } from '#web/config/Problems.tsx'
import { exactClock } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { ComparisonSide } from './ComparisonSide.tsx'
import { linesOf, shownOf } from './lines.ts'
import { tallyQuery } from './query.ts'
import { RevisionSide } from './RevisionSide.tsx'
import { filterIn, type HistorySearch, isFiltered, noFilter, type OnHistorySearch, picked, picksIn } from './search.ts'
import { TimelineGrid } from './TimelineGrid.tsx'
import { Toolbar } from './Toolbar.tsx'
import { type Timeline, useTimeline } from './use-timeline.ts'
import '#web/config/config.css'
import '#web/config/object/object.css'
import '#web/config/editor/editor.css'
import './history.css'

/** The timeline, what it is narrowed to, and beside it what is looked at: on its own page and on an object's. */
export function HistoryView(props: {
  search: HistorySearch
  onSearch: OnHistorySearch
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('config')
  const { search, onSearch } = props
  // While somebody types words the store is asked for the last of them only.
  const q = useSettled(search.q ?? '', 250)
  const filter = filterIn({ ...search, q: q === '' ? undefined : q })
  const timeline = useTimeline(filter)
  const entries = timeline.entries ?? []
  const newest = entries[0]?.id ?? null
  const tally = useQuery(tallyQuery(filter, newest))
  const [held, setHeld] = useState<string | null>(null)
  const [top, setTop] = useState(0)
  const { shown, waiting } = shownOf(entries, held)
  const picks = picksIn(search)
  const [first, second] = picks
  const pair = first !== undefined && second !== undefined ? ([first, second] as [string, string]) : null
  const open = pair === null ? (search.open ?? null) : null
  return (
    <div className="history-view">
      <Toolbar search={search} onSearch={onSearch} tally={tally.data} />
      <Notes timeline={timeline} />
      <div className={pair === null && open === null ? 'history-body' : 'history-body has-side'}>
        <div className="history-list">
          {timeline.entries === null ? (
            <Face timeline={timeline} />
          ) : shown.length === 0 ? (
            <p className="nothing t2" role="status">
              {isFiltered(search) ? t($ => $.history.nothing) : t($ => $.history.empty)}{' '}
              {isFiltered(search) && (
                <button type="button" className="link" onClick={() => onSearch(noFilter)}>
                  {t($ => $.history.showAll)}
                </button>
              )}
            </p>
          ) : (
            <TimelineGrid
              lines={linesOf(shown, at => new Date(at).toDateString())}
              isOneObject={search.object !== undefined}
              open={open}
              picks={picks}
              onOpen={id => onSearch({ open: id, pick: undefined })}
              onPick={id => onSearch({ pick: picked(picks, id) })}
              onAway={isAway => setHeld(before => (isAway ? (before ?? newest) : null))}
              onEnd={timeline.older}
              top={top}
            />
          )}
          <p className="sr" role="status">
            {waiting > 0 ? t($ => $.history.newer, { count: waiting }) : ''}
          </p>
          {waiting > 0 && (
            <button
              type="button"
              className="btn primary newer"
              onClick={() => {
                setHeld(null)
                setTop(top + 1)
              }}
            >
              <Icon name="plus" small />
              {t($ => $.history.newer, { count: waiting })}
            </button>
          )}
        </div>
        {pair !== null ? (
          <ComparisonSide picks={pair} onClose={() => onSearch({ pick: undefined })} onGo={props.onGo} />
        ) : (
          open !== null && (
            <RevisionSide key={open} id={open} onClose={() => onSearch({ open: undefined })} onGo={props.onGo} />
          )
        )}
      </div>
      <footer className="foot">
        <b>{t($ => $.history.shown, { count: entries.length })}</b>
        {timeline.isEnd && timeline.entries !== null && <span>{t($ => $.history.end)}</span>}
        {!timeline.isEnd && timeline.isReading && <span>{t($ => $.history.reading)}</span>}
        {picks.length === 1 && <span className="c-accent">{t($ => $.history.pickOther)}</span>}
        <span className="grow" />
        <span className="hint">{t($ => $.history.hint)}</span>
      </footer>
    </div>
  )
}

/** Nothing to show yet, or not at all. */
function Face({ timeline }: { timeline: Timeline }): ReactNode {
  const { t } = useTranslation('config')
  const { problem } = timeline
  if (problem === null)
    return (
      <div className="object-loading" role="status">
        <span className="sr">{t($ => $.history.reading)}</span>
        {Array.from({ length: 14 }, (_, row) => (
          <span key={row} className="skeleton" style={{ width: `${40 + ((row * 17) % 45)}%` }} />
        ))}
      </div>
    )
  const title = problem.status === 403 ? t($ => $.history.forbidden) : t($ => $.history.failing)
  return (
    <Refused title={title} because={problem.detail}>
      {problem.status !== 403 && (
        <button type="button" className="btn" onClick={timeline.again}>
          {t($ => $.object.again)}
        </button>
      )}
    </Refused>
  )
}

/** What has to be known before the timeline is believed to be whole. */
function Notes({ timeline }: { timeline: Timeline }): ReactNode {
  const { t } = useTranslation('config')
  const { problem, list, entries } = timeline
  const { outage, skew } = list
  if (entries === null || (problem === null && outage === null)) return <div className="config-notes" />
  return (
    <div className="config-notes is-told" role="status">
      <p className="note degraded">
        {problem !== null
          ? t($ => $.history.stale, { because: problem.detail })
          : t($ => $.history.cut, { at: exactClock((outage?.since ?? 0) - skew) })}{' '}
        {problem !== null && (
          <button type="button" className="link" onClick={timeline.again}>
            {t($ => $.object.again)}
          </button>
        )}
      </p>
    </div>
  )
}
