import { useQuery } from '@tanstack/react-query'
import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import { listHistory } from '#shared/config/api.ts'
import { call } from '#web/api/call.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import type { Mark } from '#web/ui/chart/chart.ts'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const MetricsPage = lazy(async () => {
  const [{ MetricsPage }] = await Promise.all([
    import('#web/metrics/MetricsPage.tsx'),
    openTexts('metrics'),
    openTexts('charts'),
  ])
  return { default: MetricsPage }
})
const ExplorePage = lazy(async () => {
  const [{ ExplorePage }] = await Promise.all([
    import('#web/metrics/ExplorePage.tsx'),
    openTexts('metrics'),
    openTexts('charts'),
  ])
  return { default: ExplorePage }
})

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

function Metrics(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <MetricsPage
        search={metrics.useSearch()}
        onSearch={patch => void navigate({ to: '.', search: before => ({ ...before, ...patch }) })}
        onGo={href => void navigate({ href })}
        marks={useChanges(undefined)}
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

const mostMarks = '50'

/** What the history says changed: moments that charts mark. Charts stand without it where it cannot be read. */
export function useChanges(namespace: string | undefined): Mark[] {
  const query = { limit: mostMarks, ...(namespace !== undefined && { namespaces: namespace }) }
  const { data } = useQuery({
    queryKey: ['metrics', 'changes', query],
    queryFn: ({ signal }) => call(listHistory, { query }, signal),
    refetchInterval: 30_000,
  })
  return (data?.entries ?? [])
    .filter(({ change }) => change !== 'found')
    .map(({ at, object }) => ({ at, name: `${object.kind} ${object.name}` }))
}

export const metricsRoutes = [metrics, explore] as const
