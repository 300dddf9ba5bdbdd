import type { MeshObject } from '#shared/mesh/object.ts'
import { type Surroundings, surroundingsOf } from './evaluate-attach.ts'
import type { PathNormalization } from './evaluate-path.ts'
import { type Policies, policiesIn } from './policy.ts'

/** What holds for the whole mesh. */
export interface Settings {
  rootNamespace: string
  trustDomain: string
  trustDomainAliases: readonly string[]
  pathNormalization: PathNormalization
}

export const istioDefaults: Settings = {
  rootNamespace: 'istio-system',
  trustDomain: 'cluster.local',
  trustDomainAliases: [],
  pathNormalization: 'BASE',
}

/** Policies and what else of the mesh they depend on, indexed by where they apply. */
export interface World {
  settings: Settings
  around: Surroundings
  policies: Policies
  /** Those of the root namespace and of this one. */
  policiesFor: (namespace: string) => Policies
}

export function worldOf(objects: readonly MeshObject[], settings: Settings = istioDefaults): World {
  const policies = policiesIn(objects)
  const index = {
    authorization: Map.groupBy(policies.authorization, ({ namespace }) => namespace),
    peer: Map.groupBy(policies.peer, ({ namespace }) => namespace),
    request: Map.groupBy(policies.request, ({ namespace }) => namespace),
  }
  const { rootNamespace } = settings
  const near = <T>(map: ReadonlyMap<string, readonly T[]>, namespace: string): T[] =>
    [...new Set([rootNamespace, namespace])].flatMap(name => map.get(name) ?? [])
  const known = new Map<string, Policies>()
  return {
    settings,
    around: surroundingsOf(objects, rootNamespace),
    policies,
    policiesFor(namespace) {
      let found = known.get(namespace)
      if (found === undefined) {
        found = {
          authorization: near(index.authorization, namespace),
          peer: near(index.peer, namespace),
          request: near(index.request, namespace),
        }
        known.set(namespace, found)
      }
      return found
    },
  }
}
