import type { MeshObject } from '#shared/mesh/object.ts'
import { type Surroundings, surroundingsOf } from './evaluate/attach.ts'
import type { PathNormalization } from './evaluate/path.ts'
import { type Policies, policiesIn, type RequestAuthentication } from './policy.ts'
import { isAtLeast } from './version.ts'

/** What holds for the whole mesh. */
export interface Settings {
  rootNamespace: string
  trustDomain: string
  trustDomainAliases: readonly string[]
  pathNormalization: PathNormalization
  /** External authorizers that the mesh defines, for CUSTOM to name; absent or null: nobody said which. */
  authorizers?: readonly Authorizer[] | null
  /** Istio's, as its image is tagged; absent or null: nobody said. */
  version?: string | null | undefined
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

/**
 * A rule without an issuer takes tokens of any that its keys have signed; Istio accepts one since 1.27, where `jwksUri`
 * says where the keys are (istio/istio#56158). What another makes of it, and one that nobody knows, is not known.
 */
function asAccepted(policies: Policies, { version }: Settings): Policies {
  const isAccepted = isAtLeast(version, 27)
  if (isAccepted === true || policies.request.every(isOfIssuers)) return policies
  return { ...policies, request: policies.request.map(one => (isOfIssuers(one) ? one : doubted(one, isAccepted))) }
}

const isOfIssuers = ({ rules }: RequestAuthentication): boolean => rules.every(({ issuer }) => issuer !== '')

/** The same each time: what is made of a policy is remembered by it. */
const doubts = [null, false].map(isAccepted => ({
  isAccepted,
  known: new WeakMap<RequestAuthentication, RequestAuthentication>(),
}))

function doubted(policy: RequestAuthentication, isAccepted: false | null): RequestAuthentication {
  const known = doubts.find(one => one.isAccepted === isAccepted)?.known
  let found = known?.get(policy)
  if (found === undefined) {
    const index = policy.rules.findIndex(({ issuer }) => issuer === '')
    const which = isAccepted === null ? 'and which version runs is not known' : 'and an older one runs'
    const problem = `spec.jwtRules[${index}].issuer is missing, which Istio accepts since 1.27, ${which}`
    found = { ...policy, problems: policy.problems.length > 0 ? policy.problems : [problem] }
    known?.set(policy, found)
  }
  return found
}

/** @param near one that may have the same surroundings: they are taken over then */
export function worldOf(objects: readonly MeshObject[], settings: Settings = istioDefaults, near?: World): World {
  const policies = asAccepted(policiesIn(objects), settings)
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
