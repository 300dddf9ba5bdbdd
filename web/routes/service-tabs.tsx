import { type ComponentProps, type ReactNode, Suspense } from 'react'
import type { Listed } from '#shared/services/api.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { useLacks } from '#web/config/editor/use-lacks.ts'
import { GoverningList } from '#web/config/governs/GoverningList.tsx'
import { LogsTab } from '#web/logs/LogsTab.tsx'
import { MetricsTab } from '#web/metrics/MetricsTab.tsx'
import { ProxiesTab } from '#web/proxies/ProxiesTab.tsx'
import { checkHref } from '#web/security/address.ts'
import { SecurityTab } from '#web/security/SecurityTab.tsx'
import type { Subject } from '#web/services/page/parts.ts'
import { ServicePage } from '#web/services/page/ServicePage.tsx'
import type { Named } from '#web/services/query.ts'
import { TracesTab } from '#web/traces/TracesTab.tsx'
import { later } from '#web/ui/later.ts'
import { governedOf } from './governed.ts'
import { Happened } from './happened.tsx'
import type { PageProps } from './page.tsx'
import { traceMap } from './trace-map.tsx'
import { useChanges } from './use-changes.ts'

/** What is asked of the cluster comes when somebody asks. */
const AnnotateDialog = later(async () => (await import('#web/config/editor/dialog/Annotate.tsx')).Annotate)
const Annotate = (props: ComponentProps<typeof AnnotateDialog>): ReactNode => (
  <Suspense>
    <AnnotateDialog {...props} />
  </Suspense>
)

type NamedProps = PageProps<{ namespace: string; name: string }>

export const ServiceWithTabs = ({ params, ...props }: NamedProps): ReactNode => (
  <WithTabs key={`${params.namespace}/${params.name}`} named={{ of: 'services', ...params }} {...props} />
)
export const WorkloadWithTabs = ({ params, ...props }: NamedProps): ReactNode => (
  <WithTabs key={`${params.namespace}/${params.name}`} named={{ of: 'workloads', ...params }} {...props} />
)

/** Where services meet what governs them, their metrics, traces, logs and policies. */
function WithTabs(props: Omit<NamedProps, 'params'> & { named: Named }): ReactNode {
  const marks = useChanges(props.named.namespace)
  const { named, onGo } = props
  const governs = (subject: Subject, most?: number) => (
    <GoverningList subject={governedOf(named.of, subject)} {...(most !== undefined && { most })} onGo={onGo} />
  )
  return (
    <ServicePage
      {...props}
      onTab={tab => props.onSearch({ tab }, true)}
      slots={{
        metrics: row => (
          <MetricsTab
            subject={{
              of: named.of === 'services' ? 'service' : 'workload',
              namespace: row.namespace,
              name: row.name,
            }}
            search={props.search}
            onSearch={patch => props.onSearch({ ...patch }, true)}
            onGo={onGo}
            marks={marks}
          />
        ),
        traces: row => (
          <TracesTab
            namespace={row.namespace}
            app={named.of === 'services' ? row.name : (row.related[0] ?? row.name)}
            scope={scopeSearch(scopeIn(props.search))}
            onGo={onGo}
            map={traceMap}
          />
        ),
        logs: row => (
          <LogsTab
            namespace={row.namespace}
            workload={workloadsOf(named.of, row).join() || row.name}
            checkHref={call => checkHref({ ...call })}
            onGo={onGo}
          />
        ),
        security: row => <SecurityTab namespace={row.namespace} workloads={workloadsOf(named.of, row)} onGo={onGo} />,
        happened: row => <Happened namespace={row.namespace} names={[row.name, ...row.related]} onGo={onGo} />,
        proxies: () => (
          <ProxiesTab
            namespace={named.namespace}
            workload={named.name}
            search={props.search}
            onSearch={props.onSearch}
            scope={scopeSearch(scopeIn(props.search))}
            onGo={onGo}
          />
        ),
        config: subject => <section className="card service-card">{governs(subject)}</section>,
        governed: subject => governs(subject, 6),
        lent: { Annotate, useLacks },
      }}
    />
  )
}

/** What runs: behind a service, or the workload itself. */
const workloadsOf = (of: Listed, { name, related }: Subject): readonly string[] =>
  of === 'services' ? related.toSorted() : [name]
