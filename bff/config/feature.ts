import type { Router } from '#bff/http/serve.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import type { Turns } from '#bff/mesh/turns.ts'
import type { ObjectsWatch } from '#bff/sources/kubernetes-objects.ts'
import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes, Prometheus } from '#bff/sources/source.ts'
import type { Store } from '#bff/store/store.ts'
import type { Bytes, EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { followCalls } from './calls.ts'
import type { Deps } from './deps.ts'
import { configSubject, listReader } from './feed.ts'
import { openHistory } from './history/history.ts'
import { openMirror } from './mirror.ts'
import { createResources } from './resource.ts'
import { createRights, type Rights } from './rights.ts'
import { configRoutes } from './routes.ts'
import { createVersions } from './versions.ts'

export interface ConfigOptions {
  sources: {
    kubernetes: Pick<Kubernetes, 'objects' | 'cluster'>
    prometheus: Pick<Prometheus, 'query' | 'scrapeInterval'>
  }
  users: KubernetesUsers
  /** Everything of the kinds in `kinds.ts`, read for all; what somebody sees of it follows their rights. */
  objects: ObjectsWatch
  /** Where history is kept, and how much of it. */
  store: Store
  retention: { age: Milliseconds; bytes: Bytes }
  /** Asked for by others too: then what is known is known to all. */
  rights?: Rights
  /** Who tells of assertions that a change turned. */
  turns?: Pick<Turns, 'hear'>
  now: () => EpochMilliseconds
  report: (error: unknown) => void
}

/** Opens what the endpoints and the live list share. */
export function openConfig(options: ConfigOptions): {
  routes(router: Router): void
  subjects: AnySubject[]
  close(): Promise<void>
} {
  const { sources, users, objects, store, retention, turns, now, report } = options
  const mirror = openMirror(objects, report)
  const { rights = createRights({ users, now }) } = options
  const calls = followCalls({ prometheus: sources.prometheus, mirror, now, report })
  const cluster = () => sources.kubernetes.cluster()
  const history = openHistory({
    objects,
    mirror,
    rights,
    store,
    retention,
    cluster,
    now,
    report,
    ...(turns && { turns }),
  })
  const deps: Deps = {
    kubernetes: sources.kubernetes,
    prometheus: sources.prometheus,
    users,
    now,
    mirror,
    resources: createResources(now),
    versions: createVersions(),
    rights,
    written: event => history.written(event),
  }
  const read = listReader(deps)
  return {
    routes: router => {
      configRoutes(router, deps, read)
      history.routes(router)
    },
    subjects: [configSubject(read)],
    close: async () => {
      await calls.close()
      await history.close()
      await mirror.close()
    },
  }
}
