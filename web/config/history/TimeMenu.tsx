import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { momentText } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { Popover } from '#web/ui/Popover.tsx'
import type { HistorySearch, OnHistorySearch } from './search.ts'

const hour = 3_600_000
const spans = { hour, day: 24 * hour, week: 7 * 24 * hour, month: 30 * 24 * hour } as const
type Span = keyof typeof spans

/** From when to when. What is chosen is a moment, not "an hour ago": a link shows the same to everybody, whenever. */
export function TimeMenu({ search, onSearch }: { search: HistorySearch; onSearch: OnHistorySearch }): ReactNode {
  const { t } = useTranslation('config')
  const language = useLanguage()
  const id = useId()
  const [isOpen, setOpen] = useState(false)
  const [from, to] = [search.from, search.to].map(text => (text === undefined ? null : Date.parse(text)))
  const shown = (at: number | null | undefined) => (at == null ? '…' : momentText(at, language, 0).slice(0, -3))
  const isChosen = from !== null || to !== null
  return (
    <Popover
      className={isChosen ? 'btn facet is-chosen' : 'btn facet'}
      label={t($ => $.history.time.name)}
      width={288}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <span className="cut">
            {isChosen ? `${t($ => $.history.time.name)}: ${shown(from)} – ${shown(to)}` : t($ => $.history.time.name)}
          </span>
          <Icon name="down" small />
        </>
      }
    >
      <div className="time-choice">
        <div className="spans">
          {(Object.keys(spans) as Span[]).map(span => (
            <button
              key={span}
              type="button"
              className="btn"
              onClick={event => {
                onSearch({ from: minute(Date.now() - spans[span]), to: undefined })
                event.currentTarget.closest<HTMLElement>('[popover]')?.hidePopover()
              }}
            >
              {t($ => $.history.time[span])}
            </button>
          ))}
        </div>
        <label htmlFor={`${id}from`}>
          {t($ => $.history.time.from)}
          <Field id={`${id}from`} value={from ?? null} onChange={at => onSearch({ from: at })} />
        </label>
        <label htmlFor={`${id}to`}>
          {t($ => $.history.time.to)}
          <Field id={`${id}to`} value={to ?? null} onChange={at => onSearch({ to: at })} />
        </label>
        <button type="button" className="btn" onClick={() => onSearch({ from: undefined, to: undefined })}>
          {t($ => $.history.time.any)}
        </button>
      </div>
    </Popover>
  )
}

function Field(props: { id: string; value: number | null; onChange: (iso: string | undefined) => void }): ReactNode {
  return (
    <span className="field">
      <input
        id={props.id}
        type="datetime-local"
        value={props.value === null ? '' : local(props.value)}
        onChange={event => {
          const at = Date.parse(event.target.value)
          props.onChange(Number.isNaN(at) ? undefined : minute(at))
        }}
      />
    </span>
  )
}

/** `2026-11-25T14:31Z`: short, and a second more or less is nobody's question. */
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`

/** As `datetime-local` wants it: the reader's own clock. */
const local = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
