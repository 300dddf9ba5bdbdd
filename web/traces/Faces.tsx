import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Problem } from '#shared/http.ts'
import { SourceName } from '#shared/mesh/source.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'

/** The skeleton of a list. */
export function Loading({ rows = 14 }: { rows?: number }): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <div className="loading-table" role="status">
      <span className="sr">{t($ => $.faces.loading)}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} aria-hidden="true">
          {[8, 22 + ((row * 5) % 14), 9, 6, 6, 18].map((width, index) => (
            <span key={index} className="skeleton" style={{ width: `${width}%` }} />
          ))}
        </div>
      ))}
    </div>
  )
}

/** It did not come: what was asked, which source says why, and the way to ask again. */
export function Failing({ problem, onTry }: { problem: Problem; onTry: () => void }): ReactNode {
  const { t } = useTranslation()
  const { t: say } = useTranslation('traces')
  const source = SourceName.options.find(name => name === problem.source)
  return (
    <section className="face card" role="alert">
      <header>
        <h2>{say($ => (problem.status === 404 ? $.faces.notThere : $.faces.failing))}</h2>
        <span className="grow" />
        {source !== undefined && <HealthBadge health="failing">{t($ => $.shell.source[source])}</HealthBadge>}
      </header>
      <div className="body">
        <p className="t2">{problem.detail}</p>
        <div className="row acts">
          <span className="grow" />
          <button type="button" className="btn" onClick={onTry}>
            {say($ => $.faces.tryNow)}
          </button>
        </div>
      </div>
    </section>
  )
}

/** What is shown was read before; the reading after it failed. */
export function Stale({ problem, onTry }: { problem: Problem; onTry: () => void }): ReactNode {
  const { t } = useTranslation('traces')
  return (
    <aside className="note stale" aria-label={t($ => $.faces.stale)}>
      <div className="row">
        <HealthBadge health="degraded">{t($ => $.faces.stale)}</HealthBadge>
        <span role="status" className="grow">
          {problem.detail}
        </span>
        <button type="button" className="link" onClick={onTry}>
          {t($ => $.faces.tryNow)}
        </button>
      </div>
    </aside>
  )
}
