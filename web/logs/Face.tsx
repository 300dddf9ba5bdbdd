import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { explainNoLogs } from '#shared/logs/api.ts'
import { Explained } from '#web/empty/Explained.tsx'
import type { Logs } from './use-logs.ts'

/** Why there is no line to see. */
export function Face(props: {
  logs: Logs
  /** What was asked of the BFF. */
  question: Record<string, string> | null
  onAgain: () => void
  onClear: () => void
  onMoment: (at: number) => void
}): ReactNode {
  const { t } = useTranslation('logs')
  const { logs, onAgain, onClear } = props
  const { state, problem, rows } = logs
  const { follow: _, ...question } = props.question ?? {}
  if (state === 'failed')
    return (
      <div className="card face" role="alert">
        <header>
          <h2>{problem?.status === 403 ? t($ => $.refused) : t($ => $.failing)}</h2>
        </header>
        <div className="body">
          <p>{problem?.detail}</p>
          {problem?.status !== 403 && (
            <div className="row acts">
              <button type="button" className="btn" onClick={onAgain}>
                {t($ => $.again)}
              </button>
            </div>
          )}
        </div>
      </div>
    )
  if (rows.length > 0)
    return (
      <p className="nothing t2" role="status">
        {t($ => $.empty.filtered, { total: rows.length.toLocaleString('en-US') })}{' '}
        <button type="button" className="link" onClick={onClear}>
          {t($ => $.empty.clear)}
        </button>
      </p>
    )
  if (state === 'reading' || state === 'cut')
    return (
      <div className="log-loading" role="status">
        <span className="sr">{t($ => $.reading)}</span>
        {Array.from({ length: 16 }, (_, row) => (
          <span key={row} className="skeleton" style={{ width: `${35 + ((row * 23) % 60)}%` }} />
        ))}
      </div>
    )
  return (
    <Explained
      endpoint={explainNoLogs}
      params={question}
      title={logs.containers.length === 0 ? t($ => $.empty.noPods) : t($ => $.empty.noLines)}
      onMoment={props.onMoment}
    />
  )
}
