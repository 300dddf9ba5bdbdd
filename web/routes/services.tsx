import { createRoute, useNavigate } from '@tanstack/react-router'
import { lazy, type ReactNode } from 'react'
import type { Listed } from '#shared/services/api.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { openTexts } from '#web/ui/language.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

const ListPage = lazy(async () => {
  const [{ ListWithFindings }] = await Promise.all([
    import('./service-list.tsx'),
    openTexts('services'),
    openTexts('health'),
    openTexts('config'),
  ])
  return { default: ListWithFindings }
})

const ServicePage = lazy(async () => {
  const [{ ServiceWithTabs }] = await Promise.all([
    import('./service-tabs.tsx'),
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
  return { default: ServiceWithTabs }
})

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
