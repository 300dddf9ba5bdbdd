import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fleet } from '#shared/proxies/api.ts'
import { Go } from '#web/proxies/Go.tsx'
import { none } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { isOther } from './fleet.ts'

/** The proxies of the mesh by kind and version, and how many run what istiod sent last. */
export function Proxies({ fleet }: { fleet: Fleet }): ReactNode {
  const { t } = useTranslation('proxies')
  const count = (value: number) => value.toLocaleString('en-US')
  return (
    <section className="card" aria-labelledby="mesh-proxies">
      <header>
        <h2 id="mesh-proxies">{t($ => $.mesh.proxies)}</h2>
        <span className="grow" />
        {fleet.captured > 0 && <span className="t3 s11">{t($ => $.mesh.captured, { count: fleet.captured })}</span>}
      </header>
      {fleet.parts.length === 0 ? (
        <p className="body t2">{t($ => $.mesh.noProxies)}</p>
      ) : (
        <table className="mesh-table" aria-labelledby="mesh-proxies">
          <thead>
            <tr>
              <th scope="col">{t($ => $.pods.column.kind)}</th>
              <th scope="col">{t($ => $.mesh.version)}</th>
              {(['namespaces', 'all'] as const).map(column => (
                <th key={column} scope="col" className="num">
                  {t($ => $.mesh[column])}
                </th>
              ))}
              {(['synced', 'stale', 'unknown'] as const).map(column => (
                <th key={column} scope="col" className="num">
                  {t($ => $.sync[column])}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {fleet.parts.map(({ kind, version, pods, namespaces, synced, stale, unknown }) => (
              <tr key={`${kind} ${version ?? ''}`}>
                <th scope="row">{t($ => $.kind[kind])}</th>
                <td>
                  <span className="row">
                    <span className="mono">{version ?? none}</span>
                    {isOther(version, fleet) && (
                      <span className="c-degraded row" title={t($ => $.mesh.otherTitle)}>
                        <HealthMark health="degraded" />
                        {t($ => $.mesh.other)}
                      </span>
                    )}
                  </span>
                </td>
                <td className="num t2">{count(namespaces)}</td>
                <td className="num">{count(pods)}</td>
                <td className="num">{fleet.isUnheard ? none : count(synced)}</td>
                <td className={stale > 0 ? 'num c-degraded med' : 'num t3'}>{fleet.isUnheard ? none : count(stale)}</td>
                <td className={!fleet.isUnheard && unknown > 0 ? 'num c-failing med' : 'num t3'}>
                  {fleet.isUnheard ? none : count(unknown)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

/** Those that do not run what they were sent, and why they refused it. */
export function Behind({ fleet, onGo }: { fleet: Fleet; onGo: (href: string) => void }): ReactNode {
  const { t } = useTranslation('proxies')
  if (fleet.behind.length === 0) return null
  return (
    <section className="card" aria-labelledby="mesh-behind">
      <header>
        <h2 id="mesh-behind">{t($ => $.mesh.behind)}</h2>
      </header>
      <ul className="mesh-behind">
        {fleet.behind.map(({ namespace, pod, workload, behind }) => (
          <li key={`${namespace}/${pod}`}>
            <HealthMark health="degraded" />
            <Go
              href={`/workloads/${encodeURIComponent(namespace)}/${encodeURIComponent(workload)}?tab=proxies`}
              onGo={onGo}
            >
              <bdi className="mono">{`${namespace}/${pod}`}</bdi>
            </Go>
            <span className="t2 s12">
              {behind
                .map(({ type, because }) => (because === null ? type : t($ => $.sync.refused, { type, because })))
                .join('; ')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
