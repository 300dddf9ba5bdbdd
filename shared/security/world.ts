import type { MeshObject } from '#shared/mesh/object.ts'
import { type Surroundings, surroundingsOf } from './evaluate/attach.ts'
import type { PathNormalization } from './evaluate/path.ts'
import { type Policies, policiesIn } from './policy.ts'

/** What holds for the whole mesh. */
export interface Settings {
  rootNamespace: string
  trustDomain: string
  trustDomainAliases: readonly string[]
  pathNormalization: PathNormalization
  /** External authorizers that the mesh defines, for CUSTOM to name; absent or null: nobody said which. */
  authorizers?: readonly Authorizer[] | null
}

export interface Authorizer {
  name: string
  /** One that speaks HTTP is not asked about TCP. */
  speaks: 'http' | 'grpc'
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
  /** The objects that these are made of. */
  others: readonly MeshObject[]
  policies: Policies
  /** Those of the root namespace and of this one. */
  policiesFor: (namespace: string) => Policies
}

/** @param near one that may have the same surroundings: they are taken over then */
export function worldOf(objects: readonly MeshObject[], settings: Settings = istioDefaults, near?: World): World {
  const policies = policiesIn(objects)
  const others = objects.filter(({ apiVersion }) => !apiVersion.startsWith('security.istio.io/'))
  const isSame =
    near?.settings === settings &&
    near.others.length === others.length &&
    near.others.every((object, index) => object === others[index])
  const index = {
    authorization: Map.groupBy(policies.authorization, ({ namespace }) => namespace),
    peer: Map.groupBy(policies.peer, ({ namespace }) => namespace),
    request: Map.groupBy(policies.request, ({ namespace }) => namespace),
  }
  const { rootNamespace } = settings
  const ofBoth = <T>(map: ReadonlyMap<string, readonly T[]>, namespace: string): T[] =>
    [...new Set([rootNamespace, namespace])].flatMap(name => map.get(name) ?? [])
  const known = new Map<string, Policies>()
  return {
    settings,
    around: isSame ? near.around : surroundingsOf(others, rootNamespace),
    others,
    policies,
    policiesFor(namespace) {
      let found = known.get(namespace)
      if (found === undefined) {
        found = {
          authorization: ofBoth(index.authorization, namespace),
          peer: ofBoth(index.peer, namespace),
          request: ofBoth(index.request, namespace),
        }
        known.set(namespace, found)
      }
      return found
    },
  }
}
