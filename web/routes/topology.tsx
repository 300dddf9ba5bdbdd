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

const Changes = lazy(async () => {
  const [{ Changes }] = await Promise.all([import('#web/config/intents/Changes.tsx'), openTexts('config')])
  return { default: Changes }
})

const CheckLink = lazy(async () => {
  const [{ CheckLink }] = await Promise.all([import('#web/security/CheckLink.tsx'), openTexts('security')])
  return { default: CheckLink }
})

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
      changes={subject => (
        <Suspense fallback={null}>
          {subject.on === 'edge' && (
            <CheckLink
              source={subject.target.source}
              destination={{
                namespace: subject.target.namespace,
                name: subject.target.workload ?? subject.target.service ?? '',
              }}
              onGo={href => void navigate({ href })}
            />
          )}
          <Changes subject={subject} onGo={href => void navigate({ href })} />
        </Suspense>
      )}
    />
  )
}
