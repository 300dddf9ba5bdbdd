import type { ComponentProps, ReactNode } from 'react'
import { later } from '#web/ui/later.ts'
import { everyStep, page } from './page.tsx'

const MetricsPage = later(
  async () => {
    const [{ MetricsPage }, { useChanges }] = await Promise.all([
      import('#web/metrics/MetricsPage.tsx'),
      import('./use-changes.ts'),
    ])
    return (props: Omit<ComponentProps<typeof MetricsPage>, 'marks'>): ReactNode => (
      <MetricsPage {...props} marks={useChanges(undefined)} />
    )
  },
  'metrics',
  'charts',
)
const ExplorePage = later(async () => (await import('#web/metrics/ExplorePage.tsx')).ExplorePage, 'metrics', 'charts')

/** Saved by what the room of configuration lends: the way to the cluster, and rights. */
const DashboardsPage = later(
  async () => (await import('./lent-dashboards.tsx')).Dashboards,
  'metrics',
  'charts',
  'config',
)
const DashboardPage = later(
  async () => (await import('./lent-dashboards.tsx')).Dashboard,
  'metrics',
  'charts',
  'config',
)

export const metricsRoutes = [
  page('/metrics', MetricsPage, everyStep),
  page('/metrics/explore', ExplorePage, everyStep),
  page('/metrics/dashboards', DashboardsPage, everyStep),
  page('/metrics/dashboards/$namespace/$name', DashboardPage, everyStep),
] as const
