import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowWindow } from '#shared/security/api.ts'
import type { Replayed } from '#shared/security/replay/replayer.ts'
import { momentText } from '#web/ui/format.ts'
import { useLanguage } from '#web/ui/language.ts'
import { count } from './count.ts'
import type { ReplayView } from './use-replay.ts'

/** What the numbers are of, and what they cannot know: always printed. */
export function BlindSpots(props: { view: ReplayView; replayed: Replayed; over: FlowWindow }): ReactNode {
  const { t } = useTranslation('security')
  const language = useLanguage()
  const { view, replayed, over } = props
  const { flows, landscape } = view
  if (flows === null || landscape === null) return null
  const { readable, partial } = landscape
  const isWeekSeen = over === '30d'
  return (
    <div className="replay-blind t3 s11">
      <p>
        {t($ => $.replay.counted, { over: t($ => $.over[over]), at: momentText(flows.at, language) })}{' '}
        {t($ => $.replay.blind)} {!isWeekSeen && t($ => $.replay.noWeek)}
      </p>
      {(!readable.mesh || readable.namespaces !== null) && <p>{t($ => $.faces.unread)}</p>}
      {partial.map(line => (
        <p key={line}>{line}</p>
      ))}
      {replayed.missing.length > 1 && (
        <p>
          {t($ => $.replay.missing)}{' '}
          {replayed.missing.slice(0, 6).map(({ fact, requests }, index) => (
            <span key={fact}>
              {index > 0 && ', '}
              <span className="mono">{fact}</span> ({count(requests)})
            </span>
          ))}
        </p>
      )}
      <details>
        <summary>{t($ => $.cell.queries)}</summary>
        {flows.queries.map(({ name, query }) => (
          <code key={name}>{query}</code>
        ))}
      </details>
    </div>
  )
}
