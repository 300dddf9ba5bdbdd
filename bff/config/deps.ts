import type { KubernetesUsers } from '#bff/sources/kubernetes-users.ts'
import type { Kubernetes, Prometheus } from '#bff/sources/source.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import type { Written } from './apply.ts'
import type { Mirror } from './mirror.ts'
import type { Resources } from './resource.ts'
import type { Rights } from './rights.ts'
import type { Versions } from './versions.ts'

/** What config is made of. */
export interface Deps {
  kubernetes: Pick<Kubernetes, 'objects'>
  prometheus: Pick<Prometheus, 'query' | 'scrapeInterval'>
  users: KubernetesUsers
  rights: Rights
  mirror: Mirror
  resources: Resources
  versions: Versions
  /** Hears of each write that was made through this console. */
  written: (event: Written) => void
  now: () => EpochMilliseconds
}
