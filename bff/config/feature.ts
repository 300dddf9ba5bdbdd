import type { Router } from '#bff/http/serve.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import type { ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Deps } from './deps.ts'
import { configSubject, listReader } from './feed.ts'
import { openMirror } from './mirror.ts'
import { createResources } from './resource.ts'
import { createRights } from './rights.ts'
import { configRoutes } from './routes.ts'
import { createVersions } from './versions.ts'

export interface ConfigOptions {
  sources: { kubernetes: Pick<Kubernetes, 'objects'> }
  users: KubernetesUsers
  /** Everything of the kinds in `kinds.ts`, read for all; what somebody sees of it follows their rights. */
  objects: ObjectsWatch
  now: () => EpochMilliseconds
  report: (error: unknown) => void
}

/** Opens what the endpoints and the live list share. */
export function openConfig({ sources, users, objects, now, report }: ConfigOptions): {
  routes(router: Router): void
  subjects: AnySubject[]
  close(): Promise<void>
} {
  const mirror = openMirror(objects, report)
  const deps: Deps = {
    kubernetes: sources.kubernetes,
    users,
    now,
    mirror,
    resources: createResources(now),
    versions: createVersions(),
    rights: createRights({ users, now }),
    written: () => {},
  }
  const read = listReader(deps)
  return {
    routes: router => configRoutes(router, deps, read),
    subjects: [configSubject(read)],
    close: () => mirror.close(),
  }
}
