import { createRoute, useNavigate } from '@tanstack/react-router'
import type { ComponentProps, ReactNode } from 'react'
import { paramsOfRef } from '#shared/config/address.ts'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { later } from '#web/ui/later.ts'
import { Later, words } from './later.tsx'
import { root } from './root.tsx'

/** Pages that come after the first load, each with its texts. */
const ConfigPage = later(async () => (await import('#web/config/list/ConfigPage.tsx')).ConfigPage, 'config')
const ObjectPage = later(async () => (await import('#web/config/object/ObjectPage.tsx')).ObjectPage, 'config')
const NewObject = later(async () => (await import('#web/config/editor/NewObject.tsx')).NewObject, 'config')
const HistoryPage = later(async () => (await import('#web/config/history/HistoryPage.tsx')).HistoryPage, 'config')
const IntentPage = later(async () => {
  const [{ IntentPage }, { useServiceTraffic }, { useCalls }] = await Promise.all([
    import('#web/config/intents/IntentPage.tsx'),
    import('#web/topology/service-traffic.ts'),
    import('#web/topology/calls.ts'),
  ])
  return (props: Omit<ComponentProps<typeof IntentPage>, 'useTraffic' | 'useCalls'>): ReactNode => (
    <IntentPage {...props} useTraffic={useServiceTraffic} useCalls={useCalls} />
  )
}, 'config')

/** Whatever is edited here is replayed by the room of security. */
const Replayed = later(async () => (await import('./replayed.tsx')).Replayed)

const config = createRoute({
  getParentRoute: () => root,
  path: '/config',
  validateSearch: words,
  component: Config,
  errorComponent: ErrorScreen,
})

const fresh = createRoute({
  getParentRoute: () => root,
  path: '/config/new',
  validateSearch: words,
  component: Fresh,
  errorComponent: ErrorScreen,
})

const past = createRoute({
  getParentRoute: () => root,
  path: '/config/history',
  validateSearch: words,
  component: Past,
  errorComponent: ErrorScreen,
})

const intent = createRoute({
  getParentRoute: () => root,
  path: '/config/do/$intent',
  validateSearch: words,
  component: IntentOf,
  errorComponent: ErrorScreen,
})

const object = createRoute({
  getParentRoute: () => root,
  path: '/config/$group/$kind/$namespace/$name',
  validateSearch: words,
  component: ObjectOf,
  errorComponent: ErrorScreen,
})

function Config(): ReactNode {
  const search = config.useSearch()
  const navigate = useNavigate()
  return (
    <Later>
      <ConfigPage
        search={search}
        onSearch={(patch, isStep = false) =>
          void navigate({ to: '/config', search: before => ({ ...before, ...patch }), replace: !isStep })
        }
        onHistory={() => void navigate({ to: past.to, search: before => ({ ns: before.ns, kind: before.kind }) })}
        onNew={() => void navigate({ to: fresh.to, search: before => ({ ...scopeSearch(scopeIn(before)) }) })}
        onOpen={ref =>
          void navigate({
            to: object.to,
            params: paramsOfRef(ref),
            search: before => ({ ...scopeSearch(scopeIn(before)) }),
          })
        }
      />
    </Later>
  )
}

function ObjectOf(): ReactNode {
  const params = object.useParams()
  const navigate = useNavigate()
  return (
    <Later>
      <Replayed>
        <ObjectPage
          params={params}
          search={object.useSearch()}
          onSearch={(patch, isStep = false) =>
            void navigate({ to: '.', search: before => ({ ...before, ...patch }), replace: !isStep })
          }
          onGo={href => void navigate({ href })}
          onList={search =>
            void navigate({ to: '/config', search: before => ({ ...scopeSearch(scopeIn(before)), ...search }) })
          }
        />
      </Replayed>
    </Later>
  )
}

function Fresh(): ReactNode {
  const search = fresh.useSearch()
  const navigate = useNavigate()
  return (
    <Later>
      <Replayed>
        <NewObject
          search={search}
          onSearch={chosen => void navigate({ to: fresh.to, search: before => ({ ...before, ...chosen }) })}
          onCreated={ref =>
            void navigate({
              to: object.to,
              params: paramsOfRef(ref),
              search: before => ({ ...scopeSearch(scopeIn(before)) }),
            })
          }
        />
      </Replayed>
    </Later>
  )
}

function Past(): ReactNode {
  const search = past.useSearch()
  const navigate = useNavigate()
  return (
    <Later>
      <Replayed>
        <HistoryPage
          search={search}
          onSearch={(patch, isStep = false) =>
            void navigate({ to: past.to, search: before => ({ ...before, ...patch }), replace: !isStep })
          }
          onGo={href => void navigate({ href })}
        />
      </Replayed>
    </Later>
  )
}

function IntentOf(): ReactNode {
  const navigate = useNavigate()
  return (
    <Later>
      <Replayed>
        <IntentPage
          id={intent.useParams().intent}
          search={intent.useSearch()}
          onSearch={search =>
            void navigate({ to: '.', search: before => ({ ...scopeSearch(scopeIn(before)), ...search }) })
          }
          onGo={href => void navigate({ href })}
        />
      </Replayed>
    </Later>
  )
}

export const configRoutes = [config, fresh, past, intent, object] as const
