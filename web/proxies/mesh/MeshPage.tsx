import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fleet } from '#shared/proxies/api.ts'
import { Loading, Missing, Stale, Trouble } from '#web/proxies/Faces.tsx'
import { Go } from '#web/proxies/Go.tsx'
import { fleetQuery } from '#web/proxies/query.ts'
import { HealthBadge, HealthMark } from '#web/ui/HealthMark.tsx'
import { Behind, Proxies } from './Proxies.tsx'
import { healthOf, sumOf } from './fleet.ts'
import './mesh.css'

/** What other rooms bring: from where features meet. */
export interface MeshSlots {
  charts: ReactNode
  gateways: ReactNode
  certificates: ReactNode
  sources: ReactNode
}

/** The mesh itself: its control planes, its proxies, what they take and refuse, and the settings they go by. */
export function MeshPage(props: { slots: MeshSlots; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('proxies')
  const { slots, onGo } = props
  const { data, error, refetch } = useQuery(fleetQuery)
  const title = t($ => $.mesh.title)
  useEffect(() => {
    document.title = `${title} · Weft`
  }, [title])
  return (
    <div className="mesh-page" aria-busy={data === undefined && error === null}>
      <header className="row mesh-head">
        <h1>{title}</h1>
        {data !== undefined && <Sentence fleet={data} />}
      </header>
      {data !== undefined && error !== null && <Stale at={data.at} error={error} />}
      {data !== undefined && <Missing partial={data.partial} />}
      <div className="mesh-columns">
        <div>
          {data === undefined ? (
            error === null ? (
              <Loading />
            ) : (
              <Trouble error={error} onTry={() => void refetch()} />
            )
          ) : (
            <>
              <Istiods istiods={data.istiods} onGo={onGo} />
              <Proxies fleet={data} />
              <Behind fleet={data} onGo={onGo} />
            </>
          )}
          <section aria-labelledby="mesh-charts">
            <h2 id="mesh-charts" className="sr">
              {t($ => $.mesh.charts)}
            </h2>
            {slots.charts}
          </section>
        </div>
        <div>
          {slots.sources}
          {slots.gateways}
          {slots.certificates}
          {data !== undefined && <MeshConfigs fleet={data} />}
        </div>
      </div>
    </div>
  )
}

function Sentence({ fleet }: { fleet: Fleet }): ReactNode {
  const { t } = useTranslation('proxies')
  const { t: say } = useTranslation()
  const sum = sumOf(fleet)
  const health = healthOf(fleet)
  return (
    <>
      <HealthBadge health={health}>{say($ => $.topology.healthBadge[health])}</HealthBadge>
      <p className="t2">
        {fleet.istiods.length === 0
          ? t($ => $.mesh.noIstiod)
          : t($ => $.mesh.istiods, { ready: sum.ready, total: sum.istiods })}{' '}
        {fleet.isUnheard
          ? t($ => $.mesh.unheard, { count: sum.pods })
          : t($ => $.mesh.inSync, { synced: sum.synced, pods: sum.pods })}
      </p>
    </>
  )
}

function Istiods(props: { istiods: Fleet['istiods']; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('proxies')
  const { istiods, onGo } = props
  return (
    <section className="card" aria-labelledby="mesh-istiods">
      <header>
        <h2 id="mesh-istiods">{t($ => $.mesh.planes)}</h2>
      </header>
      {istiods.length === 0 ? (
        <p className="body t2">{t($ => $.mesh.noIstiod)}</p>
      ) : (
        <table className="mesh-table" aria-labelledby="mesh-istiods">
          <thead>
            <tr>
              <th scope="col">{t($ => $.mesh.plane)}</th>
              <th scope="col">{t($ => $.mesh.revision)}</th>
              <th scope="col">{t($ => $.mesh.version)}</th>
              <th scope="col" className="num">
                {t($ => $.mesh.ready)}
              </th>
              <th scope="col">
                <span className="sr">{t($ => $.mesh.more)}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {istiods.map(({ namespace, name, revision, versions, ready, total }) => (
              <tr key={`${namespace}/${name}`}>
                <th scope="row">
                  <span className="row">
                    <HealthMark
                      health={ready === total && total > 0 ? 'healthy' : ready > 0 ? 'degraded' : 'failing'}
                    />
                    <Go href={pageOf(namespace, name)} onGo={onGo}>
                      <bdi className="mono">{`${namespace}/${name}`}</bdi>
                    </Go>
                  </span>
                </th>
                <td className="mono">{revision}</td>
                <td className="mono">{versions.join(', ')}</td>
                <td className={ready === total ? 'num' : 'num c-degraded'}>
                  {t($ => $.mesh.readyOf, { ready, total })}
                </td>
                <td>
                  <Go href={`/logs?${new URLSearchParams({ namespace, workload: name }).toString()}`} onGo={onGo}>
                    {t($ => $.mesh.logs)}
                  </Go>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

const pageOf = (namespace: string, name: string): string =>
  `/workloads/${encodeURIComponent(namespace)}/${encodeURIComponent(name)}?tab=proxies`

/** As it is written; it is changed where the mesh is installed. */
function MeshConfigs({ fleet }: { fleet: Fleet }): ReactNode {
  const { t } = useTranslation('proxies')
  if (fleet.meshConfigs.length === 0) return null
  return (
    <section className="card" aria-labelledby="mesh-config">
      <header>
        <h2 id="mesh-config">{t($ => $.mesh.config)}</h2>
        <span className="grow" />
        <span className="t3 s11">{t($ => $.mesh.configWhere)}</span>
      </header>
      {fleet.meshConfigs.map(({ namespace, name, text }) => (
        <details key={`${namespace}/${name}`} open={fleet.meshConfigs.length === 1}>
          <summary className="mono s12">{`${namespace}/${name}`}</summary>
          {text === '' ? (
            <p className="t2">{t($ => $.mesh.configEmpty)}</p>
          ) : (
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and arrows must reach it
            <pre tabIndex={0} aria-label={`${namespace}/${name}`}>
              {text}
            </pre>
          )}
        </details>
      ))}
    </section>
  )
}
