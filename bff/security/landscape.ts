import { parse } from 'yaml'
import { HttpProblem } from '#bff/http/problem.ts'
import { isSeen, openSight, type Seers, type Sight } from '#bff/http/sight.ts'
import type { KindState } from '#bff/sources/kubernetes-objects.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { groupOf } from '#shared/mesh/object.ts'
import type { Landscape } from '#shared/security/api.ts'
import { settingsIn } from '#shared/security/settings.ts'
import { versionIn } from '#shared/security/version.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { cutWorkloads } from './cut.ts'
import { workloadsOf } from './workloads.ts'

/** The kinds that verdicts are made of. Without the first three there are none. */
export const policyKinds = [
  { group: 'security.istio.io', kind: 'AuthorizationPolicy', plural: 'authorizationpolicies' },
  { group: 'security.istio.io', kind: 'PeerAuthentication', plural: 'peerauthentications' },
  { group: 'security.istio.io', kind: 'RequestAuthentication', plural: 'requestauthentications' },
] as const
const surroundingKinds = [
  { group: '', kind: 'Service', plural: 'services' },
  { group: 'networking.istio.io', kind: 'DestinationRule', plural: 'destinationrules' },
  { group: 'networking.istio.io', kind: 'ServiceEntry', plural: 'serviceentries' },
  { group: 'networking.istio.io', kind: 'VirtualService', plural: 'virtualservices' },
  { group: 'networking.istio.io', kind: 'Gateway', plural: 'gateways' },
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', plural: 'httproutes' },
  { group: 'gateway.networking.k8s.io', kind: 'Gateway', plural: 'gateways' },
] as const

export interface LandscapeDeps {
  kubernetes: Pick<Kubernetes, 'objects' | 'state'>
  /** Every object of a kind that the cluster has told. */
  objectsOf(group: string, kind: string): Iterable<MeshObject>
  kinds(): readonly Pick<KindState, 'group' | 'kind' | 'state' | 'because'>[]
  may(user: string, deed: { group: string; plural: string; verb: 'list' }, namespace: string | null): Promise<boolean>
  seers?: Seers | undefined
  now: () => EpochMilliseconds
}

/** Policies and workloads as far as somebody may read them, and where they may not. */
export async function readLandscapeFor(user: string, deps: LandscapeDeps): Promise<Landscape> {
  const mesh = deps.kubernetes.objects()
  if (mesh === null) throw unknownYet(deps.kubernetes.state().because)
  for (const { group, kind } of policyKinds) {
    const told = deps.kinds().find(one => one.group === group && one.kind === kind)
    if (told !== undefined && told.state !== 'ok' && told.state !== 'missing') throw unknownYet(told.because)
  }
  const names = mesh.namespaces.map(({ name }) => name)
  const sight = await (deps.seers ?? openSight).of(user, names)
  const version = versionIn(mesh.pods.flatMap(({ pilot }) => pilot ?? []))
  const settings = settingsIn([...deps.objectsOf('', 'ConfigMap')], text => parse(text) as unknown, { version })
  const { rootNamespace } = settings
  const asked = [...new Set([...names.filter(name => isSeen(sight, name)), rootNamespace])]
  const places = async ({ group, plural }: { group: string; plural: string }): Promise<Sight> => {
    const deed = { verb: 'list' as const, group, plural }
    if (await deps.may(user, deed, null)) return 'everything'
    const answers = await Promise.all(asked.map(name => deps.may(user, deed, name)))
    return new Set(asked.filter((_, index) => answers[index]))
  }
  const policies = await Promise.all(policyKinds.map(async one => ({ ...one, places: await places(one) })))
  const around = await Promise.all(surroundingKinds.map(async one => ({ ...one, places: await places(one) })))
  const readsAll = (name: string) => policies.every(one => isSeen(one.places, name))
  return {
    at: deps.now(),
    settings: { ...settings, trustDomainAliases: [...settings.trustDomainAliases] },
    objects: [
      ...[...policies, ...around].flatMap(({ group, kind, places: where }) =>
        [...deps.objectsOf(group, kind)]
          .filter(
            ({ apiVersion, metadata }) => groupOf(apiVersion) === group && isSeen(where, metadata.namespace ?? ''),
          )
          .map(slim),
      ),
      ...mesh.namespaces
        .filter(({ name }) => isSeen(sight, name))
        .map(({ name, labels }) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })),
    ],
    workloads: cutWorkloads(workloadsOf(mesh), sight),
    readable: {
      mesh: readsAll(rootNamespace),
      namespaces: policies.every(one => one.places === 'everything') ? null : asked.filter(readsAll),
    },
    partial: deps.kubernetes.state().state === 'ok' ? [] : [deps.kubernetes.state().because ?? ''],
  }
}

/** Who owns which field is not asked here, and makes half of an object. */
function slim(given: MeshObject): Record<string, unknown> {
  const { status: _status, ...object } = given
  const { managedFields: _fields, ...metadata } = object.metadata
  return { ...object, metadata }
}

const unknownYet = (because: string | null): HttpProblem =>
  new HttpProblem(
    503,
    because === null
      ? 'Kubernetes has not told yet which security policies there are: without them no verdict is made.'
      : `Kubernetes does not tell which security policies there are: ${because} Without them no verdict is made.`,
  )
