import type { Router } from '#bff/http/serve.ts'
import { fastest, servicesSubject } from './feed.ts'
import { listReadings } from './list.ts'
import type { Deps } from './mesh.ts'
import { pageReadings } from './page.ts'
import { servicesRoutes } from './routes.ts'

/** Services and workloads: their live lists, and a page of each. */
export function openServices(deps: Deps): {
  routes(router: Router): void
  subjects: [ReturnType<typeof servicesSubject>]
} {
  // Whoever comes a little early in the tick still gets the next one's reading.
  const list = listReadings(deps, fastest * 0.9)
  const page = pageReadings(deps, fastest * 0.9)
  return { routes: router => servicesRoutes(router, deps, list, page), subjects: [servicesSubject(deps, list)] }
}
