import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ConfigState } from '#shared/config/api.ts'
import { Icon } from '#web/ui/Icon.tsx'

/** The skeleton of the list: its head and its rows. */
export function Loading(): ReactNode {
  const { t } = useTranslation('config')
  return (
    <div className="loading-table" role="status">
      <span className="sr">{t($ => $.list.faces.loading)}</span>
      {Array.from({ length: 18 }, (_, row) => (
        <div key={row} aria-hidden="true">
          {[18 + ((row * 5) % 9), 9, 4, 13, 16 + ((row * 3) % 11), 11].map((width, index) => (
            <span key={index} className="skeleton" style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}

/** Nothing is there: the ladder with its first failing rung, and what would fill the list. */
export function Empty({ state }: { state: ConfigState }): ReactNode {
  const { t } = useTranslation('config')
  const isServed = state.kinds.some(kind => kind.state !== 'missing')
  const isAllowed = state.kinds.some(kind => kind.state === 'ok')
  const rungs = [
    { ok: isServed, text: t($ => (isServed ? $.list.faces.emptyServed : $.list.faces.emptyServedNot)) },
    {
      ok: isServed ? isAllowed : null,
      text: t($ => (isAllowed || !isServed ? $.list.faces.emptyAllowed : $.list.faces.emptyAllowedNot)),
    },
    { ok: isAllowed ? false : null, text: t($ => $.list.faces.emptyThere) },
  ]
  return (
    <section className="face card">
      <header>
        <h2>{t($ => $.list.faces.empty)}</h2>
      </header>
      <div className="body">
        <p className="t2">{t($ => $.list.faces.emptyWhat)}</p>
        <ol className="ladder">
          {rungs.map(({ ok, text }) => (
            <li key={text} className={ok === null ? 't3' : ok ? 'c-healthy' : 'c-degraded'}>
              {ok === null ? <span className="i" /> : <Icon name={ok ? 'check' : 'close'} />}
              <span className={ok === false ? 'wrong' : 't2'}>{text}</span>
            </li>
          ))}
        </ol>
      </div>
    </section>
  )
}
