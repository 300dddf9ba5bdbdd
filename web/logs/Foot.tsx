import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { exactClock } from '#web/ui/format.ts'
import type { Logs } from './use-logs.ts'

/** How much there is, from whom, and what happened to whom lately. */
export function Foot({ logs, isPaused }: { logs: Logs; isPaused: boolean }): ReactNode {
  const { t } = useTranslation('logs')
  const { state, rows, shown, dropped, containers, left, notes } = logs
  const read = containers.filter(({ isRead }) => isRead).length
  const dot = isPaused ? 'off' : { reading: 'off', live: '', over: 'off', cut: 'degraded', failed: 'degraded' }[state]
  const number = (value: number) => value.toLocaleString('en-US')
  const note = notes.at(-1)
  return (
    <footer className="foot">
      <span className={`livedot ${dot}`} aria-hidden="true" />
      <b>{isPaused ? t($ => $.state.paused) : t($ => $.state[state])}</b>
      <span>{t($ => $.shown, { shown: number(shown.length), total: number(rows.length) })}</span>
      {dropped > 0 && <span>{t($ => $.dropped, { count: dropped })}</span>}
      <span>{t($ => $.from, { count: read })}</span>
      {left > 0 && <span className="c-degraded">{t($ => $.left, { count: left })}</span>}
      <span className="grow" />
      {note !== undefined && (
        <span
          className="cut"
          title={notes.map(each => `${each.name} ${t($ => $.note[each.what], { because: each.because })}`).join('\n')}
        >
          {exactClock(note.at)} <bdi className="mono">{note.name}</bdi>{' '}
          {t($ => $.note[note.what], { because: note.because })}
        </span>
      )}
    </footer>
  )
}
