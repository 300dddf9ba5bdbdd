import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SourceState } from '#shared/mesh/source.ts'
import type { Health } from '#shared/mesh/health.ts'
import { useConnection, useStatus } from '#web/api/use-live.ts'
import { absolute, age, duration, exactClock } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { Popover } from '#web/ui/Popover.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'

const healthOf = { ok: 'healthy', slow: 'degraded', failing: 'failing', unset: 'unknown' } as const satisfies Record<
  SourceState['state'],
  Health
>

/** “3 sources”, or the one that is away and for how long; opens what is known of each. */
export function SourceStatus(): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const [isOpen, setOpen] = useState(false)
  const status = useStatus()
  const connection = useConnection()
  const failing = status?.sources.find(source => source.state === 'failing')
  const isCut = connection.state === 'cut'
  const health: Health = isCut || failing ? 'failing' : status === undefined ? 'unknown' : 'healthy'
  const since = isCut ? connection.since : failing === undefined ? 0 : failing.since - (status?.skew ?? 0)
  const label = isCut
    ? t($ => $.shell.source.away, { source: t($ => $.shell.source.console), age: age(now - since, language) })
    : failing !== undefined
      ? t($ => $.shell.source.away, { source: t($ => $.shell.source[failing.name]), age: age(now - since, language) })
      : status === undefined
        ? t($ => $.shell.source.checking)
        : t($ => $.shell.source.all, { count: status.sources.filter(({ state }) => state !== 'unset').length })
  return (
    <Popover
      className={health === 'failing' ? 'badge failing sources' : 'btn ghost t2 sources'}
      title={t($ => $.shell.source.title)}
      label={t($ => $.shell.source.title)}
      width={372}
      isOpen={isOpen}
      onToggle={setOpen}
      button={
        <>
          <HealthMark health={health} />
          <span>{label}</span>
        </>
      }
    >
      <div className="source-list">
        <h2>{t($ => $.shell.source.title)}</h2>
        <SourceList />
      </div>
    </Popover>
  )
}

/** What is known of each source, and of the way to the console itself. */
export function SourceList(): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const status = useStatus()
  const connection = useConnection()
  return (
    <>
      {connection.state === 'cut' && (
        <article>
          <h3>
            <HealthMark health="failing" />
            <span className="name">{t($ => $.shell.source.cut)}</span>
            <span title={absolute(connection.since, language)}>
              {t($ => $.shell.source.since, { at: exactClock(connection.since) })}
            </span>
          </h3>
          <p>{t($ => $.shell.source.cutBecause)}</p>
        </article>
      )}
      {status?.sources.map(source => (
        <Source key={source.name} source={source} skew={status.skew} />
      ))}
      {status !== undefined && (
        <p className="t3 s11">
          {t($ => (status.scrapeIntervalKnown ? $.shell.source.scrape : $.shell.source.scrapeAssumed), {
            interval: age(status.scrapeInterval * 1000, language),
          })}
        </p>
      )}
    </>
  )
}

function Source({ source, skew }: { source: SourceState; skew: number }): ReactNode {
  const { t } = useTranslation()
  const language = useLanguage()
  const since = source.since - skew
  return (
    <article>
      <h3>
        <HealthMark health={healthOf[source.state]} />
        <span className="name">{t($ => $.shell.source[source.name])}</span>
        <span className={source.state === 'failing' ? 'c-failing' : source.state === 'slow' ? 'c-degraded' : ''}>
          {t($ => $.shell.source.state[source.state])}
        </span>
        {source.state !== 'unset' && (
          <span title={absolute(since, language)}>{t($ => $.shell.source.since, { at: exactClock(since) })}</span>
        )}
      </h3>
      {source.because !== null && <p>{source.because}</p>}
      {source.state === 'unset' ? (
        <p className="t3">{t($ => $.shell.source.unset)}</p>
      ) : (
        <p className="t3">
          <span className="mono">{source.url}</span>
          {source.version !== null && <> · {source.version}</>}
          {source.duration !== null && (
            <> · {t($ => $.shell.source.answered, { duration: duration(source.duration) })}</>
          )}
        </p>
      )}
    </article>
  )
}
