import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { MetricsTab } from '#web/metrics/MetricsTab.tsx'
import type { MetricsSearch } from '#web/metrics/search.ts'
import { Certificates } from '#web/overview/Certificates.tsx'
import { MeshPage } from '#web/proxies/mesh/MeshPage.tsx'
import { certificatesQuery } from '#web/security/query.ts'
import { pageOf } from '#web/services/address.ts'
import { goes } from '#web/services/page/parts.ts'
import { useServices } from '#web/services/query.ts'
import { SourceList } from '#web/shell/SourceStatus.tsx'
import { useStatus } from '#web/api/use-live.ts'
import { none, percent, rate } from '#web/ui/format.ts'
import { HealthMark } from '#web/ui/HealthMark.tsx'
import { certificateEnds } from './certificate-ends.ts'
import { useChanges } from './use-changes.ts'
import '#web/overview/overview.css'

type OnGo = (href: string) => void

/** What istiod does and how much of it the proxies take. */
const panels = ['pushes', 'convergence', 'rejects', 'connections'] as const

/** The page of the mesh itself with what the other rooms know of it. */
export function MeshLive(props: {
  search: Record<string, string | undefined>
  onSearch: (patch: Partial<MetricsSearch>) => void
  onGo: OnGo
}): ReactNode {
  const { onGo } = props
  const marks = useChanges(undefined)
  return (
    <MeshPage
      onGo={onGo}
      slots={{
        charts: (
          <MetricsTab
            subject={{ of: 'mesh' }}
            only={panels}
            search={props.search}
            onSearch={props.onSearch}
            onGo={onGo}
            marks={marks}
          />
        ),
        sources: <Sources />,
        gateways: <Gateways onGo={onGo} />,
        certificates: <Ends onGo={onGo} />,
      }}
    />
  )
}

function Sources(): ReactNode {
  const { t } = useTranslation()
  return (
    <section className="card" aria-labelledby="mesh-sources">
      <header>
        <h2 id="mesh-sources">{t($ => $.shell.source.title)}</h2>
      </header>
      <div className="source-list mesh-sources">
        <SourceList />
      </div>
    </section>
  )
}

function Ends({ onGo }: { onGo: OnGo }): ReactNode {
  const { data, error } = useQuery(certificatesQuery)
  const skew = useStatus()?.skew ?? 0
  return (
    <Certificates
      certificates={{
        list: data === undefined ? null : certificateEnds(data.certificates, null),
        problem: error?.message ?? null,
      }}
      skew={skew}
      onGo={onGo}
    />
  )
}

const everywhere = { namespaces: [], at: null, window: null }

function Gateways({ onGo }: { onGo: OnGo }): ReactNode {
  const { t } = useTranslation('proxies')
  const { t: say } = useTranslation()
  const { state, outage, refusal } = useServices('services', everywhere)
  const because = refusal ?? outage?.because ?? null
  const rows = (state?.rows ?? []).filter(({ kind }) => kind === 'gateway')
  return (
    <section className="card" aria-labelledby="mesh-gateways">
      <header>
        <h2 id="mesh-gateways">{t($ => $.mesh.gateways)}</h2>
      </header>
      {/* A cut connection is told above. */}
      {because !== null && because !== '' && (
        <p className="note degraded" role="status">
          {t($ => $.mesh.gatewaysFailing, { because })}
        </p>
      )}
      {state !== null && rows.length === 0 && <p className="body t2">{t($ => $.mesh.noGateways)}</p>}
      <ul className="mesh-rows">
        {rows.map(row => {
          const href = pageOf(row) ?? ''
          return (
            <li key={row.id}>
              <HealthMark health={row.health} />
              <span className="sr">{say($ => $.topology.health[row.health])}</span>
              <a className="mono cut" href={href} onClick={goes(onGo, href)}>
                {`${row.namespace}/${row.name}`}
              </a>
              <span className="grow" />
              <span className="num">{row.requestRate > 0 ? rate(row.requestRate) : none}</span>
              <span className={(row.errorRatio ?? 0) > 0 ? 'num c-failing' : 'num t3'}>{percent(row.errorRatio)}</span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}
