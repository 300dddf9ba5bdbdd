import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServicePage } from '#shared/services/api.ts'
import type { Named } from '#web/services/query.ts'
import type { Tab } from '#web/services/search.ts'
import { byteRate, duration, none, percent, rate } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { Facts } from './Facts.tsx'
import { Limits } from './Limits.tsx'
import { Neighbourhood } from './Neighbourhood.tsx'
import type { Slots, Subject } from './parts.ts'

interface Parts {
  state: ServicePage
  subject: Subject
  named: Named
  /** A moment of the past that is looked at. */
  at: string | undefined
  slots: Slots
  onTab: (tab: Tab) => void
  onGo: (href: string) => void
  refresh: () => void
}

/** What it is and how it does, in one look. */
export function Overview(props: Parts): ReactNode {
  const { state, subject } = props
  return (
    <>
      <Numbers state={state} />
      {props.slots.happened(subject)}
      <div className="service-grid">
        <Facts state={state} named={props.named} onGo={props.onGo} />
        <Limits state={state} lent={props.slots.lent} refresh={props.refresh} />
        <Neighbourhood
          state={state}
          named={props.named}
          at={props.at}
          onTraffic={() => props.onTab('traffic')}
          onGo={props.onGo}
        />
        <Governed {...props} />
      </div>
      <Queries state={state} />
    </>
  )
}

/** What is known of it while its traffic is not. */
export function WithoutNumbers(props: Pick<Parts, 'subject' | 'slots' | 'onTab'>): ReactNode {
  return (
    <>
      {props.slots.happened(props.subject)}
      <div className="service-grid">
        <Governed {...props} />
      </div>
    </>
  )
}

function Governed({ subject, slots, onTab }: Pick<Parts, 'subject' | 'slots' | 'onTab'>): ReactNode {
  const { t } = useTranslation('services')
  return (
    <section className="card service-card is-wide">
      <header>
        <h2>{t($ => $.page.govern)}</h2>
        <span className="grow" />
        <button type="button" className="link s12" onClick={() => onTab('config')}>
          {t($ => $.page.tab.config)}
        </button>
      </header>
      {slots.governed(subject)}
    </section>
  )
}

function Numbers({ state }: { state: ServicePage }): ReactNode {
  const { t } = useTranslation('services')
  const { row, quantiles } = state
  const numbers: [string, string, string][] = [
    row.isTcp
      ? [t($ => $.page.bytes), byteRate(row.byteRate), '']
      : [t($ => $.page.rate), row.requestRate === 0 ? none : rate(row.requestRate), ''],
    [
      t($ => $.page.errors),
      percent(row.errorRatio),
      row.errorRatio !== null && row.errorRatio > 0 && row.health !== 'healthy' ? `c-${row.health}` : '',
    ],
    ...quantiles.map(({ quantile, duration: now }): [string, string, string] => [
      `p${Math.round(quantile * 100)}`,
      duration(now),
      '',
    ]),
    [t($ => $.page.mtls), percent(row.mtlsRatio), row.mtlsRatio !== null && row.mtlsRatio < 1 ? 'c-degraded' : ''],
    ...(row.deniedRatio !== null && row.deniedRatio > 0
      ? [[t($ => $.page.refusedShare), percent(row.deniedRatio), ''] as [string, string, string]]
      : []),
  ]
  return (
    <dl className="service-numbers card" aria-label={t($ => $.page.now)}>
      {numbers.map(([name, value, tone]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd className={tone}>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

/** Every number can be asked where it comes from. */
export function Queries({ state }: { state: ServicePage }): ReactNode {
  const { t } = useTranslation('services')
  return (
    <details className="service-queries">
      <summary className="t2 s12">{t($ => $.page.query)}</summary>
      <dl>
        {state.queries.map(({ name, query }) => (
          <div key={name}>
            <dt className="row t3 s11">
              {name}
              <button
                type="button"
                className="btn ghost icon"
                aria-label={t($ => $.page.copyQuery, { name })}
                title={t($ => $.page.copyQuery, { name })}
                onClick={() => void navigator.clipboard.writeText(query)}
              >
                <Icon name="copy" />
              </button>
            </dt>
            <dd className="mono">{query}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
