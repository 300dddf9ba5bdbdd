import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useStatus } from '#web/api/use-live.ts'
import { duration } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import type { OverviewData } from './data.ts'
import { Go } from './Go.tsx'
import { happeningsQuery } from './query.ts'

const healthOf = { ok: 'healthy', slow: 'degraded', failing: 'failing', unset: 'unknown' } as const

/** istiod's pods, and whether the sources of this console answer. */
export function Plane(props: {
  namespaces: string
  proxies: OverviewData['proxies']
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('overview')
  const sources = useStatus()?.sources ?? []
  const { proxies } = props
  const plane = useQuery(happeningsQuery(props.namespaces)).data?.plane ?? null
  return (
    <section className="card" aria-labelledby="overview-plane">
      <header>
        <h2 id="overview-plane">{t($ => $.plane.title)}</h2>
        <span className="grow" />
        <Go href="/mesh" onGo={props.onGo} className="s11">
          {t($ => $.plane.mesh)}
        </Go>
      </header>
      <ul className="overview-rows plane">
        {(plane ?? []).map(({ namespace, name, ready, total }) => (
          <li key={`${namespace}/${name}`}>
            <HealthMark health={ready === total && total > 0 ? 'healthy' : 'failing'} />
            <bdi className="mono cut">{name}</bdi>
            <span className="grow" />
            <span className="t3">{t($ => $.plane.ready, { ready, total })}</span>
          </li>
        ))}
        {plane?.length === 0 && <li className="t3">{t($ => $.plane.none)}</li>}
        {proxies !== null && (
          <li>
            <HealthMark health={proxies.synced === proxies.all ? 'healthy' : 'degraded'} />
            <span className="cut">{t($ => $.plane.proxies)}</span>
            <span className="grow" />
            <span className="t3 nowrap">{t($ => $.plane.synced, { synced: proxies.synced, all: proxies.all })}</span>
          </li>
        )}
        {sources.map(({ name, state, version, duration: took, because }) => (
          <li key={name} title={because ?? undefined}>
            <HealthMark health={healthOf[state]} />
            <span className="cut">
              <bdi>{version ?? t($ => $.plane.source[name])}</bdi>
            </span>
            <span className="grow" />
            <span className="t3 nowrap">{t($ => $.plane.state[state], { duration: duration(took) })}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
