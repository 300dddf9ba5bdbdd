import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Peer, ServicePage } from '#shared/services/api.ts'
import { pageOf } from '#web/services/address.ts'
import type { Named } from '#web/services/query.ts'
import type { Tab } from '#web/services/search.ts'
import { age, byteRate, duration, none, percent, rate } from '#web/ui/format.ts'
import { Icon } from '#web/ui/Icon.tsx'
import { useLanguage } from '#web/ui/language.ts'
import { Facts } from './Facts.tsx'
import { Limits } from './Limits.tsx'
import { goes, type Slots } from './parts.ts'

interface Parts {
  state: ServicePage
  named: Named
  slots: Slots
  onTab: (tab: Tab) => void
  onGo: (href: string) => void
}

/** What it is and how it does, in one look. */
export function Overview(props: Parts): ReactNode {
  const { t } = useTranslation('services')
  const { state } = props
  return (
    <>
      <Numbers state={state} />
      {props.slots.happened(state)}
      <div className="service-grid">
        <Facts state={state} named={props.named} onGo={props.onGo} />
        <Limits state={state} />
        <Neighbours side="inbound" {...props} />
        <Neighbours side="outbound" {...props} />
        <section className="card service-card is-wide">
          <header>
            <h2>{t($ => $.page.govern)}</h2>
            <span className="grow" />
            <button type="button" className="link s12" onClick={() => props.onTab('config')}>
              {t($ => $.page.tab.config)}
            </button>
          </header>
          {props.slots.governed(state)}
        </section>
      </div>
      <Queries state={state} />
    </>
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

const most = 6

function Neighbours({ side, state, onTab, onGo }: Parts & { side: 'inbound' | 'outbound' }): ReactNode {
  const { t } = useTranslation('services')
  const language = useLanguage()
  const { peers } = state[side]
  const window = age(state.window * 1000, language)
  return (
    <section className="card service-card">
      <header>
        <h2>{t($ => (side === 'inbound' ? $.page.callers : $.page.callees))}</h2>
        <span className="count">{peers.length}</span>
        <span className="grow" />
        <button type="button" className="link s12" onClick={() => onTab('traffic')}>
          {t($ => $.page.allTraffic)}
        </button>
      </header>
      <div className="body">
        {peers.length === 0 ? (
          <p className="t2">{t($ => (side === 'inbound' ? $.page.noCallers : $.page.noCallees), { window })}</p>
        ) : (
          <ul className="neighbours">
            {peers.slice(0, most).map(peer => (
              <li key={peer.id}>
                <PeerName peer={peer} onGo={onGo} />
                <span className="share-bar" aria-hidden="true">
                  <i style={{ width: `${((peer.share ?? 0) * 100).toFixed(1)}%` }} />
                </span>
                <span className="num">{peer.protocol === 'tcp' ? byteRate(peer.byteRate) : rate(peer.rate)}</span>
                <span className={`num ${(peer.errorRatio ?? 0) > 0 ? 'c-failing' : 't3'}`}>
                  {percent(peer.errorRatio)}
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

/** `catalog · shop`, a link where there is a page of it. */
export function PeerName({ peer, onGo }: { peer: Peer; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('services')
  const href = pageOf(peer)
  const name = peer.name === '' ? t($ => $.page.others) : peer.name
  return (
    <span className="cut" title={peer.namespace === '' ? name : `${peer.namespace}/${name}`}>
      {href === null ? (
        <span className={peer.name === '' ? 't2' : 'mono'}>{name}</span>
      ) : (
        <a className="mono" href={href} onClick={goes(onGo, href)}>
          {name}
        </a>
      )}
      {peer.namespace !== '' && <span className="t3 s11"> {peer.namespace}</span>}
    </span>
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
