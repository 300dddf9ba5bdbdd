import { createRoute } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { type OnSearch, topologySearchIn } from '#web/topology/search.ts'
import { TopologyPage } from '#web/topology/TopologyPage.tsx'
import { root } from './root.tsx'

export const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: topologySearchIn,
  component: Topology,
  errorComponent: ErrorScreen,
})

const Beside = lazy(async () => ({ default: (await import('./beside.tsx')).Beside }))

function Topology(): ReactNode {
  const search = topology.useSearch()
  const navigate = topology.useNavigate()
  const onSearch: OnSearch = useCallback(
    (patch, isStep = false) => void navigate({ search: before => ({ ...before, ...patch }), replace: !isStep }),
    [navigate],
  )
  return (
    <TopologyPage
      search={search}
      onSearch={onSearch}
      beside={(of, trail) => (
        <Suspense fallback={null}>
          <Beside of={of} trail={trail} scope={search} onGo={href => void navigate({ href })} />
        </Suspense>
      )}
    />
  )
}
