import { createRoute, useNavigate } from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode } from 'react'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const MetricsPage = lazy(async () => {
  const [{ MetricsPage }, { useChanges }] = await Promise.all([
    import('#web/metrics/MetricsPage.tsx'),
    import('./use-changes.ts'),
    openTexts('metrics'),
    openTexts('charts'),
  ])
  const WithMarks = (props: Omit<ComponentProps<typeof MetricsPage>, 'marks'>): ReactNode => (
    <MetricsPage {...props} marks={useChanges(undefined)} />
  )
  return { default: WithMarks }
})
const ExplorePage = lazy(async () => {
  const [{ ExplorePage }] = await Promise.all([
    import('#web/metrics/ExplorePage.tsx'),
    openTexts('metrics'),
    openTexts('charts'),
  ])
  return { default: ExplorePage }
})

/** Saved by what the room of configuration lends: the way to the cluster, and rights. */
const lent = async () =>
  (
    await Promise.all([import('./lent-dashboards.tsx'), openTexts('metrics'), openTexts('charts'), openTexts('config')])
  )[0]
const DashboardsPage = lazy(async () => ({ default: (await lent()).Dashboards }))
const DashboardPage = lazy(async () => ({ default: (await lent()).Dashboard }))

const metrics = createRoute({
  getParentRoute: () => root,
  path: '/metrics',
  validateSearch: words,
  component: Metrics,
  errorComponent: ErrorScreen,
})
const explore = createRoute({
  getParentRoute: () => root,
  path: '/metrics/explore',
  validateSearch: words,
  component: Explore,
  errorComponent: ErrorScreen,
})

const dashboards = createRoute({
  getParentRoute: () => root,
  path: '/metrics/dashboards',
  validateSearch: words,
  component: Dashboards,
  errorComponent: ErrorScreen,
})
const dashboard = createRoute({
  getParentRoute: () => root,
  path: '/metrics/dashboards/$namespace/$name',
  validateSearch: words,
  component: Dashboard,
  errorComponent: ErrorScreen,
})

function Metrics(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <MetricsPage
        search={metrics.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }) })}
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

function Explore(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <ExplorePage
        search={explore.useSearch()}
        onSearch={patch =>
          void navigate({
            to: explore.to,
            search: before => ({ ...scopeSearch(scopeIn(before)), ...before, ...patch }),
          })
        }
      />
    </Later>
  )
}

function Dashboards(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <DashboardsPage
        search={dashboards.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }) })}
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

function Dashboard(): ReactNode {
  const navigate = useNavigate()
  const place = dashboard.useParams()
  return (
    <Later>
      <DashboardPage
        key={`${place.namespace}/${place.name}`}
        place={place}
        search={dashboard.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }) })}
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

export const metricsRoutes = [metrics, explore, dashboards, dashboard] as const
