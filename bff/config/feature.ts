import type { Router } from '#bff/http/serve.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { createRights } from './rights.ts'
import { configRoutes } from './routes.ts'

export interface ConfigOptions {
  sources: { kubernetes: Pick<Kubernetes, 'objects'> }
  users: KubernetesUsers
  now: () => EpochMilliseconds
}

/** Opens what the endpoints and the live list share. */
export function openConfig({ sources, users, now }: ConfigOptions): {
  routes(router: Router): void
  subjects: AnySubject[]
  close(): Promise<void>
} {
  const deps: Deps = { kubernetes: sources.kubernetes, users, now, rights: createRights({ users, now }) }
  return {
    routes: router => configRoutes(router, deps),
    subjects: [],
    close: () => Promise.resolve(),
  }
}
