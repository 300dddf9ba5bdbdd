import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { PodRow } from '#shared/proxies/api.ts'
import { EmptyPanel } from '#web/empty/EmptyPanel.tsx'
import type { ScopeSearch } from '#web/api/scope.ts'
import { ConfigPanel } from './ConfigPanel.tsx'
import { Containers } from './Containers.tsx'
import { Loading, Missing, Nothing, Stale, Trouble } from './Faces.tsx'
import type { Links } from './columns.tsx'
import { PodGrid } from './PodGrid.tsx'
import { podsQuery } from './query.ts'
import { type OnProxiesSearch, type ProxiesSearch, proxiesSearchIn } from './search.ts'
import './proxies.css'

/** The pods of a workload, and what the proxy of the chosen one goes by. What is chosen is in the address. */
export function ProxiesTab(props: {
  namespace: string
  workload: string
  /** As the address says it. */
  search: Record<string, unknown>
  onSearch: OnProxiesSearch
  scope: ScopeSearch
  onGo: (href: string) => void
}): ReactNode {
  const { t } = useTranslation('proxies')
  const { namespace, workload, onSearch } = props
  const search = proxiesSearchIn(props.search)
  const { data, error, refetch } = useQuery(podsQuery(namespace, workload))
  const links: Links = { scope: props.scope, onGo: props.onGo }
  if (data === undefined)
    return (
      <div className="proxies" aria-busy={error === null}>
        {error === null ? <Loading /> : <Trouble error={error} onTry={() => void refetch()} />}
      </div>
    )
  const chosen = data.pods.find(({ name }) => name === search.pod) ?? data.pods[0]
  return (
    <div className={error === null ? 'proxies' : 'proxies is-stale'}>
      {error !== null && <Stale at={data.at} error={error} />}
      <Missing partial={data.partial} />
      {chosen === undefined ? (
        <p className="nothing t2">{t($ => $.pods.none)}</p>
      ) : (
        <>
          <section className="card proxies-pods" aria-label={t($ => $.pods.count, { count: data.pods.length })}>
            <PodGrid
              pods={data.pods}
              chosen={chosen.name}
              onChoose={pod => onSearch({ pod }, true)}
              sort={search.pods}
              onSort={pods => onSearch({ pods })}
            />
            {data.left > 0 && <p className="t3 s11">{t($ => $.pods.left, { count: data.left })}</p>}
            {data.pods.every(isUsageUnknown) && (
              <EmptyPanel
                panel="usage"
                of="workload"
                namespace={namespace}
                name={workload}
                lead={t($ => $.pods.noUsage)}
                onGo={props.onGo}
              />
            )}
            <Containers pod={chosen} />
          </section>
          <Configuration pod={chosen} search={search} onSearch={onSearch} links={links} />
        </>
      )}
    </div>
  )
}

const isUsageUnknown = ({ containers }: PodRow): boolean =>
  containers.every(({ cpu, memory }) => cpu === null && memory === null)

function Configuration(props: {
  pod: PodRow
  search: ProxiesSearch
  onSearch: OnProxiesSearch
  links: Links
}): ReactNode {
  const { t } = useTranslation('proxies')
  const { pod, ...rest } = props
  if (pod.kind === 'none') return <Nothing title={t($ => $.face.noProxy)} because={t($ => $.face.noProxyWhy)} />
  if (pod.proxy === null)
    return <Nothing title={t($ => $.face.noZtunnel)} because={t($ => $.face.noZtunnelWhy, { node: pod.node })} />
  return <ConfigPanel key={`${pod.proxy.namespace}/${pod.proxy.pod}`} proxy={pod.proxy} {...rest} />
}
