import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { mapOf } from '#web/services/address.ts'
import { type Named, useRelated, useServicePage } from '#web/services/query.ts'
import { type Tab, tabIn, tabs } from '#web/services/search.ts'
import { Failing, Refused, Stale } from '#web/ui/faces/Away.tsx'
import { HealthBadge } from '#web/ui/HealthMark.tsx'
import { Icon } from '#web/ui/Icon.tsx'
import { reasonText } from '#web/ui/reason.ts'
import { Overview, WithoutNumbers } from './Overview.tsx'
import { goes, type Slots, type Subject } from './parts.ts'
import { Traffic } from './Traffic.tsx'
import '#web/services/services.css'

/** One service or one workload. The tab comes from the address and goes back to it. */
export function ServicePage(props: {
  named: Named
  search: Record<string, string | undefined>
  onTab: (tab: Tab) => void
  onGo: (href: string) => void
  slots: Slots
}): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const { named, onGo } = props
  const scope = scopeIn(props.search)
  const { at } = scopeSearch(scope)
  const { state, outage, refusal, skew, refresh } = useServicePage(named, scope)
  const tab = tabIn(props.search['tab'])
  // Logs and policies do not wait for Prometheus, and its numbers do not wait for them.
  const related = useRelated(named, state === null || !ofNumbers.has(tab))
  const subject: Subject | null =
    related !== null ? { namespace: named.namespace, name: named.name, related } : (state?.row ?? null)
  const { metrics, proxies } = props.slots
  const pods = named.of === 'workloads' ? proxies : undefined
  const shown = tabs.filter(
    each => (each !== 'metrics' || metrics !== undefined) && (each !== 'proxies' || pods !== undefined),
  )
  const reason = state === null ? null : reasonText(say, state.row.reason)
  return (
    <div className={outage !== null && state !== null ? 'service is-stale' : 'service'} aria-busy={state === null}>
      <header className="service-head">
        <nav aria-label={t($ => $.title[named.of])} className="t3 s11 row">
          <a href={`/${named.of}`} onClick={goes(onGo, `/${named.of}`)}>
            {t($ => $.title[named.of])}
          </a>
          <span aria-hidden="true">/</span>
          <a
            href={`/${named.of}?ns=${named.namespace}`}
            className="mono"
            onClick={goes(onGo, `/${named.of}?ns=${named.namespace}`)}
          >
            {named.namespace}
          </a>
        </nav>
        <div className="row">
          <h1 className="mono cut" title={named.name}>
            {named.name}
          </h1>
          {state !== null && (
            <>
              <HealthBadge health={state.row.health}>{say($ => $.topology.healthBadge[state.row.health])}</HealthBadge>
              {reason !== null && <span className="t2 s12 cut">{reason}</span>}
              <span className="grow" />
              <a className="btn" href={mapOf(state.row)} onClick={goes(onGo, mapOf(state.row))}>
                <Icon name="topology" />
                {t($ => $.page.onMap)}
              </a>
            </>
          )}
        </div>
        <div role="tablist" aria-label={t($ => $.page.tabs)} className="service-tabs">
          {shown.map(each => (
            <button
              key={each}
              type="button"
              role="tab"
              id={`tab-${each}`}
              aria-selected={each === tab}
              aria-controls="tabpanel"
              tabIndex={each === tab ? 0 : -1}
              onClick={() => props.onTab(each)}
              onKeyDown={event => {
                const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
                const next = shown[(shown.indexOf(each) + (step ?? 0) + shown.length) % shown.length]
                if (step === undefined || next === undefined) return
                event.preventDefault()
                props.onTab(next)
                document.getElementById(`tab-${next}`)?.focus()
              }}
            >
              {t($ => $.page.tab[each])}
            </button>
          ))}
        </div>
      </header>
      <div className="service-body" role="tabpanel" id="tabpanel" aria-labelledby={`tab-${tab}`} tabIndex={0}>
        {outage !== null && state !== null && <Stale at={state.at} outage={outage} skew={skew} onTry={refresh} />}
        {state?.partial.map(sentence => (
          <p key={sentence} className="note degraded">
            {sentence}
          </p>
        ))}
        {tab === 'proxies' && pods !== undefined ? (
          pods()
        ) : refusal !== null ? (
          <Refused title={t($ => $.page.refused)} because={refusal} />
        ) : subject !== null && !ofNumbers.has(tab) ? (
          <Lent slots={props.slots} tab={tab} subject={subject} />
        ) : state !== null && subject !== null ? (
          tab === 'traffic' ? (
            <Traffic state={state} named={named} at={at} onGo={onGo} />
          ) : (
            <Overview {...props} state={state} at={at} subject={subject} refresh={refresh} />
          )
        ) : outage !== null ? (
          <>
            <Failing title={t($ => $.page.failing)} outage={outage} skew={skew} onTry={refresh} />
            {subject !== null && tab !== 'traffic' && <WithoutNumbers {...props} subject={subject} />}
          </>
        ) : (
          <Loading name={named.name} />
        )}
      </div>
    </div>
  )
}

/** Of a service there are no pods to look into: that tab is its overview. */
const ofNumbers: ReadonlySet<Tab> = new Set(['overview', 'traffic', 'proxies'])

/** What other rooms show of it. */
function Lent({ tab, slots, subject }: { tab: Tab; slots: Slots; subject: Subject }): ReactNode {
  switch (tab) {
    case 'metrics':
      return slots.metrics?.(subject)
    case 'traces':
      return slots.traces(subject)
    case 'logs':
      return slots.logs(subject)
    case 'security':
      return slots.security(subject)
    case 'config':
      return slots.config(subject)
    case 'overview':
    case 'traffic':
    case 'proxies':
      return null
  }
}

function Loading({ name }: { name: string }): ReactNode {
  const { t } = useTranslation('services')
  return (
    <div className="service-grid" role="status">
      <span className="sr">{t($ => $.page.loading, { name })}</span>
      {[140, 140, 220, 220].map((height, index) => (
        <span key={index} className="skeleton card" style={{ height }} aria-hidden="true" />
      ))}
    </div>
  )
}
