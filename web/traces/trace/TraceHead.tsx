import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { quantileOf } from '#shared/traces/aggregate.ts'
import type { SeenTrace } from '#shared/traces/api.ts'
import { useStatus } from '#web/api/use-live.ts'
import type { OnGo } from '#web/traces/address.ts'
import { Go } from '#web/traces/Go.tsx'
import { compareHref, searchHref, traceHref } from '#web/traces/links.ts'
import { foundQuery } from '#web/traces/query.ts'
import { download } from '#web/ui/download.ts'
import { codeWord } from '#web/ui/flags.ts'
import { absolute, age, cutMiddle, duration, times } from '#web/ui/format.ts'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { useNow } from '#web/ui/use-now.ts'
import { callOf, statusOf } from './envoy.ts'
import type { Model } from './model.ts'
import { type TraceSearch, type TraceView, views } from './search.ts'

/** Which trace it is, its facts, and the ways to look at it. */
export function TraceHead(props: { seen: SeenTrace; model: Model; search: TraceSearch; onGo: OnGo }): ReactNode {
  const { t } = useTranslation('traces')
  const { seen, model, search, onGo } = props
  const { tree } = model
  const root = tree.spans[tree.roots[0] ?? 0]?.span
  if (root === undefined) return null
  const status = statusOf(root)
  const isHidden = root.isHidden === true
  const services = [...model.tones.keys()]
  const view = search.view ?? 'waterfall'
  return (
    <div className="tr-hd">
      <div className="row title">
        <Go className="crumb t3" href={searchHref(isHidden ? {} : { service: root.service }, search)} onGo={onGo}>
          {t($ => $.trace.crumb)} /
        </Go>
        <h1 className="cut">
          {isHidden ? (
            <i className="t3">{t($ => $.notYours)}</i>
          ) : (
            <>
              <span className="mono">{cutMiddle(root.service, 40)}</span> {callOf(root)}
            </>
          )}
        </h1>
        {root.isError && (
          <HealthBadge health="failing">
            {status === null ? t($ => $.trace.error) : `${status.code} ${codeWord(status)}`}
          </HealthBadge>
        )}
        <span className="mono t2 id" title={tree.traceId}>
          {cutMiddle(tree.traceId, 18)}
        </span>
        <span className="grow" />
        <Go
          className="btn"
          href={compareHref(null, tree.traceId, search)}
          onGo={onGo}
          title={t($ => $.trace.compareTitle)}
        >
          <Icon name="map" />
          {t($ => $.trace.compare)}
        </Go>
        <button
          type="button"
          className="btn"
          title={t($ => $.trace.jsonTitle)}
          onClick={() =>
            download(`trace-${tree.traceId}.json`, 'application/json', JSON.stringify(seen.trace, null, 2))
          }
        >
          <Icon name="image" />
          {t($ => $.trace.json)}
        </button>
      </div>
      <div className="facts">
        <span>
          <span className="t3">{t($ => $.trace.duration)}</span>{' '}
          <b className="strong">{duration(tree.duration / 1000)}</b>{' '}
          {!isHidden && <OfMedian service={root.service} operation={root.operation} tree={tree} />}
        </span>
        <span>
          <span className="t3">{t($ => $.trace.started)}</span> <Started at={tree.start / 1000} />
        </span>
        <span>
          <span className="t3">{t($ => $.trace.spans)}</span>{' '}
          {t($ => $.trace.inServices, { spans: tree.spans.length.toLocaleString('en-US'), count: services.length })}
        </span>
        <span>
          <span className="t3">{t($ => $.trace.errors)}</span>{' '}
          <span className={model.errors > 0 ? 'c-failing' : undefined}>{model.errors.toLocaleString('en-US')}</span>
        </span>
        {seen.hidden > 0 && (
          <span title={t($ => $.notYoursTitle)}>
            <span className="t3">{t($ => $.trace.hidden)}</span> {seen.hidden.toLocaleString('en-US')}
          </span>
        )}
      </div>
      <nav className="tr-tabs" aria-label={t($ => $.trace.views)}>
        {views.map(each => (
          <Tab key={each} view={each} isCurrent={each === view} traceId={tree.traceId} search={search} onGo={onGo} />
        ))}
      </nav>
    </div>
  )
}

function Tab(props: {
  view: TraceView
  isCurrent: boolean
  traceId: string
  search: TraceSearch
  onGo: OnGo
}): ReactNode {
  const { t } = useTranslation('traces')
  const { view, search } = props
  const href = traceHref(props.traceId, search, { span: search.span, view: view === 'waterfall' ? undefined : view })
  return (
    <a
      href={href}
      aria-current={props.isCurrent ? 'page' : undefined}
      onClick={event => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
        event.preventDefault()
        props.onGo(href)
      }}
    >
      {t($ => $.trace[view])}
    </a>
  )
}

function Started({ at }: { at: number }): ReactNode {
  const { t } = useTranslation('traces')
  const language = useLanguage()
  const skew = useStatus()?.skew ?? 0
  return (
    <span title={absolute(at - skew, language)}>
      {t($ => $.trace.ago, { age: age(useNow() + skew - at, language) })}
    </span>
  )
}

const halfHour = 1_800_000
/** A median of fewer says nothing. */
const least = 5

/** How its duration compares with others of its root operation, half an hour around it. */
function OfMedian(props: { service: string; operation: string; tree: Model['tree'] }): ReactNode {
  const { t } = useTranslation('traces')
  const { service, operation, tree } = props
  const middle = Math.round(tree.start / 1000)
  const { data } = useQuery(
    foundQuery({
      service,
      ...(operation !== '' && { operation }),
      from: String(middle - halfHour),
      to: String(middle + halfHour),
      limit: '100',
    }),
  )
  const others = (data?.traces ?? []).filter(
    row => row.traceId !== tree.traceId && row.service === service && row.operation === operation,
  )
  const median = quantileOf(
    others.map(row => row.duration),
    0.5,
  )
  if (others.length < least || median <= 0) return null
  const factor = tree.duration / median
  return <span className={factor >= 2 ? 'c-degraded' : 't3'}>{t($ => $.trace.ofMedian, { times: times(factor) })}</span>
}
