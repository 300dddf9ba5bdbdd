import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { ServicePage } from '#shared/services/api.ts'
import type { Named } from '#web/services/query.ts'
import { none, percent, rate } from '#web/ui/format.ts'
import { goes } from './parts.ts'

/** What it is, and which versions answer for it. */
export function Facts(props: { state: ServicePage; named: Named; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('services')
  const { t: say } = useTranslation()
  const { row } = props.state
  const other = props.named.of === 'services' ? 'workloads' : 'services'
  return (
    <section className="card service-card">
      <header>
        <h2>{t($ => $.page.facts)}</h2>
      </header>
      <dl className="body kv">
        <dt>{t($ => $.page.kind)}</dt>
        <dd>{row.workloadKind ?? say($ => $.topology.kind[row.kind])}</dd>
        <dt>{t($ => $.page.dataPlane)}</dt>
        <dd>{say($ => $.shell.dataPlane[row.dataPlane])}</dd>
        <dt>{t($ => $.page.pods)}</dt>
        <dd className={row.pods !== null && row.pods.ready < row.pods.total ? 'c-degraded' : undefined}>
          {row.pods === null ? none : t($ => $.page.podsReady, row.pods)}
        </dd>
        <dt>{t($ => $.page.proxies)}</dt>
        <dd>{row.pods === null ? none : row.proxies}</dd>
        <dt>{t($ => $.page.identity)}</dt>
        <dd className="mono">{row.serviceAccounts.join(', ') || none}</dd>
        <dt>{t($ => $.page[other])}</dt>
        <dd>
          {row.related.length === 0
            ? none
            : row.related.map(name => {
                const href = `/${other}/${encodeURIComponent(row.namespace)}/${encodeURIComponent(name)}`
                return (
                  <a key={name} className="mono" href={href} onClick={goes(props.onGo, href)}>
                    {name}
                  </a>
                )
              })}
        </dd>
      </dl>
      <Versions state={props.state} />
      {row.isAsking && <p className="body t3 s11">{t($ => $.page.asking)}</p>}
    </section>
  )
}

function Versions({ state }: { state: ServicePage }): ReactNode {
  const { t } = useTranslation('services')
  const { versions } = state.row
  const all = versions.reduce((sum, { requestRate }) => sum + (requestRate ?? 0), 0)
  return (
    <div className="body versions">
      <h3>{t($ => $.page.versions)}</h3>
      {versions.length === 0 ? (
        <p className="t3">{t($ => $.page.noVersions)}</p>
      ) : (
        <ul className="version-shares">
          {versions.map(({ version, requestRate, ready, pods }) => {
            const share = requestRate === null || all === 0 ? null : requestRate / all
            return (
              <li key={version}>
                <span className="mono cut" title={version}>
                  {version}
                </span>
                <span className="share-bar" aria-hidden="true">
                  <i style={{ width: `${((share ?? 0) * 100).toFixed(1)}%` }} />
                </span>
                <span className="num">{requestRate === null ? none : rate(requestRate)}</span>
                <span className="num t3" title={t($ => $.page.podsReady, { ready, total: pods })}>
                  {percent(share)}
                </span>
              </li>
            )
          })}
        </ul>
      )}
    </div>
  )
}
