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
import { useCallback } from 'react'
import { type Scope, type ScopeSearch, scopeIn, scopeSearch } from '#web/api/scope.ts'
import { ErrorScreen } from '#web/shell/ErrorScreen.tsx'
import { NotFound } from '#web/shell/NotFound.tsx'
import { Shell } from '#web/shell/Shell.tsx'
import { type OnSearch, topologySearchIn } from '#web/topology/search.ts'
import { TopologyPage } from '#web/topology/TopologyPage.tsx'

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

function Root() {
  const search: ScopeSearch = useSearch({ strict: false })
  const navigate = useNavigate()
  const scope = scopeIn(search)
  const onScope = (patch: Partial<Scope>) =>
    void navigate({
      to: '.',
      search: (before: ScopeSearch) => ({ ...before, ...scopeSearch({ ...scopeIn(before), ...patch }) }),
    })
  return (
    <Shell scope={scope} onScope={onScope}>
      <Outlet />
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
  return <TopologyPage search={search} onSearch={onSearch} />
}

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
    routeTree: root.addChildren([index, topology]),
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
