import {
  createRootRoute,
  createRoute,
  createRouter,
  Outlet,
  redirect,
  type RouterHistory,
  useNavigate,
  useSearch,
} from '@tanstack/react-router'
import { type ComponentProps, lazy, type ReactNode, Suspense, useCallback, useState } from 'react'
import { paramsOfRef } from '#shared/config/address.ts'
import { type Scope, type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { NotFound } from '#web/shell/NotFound.tsx'
import { Shell } from '#web/shell/Shell.tsx'
import { type OnSearch, topologySearchIn } from '#web/topology/search.ts'
import { TopologyPage } from '#web/topology/TopologyPage.tsx'
import { openTexts } from '#web/ui/language.ts'
import { commandSources, usePut } from '#web/ui/registry.ts'

/** The map of the page: every path, what its address says, and where the features meet the shell. */
const root = createRootRoute({ component: Root, notFoundComponent: NotFound, errorComponent: ErrorScreen })

const index = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/topology', replace: true })
  },
})

const topology = createRoute({
  getParentRoute: () => root,
  path: '/topology',
  validateSearch: topologySearchIn,
  component: Topology,
  errorComponent: ErrorScreen,
})

/** Pages that come after the first load, each with its texts. */
const ConfigPage = lazy(async () => {
  const [{ ConfigPage }] = await Promise.all([import('#web/config/list/ConfigPage.tsx'), openTexts('config')])
  return { default: ConfigPage }
})
const ObjectPage = lazy(async () => {
  const [{ ObjectPage }] = await Promise.all([import('#web/config/object/ObjectPage.tsx'), openTexts('config')])
  return { default: ObjectPage }
})
const NewObject = lazy(async () => {
  const [{ NewObject }] = await Promise.all([import('#web/config/editor/NewObject.tsx'), openTexts('config')])
  return { default: NewObject }
})
const HistoryPage = lazy(async () => {
  const [{ HistoryPage }] = await Promise.all([import('#web/config/history/HistoryPage.tsx'), openTexts('config')])
  return { default: HistoryPage }
})
const IntentPage = lazy(async () => {
  const [{ IntentPage }, { useServiceTraffic }] = await Promise.all([
    import('#web/config/intents/IntentPage.tsx'),
    import('#web/topology/service-traffic.ts'),
    openTexts('config'),
  ])
  return {
    default: (props: Omit<ComponentProps<typeof IntentPage>, 'useTraffic'>) => (
      <IntentPage {...props} useTraffic={useServiceTraffic} />
    ),
  }
})
const Changes = lazy(async () => {
  const [{ Changes }] = await Promise.all([import('#web/config/intents/Changes.tsx'), openTexts('config')])
  return { default: Changes }
})
const IntentCommands = lazy(async () => {
  const [{ IntentCommands }] = await Promise.all([
    import('#web/config/intents/IntentCommands.tsx'),
    openTexts('config'),
  ])
  return { default: IntentCommands }
})
const words = (search: Record<string, unknown>): Record<string, string | undefined> =>
  search as Record<string, string | undefined>

const config = createRoute({
  getParentRoute: () => root,
  path: '/config',
  // What is understood of it is for the page to say, when it comes.
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

function Root() {
  const search: ScopeSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const scope = scopeIn(search)
  const onScope = (patch: Partial<Scope>) =>
    void navigate({
      to: '.',
      search: (before: ScopeSearch) => ({ ...before, ...scopeSearch({ ...scopeIn(before), ...patch }) }),
    })
  const [isSearched, setSearched] = useState(false)
  // The palette asks while it is drawn: tasks come with its first question, and answer the next.
  const ask = useCallback((): [] => {
    queueMicrotask(() => setSearched(true))
    return []
  }, [])
  usePut(commandSources, ask)
  return (
    <Shell scope={scope} onScope={onScope}>
      <Outlet />
      {isSearched && (
        <Suspense fallback={null}>
          <IntentCommands onGo={href => void navigate({ href })} />
        </Suspense>
      )}
    </Shell>
  )
}

function Topology() {
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
          <Changes subject={subject} onGo={href => void navigate({ href })} />
        </Suspense>
      )}
    />
  )
}

function Config() {
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

function ObjectOf() {
  const params = object.useParams()
  const navigate = useNavigate()
  return (
    <Later>
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
    </Later>
  )
}

function Fresh() {
  const search = fresh.useSearch()
  const navigate = useNavigate()
  return (
    <Later>
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
    </Later>
  )
}

function Past() {
  const search = past.useSearch()
  const navigate = useNavigate()
  return (
    <Later>
      <HistoryPage
        search={search}
        onSearch={(patch, isStep = false) =>
          void navigate({ to: past.to, search: before => ({ ...before, ...patch }), replace: !isStep })
        }
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

function IntentOf() {
  const navigate = useNavigate()
  return (
    <Later>
      <IntentPage
        id={intent.useParams().intent}
        search={intent.useSearch()}
        onSearch={search =>
          void navigate({ to: '.', search: before => ({ ...scopeSearch(scopeIn(before)), ...search }) })
        }
        onGo={href => void navigate({ href })}
      />
    </Later>
  )
}

const Later = ({ children }: { children: ReactNode }) => (
  <Suspense fallback={<div className="is-reading" aria-busy="true" />}>{children}</Suspense>
)

/** Addresses people can read and write: plain words, no JSON. What says nothing is left out. */
function stringifySearch(search: Record<string, unknown>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(search))
    if (typeof value === 'string' && value !== '') params.set(name, value)
  const text = params.toString().replaceAll('%2C', ',').replaceAll('%3A', ':').replaceAll('%2F', '/')
  return text === '' ? '' : `?${text}`
}
const parseSearch = (text: string): Record<string, unknown> => Object.fromEntries(new URLSearchParams(text))

export function createPageRouter(history?: RouterHistory) {
  return createRouter({
    routeTree: root.addChildren([index, topology, config, fresh, past, intent, object]),
    ...(history !== undefined && { history }),
    parseSearch,
    stringifySearch,
    defaultPreload: false,
    scrollRestoration: false,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}
