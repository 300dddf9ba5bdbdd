import { createRoute } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useCallback } from 'react'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { type OnSearch, topologySearchIn } from '#web/topology/search.ts'
import { TopologyPage } from '#web/topology/TopologyPage.tsx'
import { openTexts } from '#web/ui/language.ts'
import { root } from './root.tsx'

export const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: topologySearchIn,
  component: Topology,
  errorComponent: ErrorScreen,
})

const Refusals = lazy(async () => {
  const [{ Refusals }] = await Promise.all([import('./refusals.tsx'), openTexts('security')])
  return { default: Refusals }
})
const Beside = lazy(async () => ({ default: (await import('./beside.tsx')).Beside }))

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
          <Refusals graph={graph} onMarks={onMarks} onGo={onGo} />
        </Suspense>
      )}
    />
  )
}
