import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { TraceRow } from '#shared/traces/api.ts'
import { problemFrom } from '#web/api/call.ts'
import type { ScopeSearch } from '#web/api/scope.ts'
import { useStatus } from '#web/api/use-live.ts'
import { age, cutMiddle, duration } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import type { OnGo } from './address.ts'
import { Go } from './Go.tsx'
import { searchHref, traceHref } from './links.ts'
import { foundQuery, paramsOf } from './query.ts'
import { useRootName } from './search/columns.tsx'

/** Of each kind; the search has the others. */
const most = 6

/**
 * The traces of a service that failed or took longest in the last hour, in few lines, beside something else. With
 * `caller` only those in which it took part as well. Whoever shows it has opened the texts `traces`.
 */
export function RecentTraces(props: { service: string; caller?: string; scope: ScopeSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const { scope, onGo } = props
  const asked = { service: props.service, caller: props.caller }
  const found = useQuery(foundQuery(paramsOf({ ...scope, ...asked })))
  const failed = useQuery(foundQuery(paramsOf({ ...scope, ...asked, error: '1', limit: '20' })))
  const error = found.error ?? failed.error
  const all = searchHref(asked, scope)
  if (found.data === undefined || failed.data === undefined)
    return error === null ? (
      <p className="all t3" role="status">
        {t($ => $.faces.loading)}
      </p>
    ) : (
      <p className="all c-failing" role="alert">
        {problemFrom(error).detail}
      </p>
    )
  const { traces } = found.data
  if (traces.length === 0)
    return (
      <section>
        <p className="t2">{t($ => $.recent.none)}</p>
        <Go href={all} onGo={onGo}>
          {t($ => $.recent.whyNone)}
        </Go>
      </section>
    )
  const slowest = traces.toSorted((a, b) => b.duration - a.duration).slice(0, most)
  return (
    <>
      <section>
        <h3>{t($ => $.recent.failing)}</h3>
        {failed.data.traces.length === 0 ? (
          <p className="t2">{t($ => $.recent.noFailing)}</p>
        ) : (
          <Lines rows={failed.data.traces.slice(0, most)} scope={scope} onGo={onGo} />
        )}
      </section>
      <section>
        <h3>{t($ => $.recent.slowest, { count: traces.length })}</h3>
        <Lines rows={slowest} scope={scope} onGo={onGo} />
      </section>
      <p className="all">
        <Go href={all} onGo={onGo}>
          {t($ => $.recent.all)}
        </Go>
      </p>
    </>
  )
}

/** There is little room: `storefront.shop:8080` says as much as the whole host. */
const shortName = (name: string): string => name.replace(/\.svc\.[a-z0-9.-]+/, '')

function Lines(props: { rows: readonly TraceRow[]; scope: ScopeSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  const now = useNow()
  const nameOf = useRootName()
  return (
    <ul className="lines">
      {props.rows.map(row => (
        <li key={row.traceId}>
          <Go href={traceHref(row.traceId, props.scope)} onGo={props.onGo} title={nameOf(row)}>
            <span className="row">
              {(row.errors ?? 0) > 0 && (
                <>
                  <HealthMark health="failing" />
                  <span className="sr">{t($ => $.list.error)}</span>
                </>
              )}
              <b className="med num">{duration(row.duration / 1000)}</b>
              <span className="grow" />
              <span className="t3">{t($ => $.trace.ago, { age: age(now + skew - row.start / 1000, language) })}</span>
            </span>
            <span className="t2 cut">{cutMiddle(shortName(nameOf(row)), 60)}</span>
          </Go>
        </li>
      ))}
    </ul>
  )
}
