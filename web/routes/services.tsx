import { createRoute, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode, Suspense } from 'react'
import type { Listed, ServiceRow } from '#shared/services/api.ts'
import type { Subject } from '#web/services/page/parts.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

/** Where services meet what governs them, their metrics and their traces. */
const ListPage = lazy(async () => {
  const [{ ListPage }, { useFindings }, { rankOf }, { FindingCounts }] = await Promise.all([
    import('#web/services/list/ListPage.tsx'),
    import('#web/config/governs/use-governing.ts'),
    import('#web/config/governs/findings.ts'),
    import('#web/config/FindingCounts.tsx'),
    openTexts('services'),
    openTexts('health'),
    openTexts('config'),
  ])
  function WithFindings(props: Omit<ComponentProps<typeof ListPage>, 'findings'>): ReactNode {
    const findingsOf = useFindings()
    if (findingsOf === null) return <ListPage {...props} />
    const of = (row: ServiceRow) => findingsOf(governedOf(props.of, row))
    return (
      <ListPage
        {...props}
        findings={{
          rank: row => rankOf(of(row)),
          show: row => <FindingCounts findings={of(row)} />,
        }}
      />
    )
  }
  return { default: WithFindings }
})

/** What is asked of the cluster comes when somebody asks. */
const AnnotateDialog = lazy(async () => {
  const { Annotate } = await import('#web/config/editor/dialog/Annotate.tsx')
  return { default: Annotate }
})
const Annotate = (props: ComponentProps<typeof AnnotateDialog>): ReactNode => (
  <Suspense>
    <AnnotateDialog {...props} />
  </Suspense>
)

const ServicePage = lazy(async () => {
  const [
    { ServicePage },
    { GoverningList },
    { TracesTab },
    { MetricsTab },
    { ProxiesTab },
    { LogsTab },
    { SecurityTab },
    { checkHref },
    { Happened },
    { useChanges },
    { useLacks },
    { traceMap },
  ] = await Promise.all([
    import('#web/services/page/ServicePage.tsx'),
    import('#web/config/governs/GoverningList.tsx'),
    import('#web/traces/TracesTab.tsx'),
    import('#web/metrics/MetricsTab.tsx'),
    import('#web/proxies/ProxiesTab.tsx'),
    import('#web/logs/LogsTab.tsx'),
    import('#web/security/SecurityTab.tsx'),
    import('#web/security/address.ts'),
    import('./happened.tsx'),
    import('./use-changes.ts'),
    import('#web/config/editor/use-lacks.ts'),
    import('./trace-map.tsx'),
    openTexts('metrics'),
    openTexts('services'),
    openTexts('health'),
    openTexts('config'),
    openTexts('traces'),
    openTexts('charts'),
    openTexts('proxies'),
    openTexts('logs'),
    openTexts('security'),
    openTexts('overview'),
  ])
  type PageProps = Omit<ComponentProps<typeof ServicePage>, 'slots'>
  function WithTabs(props: PageProps & Pick<ComponentProps<typeof ProxiesTab>, 'onSearch'>): ReactNode {
    const marks = useChanges(props.named.namespace)
    const { named, onGo } = props
    const governs = (subject: Subject, most?: number) => (
      <GoverningList subject={governedOf(named.of, subject)} {...(most !== undefined && { most })} onGo={onGo} />
    )
    return (
      <ServicePage
        {...props}
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
  return { default: WithTabs }
})

/** What runs: behind a service, or the workload itself. */
const workloadsOf = (of: Listed, { name, related }: Subject): readonly string[] =>
  of === 'services' ? related.toSorted() : [name]

/** A service is governed with the workloads behind it, a workload with the services before it. */
const governedOf = (of: Listed, { namespace, name, related }: Subject) =>
  of === 'services'
    ? { namespace, services: [name], workloads: related }
    : { namespace, services: related, workloads: [name] }

const list = <Of extends Listed>(of: Of) => {
  const route = createRoute({
    getParentRoute: () => root,
    path: `/${of}` as const,
    validateSearch: words,
    component: List,
    errorComponent: ErrorScreen,
  })
  function List(): ReactNode {
    const navigate = useNavigate()
    return (
      <Later>
        <ListPage
          key={of}
          of={of}
          search={route.useSearch()}
          onSearch={(patch, isStep = false) =>
            void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: !isStep })
          }
          onOpen={({ kind, namespace, name }) =>
            void navigate({
              to:
                of === 'services' || kind === 'service' ? '/services/$namespace/$name' : '/workloads/$namespace/$name',
              params: { namespace, name },
              search: before => ({ ...scopeSearch(scopeIn(before)) }),
            })
          }
        />
      </Later>
    )
  }
  return route
}

const page = <Of extends Listed>(of: Of) => {
  const route = createRoute({
    getParentRoute: () => root,
    path: `/${of}/$namespace/$name` as const,
    validateSearch: words,
    component: Page,
    errorComponent: ErrorScreen,
  })
  function Page(): ReactNode {
    const navigate = useNavigate()
    const { namespace, name } = route.useParams() as { namespace: string; name: string }
    return (
      <Later>
        <ServicePage
          key={`${of}/${namespace}/${name}`}
          named={{ of, namespace, name }}
          search={route.useSearch()}
          onSearch={(patch, isStep = false) =>
            void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: !isStep })
          }
          onTab={tab => void navigate({ to: '.', search: before => ({ ...before, tab }) })}
          onGo={href => void navigate({ href })}
        />
      </Later>
    )
  }
  return route
}

export const servicesRoutes = [list('services'), list('workloads'), page('services'), page('workloads')] as const
