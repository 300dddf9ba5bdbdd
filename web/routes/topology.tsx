import { createRoute } from '@tanstack/react-router'
import { type ReactNode, Suspense, useCallback } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { type OnSearch, topologySearchIn } from '#web/topology/search.ts'
import { TopologyPage } from '#web/topology/TopologyPage.tsx'
import { later } from '#web/ui/later.ts'
import { root } from './root.tsx'

export const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: topologySearchIn,
  component: Topology,
  errorComponent: ErrorScreen,
})

const Refusals = later(async () => (await import('./refusals.tsx')).Refusals, 'security')
const RefusalsOfPast = later(async () => (await import('./refusals.tsx')).RefusalsOfPast, 'security')
const Beside = later(async () => (await import('./beside.tsx')).Beside)

function Topology(): ReactNode {
  const search = topology.useSearch()
  const navigate = topology.useNavigate()
  const onSearch: OnSearch = useCallback(
    (patch, isStep = false) => void navigate({ search: before => ({ ...before, ...patch }), replace: !isStep }),
    [navigate],
  )
  const onGo = (href: string) => void navigate({ href })
  return (
    <TopologyPage
      search={search}
      onSearch={onSearch}
      beside={(of, trail) => (
        <Suspense fallback={null}>
          <Beside of={of} trail={trail} scope={search} lens={search.lens} onGo={onGo} />
        </Suspense>
      )}
      refusals={(graph, onMarks) => (
        <Suspense fallback={null}>
          {graph === null ? <RefusalsOfPast /> : <Refusals graph={graph} onMarks={onMarks} onGo={onGo} />}
        </Suspense>
      )}
    />
  )
}
