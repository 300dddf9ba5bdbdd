import { createRouter, type RouterHistory } from '@tanstack/react-router'
import { configRoutes } from './routes/config.tsx'
import { logsRoutes } from './routes/logs.tsx'
import { overviewRoutes } from './routes/overview.tsx'
import { mesh } from './routes/mesh.tsx'
import { metricsRoutes } from './routes/metrics.tsx'
import { root } from './routes/root.tsx'
import { securityRoutes } from './routes/security.tsx'
import { servicesRoutes } from './routes/services.tsx'
import { topology } from './routes/topology.tsx'
import { tracesRoutes } from './routes/traces.tsx'

/** The map of the page: every path. What its address says, and where features meet, is in `routes/`, a file a feature. */

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
    routeTree: root.addChildren([
      ...overviewRoutes,
      topology,
      ...configRoutes,
      ...servicesRoutes,
      ...metricsRoutes,
      ...tracesRoutes,
      ...securityRoutes,
      ...logsRoutes,
      mesh,
    ]),
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
