import { groupOf, keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { enforcerOf } from '#shared/security/cast.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import { notYetMade } from '#shared/security/policy.ts'
import { record, textMap } from '#shared/security/read.ts'

/** One object as it is and as it would be. Without `before` it is made, without `after` it goes. */
export interface Change {
  before?: MeshObject | null
  after?: MeshObject | null
}

/** Objects and workloads that verdicts are made of. */
export interface Scenery {
  objects: readonly MeshObject[]
  workloads: readonly Workload[]
}

const deciding = new Set([
  'security.istio.io/AuthorizationPolicy',
  'security.istio.io/PeerAuthentication',
  'security.istio.io/RequestAuthentication',
])
const surrounding = new Set([
  '/Service',
  '/Namespace',
  'networking.istio.io/DestinationRule',
  'networking.istio.io/ServiceEntry',
  'networking.istio.io/VirtualService',
  'networking.istio.io/Gateway',
  'gateway.networking.k8s.io/HTTPRoute',
  'gateway.networking.k8s.io/Gateway',
])
const running = new Set(['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet', 'Pod'])

const kindOf = ({ apiVersion, kind }: MeshObject): string => `${groupOf(apiVersion)}/${kind}`
const isRunning = (object: MeshObject): boolean =>
  running.has(object.kind) && ['apps', ''].includes(groupOf(object.apiVersion))

/** May it turn a verdict? What else is changed is no business of a replay. */
export const bears = ({ before, after }: Change): boolean =>
  [before, after].some(
    object => object != null && (deciding.has(kindOf(object)) || surrounding.has(kindOf(object)) || isRunning(object)),
  )

/** Nothing but what proxies ask of a call: who runs, where calls go and what they are sent with stays. */
export const isRulesOnly = (changes: readonly Change[]): boolean =>
  changes.every(({ before, after }) =>
    [before, after].every(
      object => object == null || (deciding.has(kindOf(object)) && object.kind !== 'PeerAuthentication'),
    ),
  )

/** The mesh after some changes. What is changed and unknown, is made; what is changed to what it is, stays as it is. */
export function changed<T extends Scenery>(now: T, changes: readonly Change[]): T {
  const objects = new Map(indexOf(now.objects))
  let { workloads } = now
  for (const change of changes.filter(bears)) {
    const { before, after } = change
    if (before != null && (after == null || keyOf(refOf(before)) !== keyOf(refOf(after))))
      objects.delete(keyOf(refOf(before)))
    if (after != null && !isRunning(after)) {
      const key = keyOf(refOf(after))
      objects.set(key, dated(after, before ?? objects.get(key)))
    }
    workloads = workloadsAfter(workloads, change, now.objects)
  }
  return { ...now, objects: [...objects.values()], workloads }
}

/** Somebody who types changes the same objects again and again. */
const indices = new WeakMap<readonly MeshObject[], ReadonlyMap<string, MeshObject>>()
function indexOf(objects: readonly MeshObject[]): ReadonlyMap<string, MeshObject> {
  let index = indices.get(objects)
  if (index === undefined) indices.set(objects, (index = new Map(objects.map(one => [keyOf(refOf(one)), one]))))
  return index
}

/**
 * Of two PeerAuthentications that ask for the same the older one holds (Istio documentation, PeerAuthentication): a draft
 * is as old as what it changes, and what is made now is younger than all there is.
 */
function dated(object: MeshObject, was: MeshObject | undefined): MeshObject {
  if (kindOf(object) !== 'security.istio.io/PeerAuthentication' || object.metadata.creationTimestamp !== undefined)
    return object
  const creationTimestamp = was?.metadata.creationTimestamp ?? (was === undefined ? notYetMade : undefined)
  return creationTimestamp === undefined ? object : { ...object, metadata: { ...object.metadata, creationTimestamp } }
}

/** Labels of pods, and who stands before them, as far as labels say it at once. */
function workloadsAfter(
  workloads: readonly Workload[],
  change: Change,
  objects: readonly MeshObject[],
): readonly Workload[] {
  const { before, after } = change
  const object = after ?? before
  if (object == null) return workloads
  const move = moveIn(change)
  if (move !== null)
    return workloads.map(one => (workloadKey(one) === move.from ? movedTo(one, move.to, objects) : one))
  const { namespace = '', name } = object.metadata
  if (isRunning(object)) {
    const isIt = (one: Workload) => one.namespace === namespace && one.name === name
    return after == null
      ? workloads.filter(one => !isIt(one))
      : workloads.map(one => (isIt(one) ? { ...one, labels: podLabelsOf(after) } : one))
  }
  if (kindOf(object) !== '/Namespace') return workloads
  return after == null
    ? workloads.filter(one => one.namespace !== name)
    : workloads.map(one => (one.namespace === name ? guardedAs(one, labelsOf(before ?? null), labelsOf(after)) : one))
}

/** A workload that goes to another namespace, with its new one. */
export function moveIn({ before, after }: Change): { from: string; to: string } | null {
  if (before == null || after == null || !isRunning(before) || !isRunning(after)) return null
  const [from, to] = [before, after].map(({ metadata }) => metadata.namespace ?? 'default')
  if (from === undefined || to === undefined || from === to || before.metadata.name !== after.metadata.name) return null
  return { from: workloadKey({ namespace: from, name: before.metadata.name }), to }
}

/** Its pods are made anew there: the namespace says which proxy they have. */
function movedTo(workload: Workload, namespace: string, objects: readonly MeshObject[]): Workload {
  if (workload.role !== null) return { ...workload, namespace }
  const enforcedBy = enforcerOf(namespace, workload.labels, {}, objects, { rootNamespace: '' })
  return { ...workload, namespace, enforcedBy, guarded: enforcedBy === 'none' ? 0 : workload.pods }
}

const labelsOf = (object: MeshObject | null): Readonly<Record<string, string>> => textMap(object?.metadata.labels)

const podLabelsOf = (object: MeshObject): Record<string, string> =>
  object.kind === 'Pod'
    ? { ...labelsOf(object) }
    : { ...textMap(record(record(record(object.spec)['template'])['metadata'])['labels']) }

/**
 * Istio documentation, "Add workloads to the mesh" (ambient) and "Configure waypoint proxies": both labels act on pods
 * that run. Sidecars come and go with pods: a label of injection changes nothing until they are made anew.
 */
function guardedAs(
  workload: Workload,
  was: Readonly<Record<string, string>>,
  is: Readonly<Record<string, string>>,
): Workload {
  if (workload.role !== null || workload.enforcedBy === 'sidecar') return workload
  const mode = 'istio.io/dataplane-mode'
  const point = 'istio.io/use-waypoint'
  let { enforcedBy, guarded } = workload
  if (was[mode] !== is[mode]) {
    const isAmbient = is[mode] === 'ambient'
    guarded = isAmbient ? workload.pods : 0
    enforcedBy = !isAmbient ? 'none' : isNamed(is[point]) ? 'waypoint' : 'ztunnel'
  } else if (was[point] !== is[point] && enforcedBy !== 'none') enforcedBy = isNamed(is[point]) ? 'waypoint' : 'ztunnel'
  return { ...workload, enforcedBy, guarded }
}

const isNamed = (waypoint: string | undefined): boolean =>
  waypoint !== undefined && waypoint !== '' && waypoint !== 'none'

/**
 * Namespaces whose workloads' verdicts some changes can turn; null: those of any. A policy outside the root namespace
 * holds in its own alone (Istio documentation, AuthorizationPolicy, "Selector").
 */
export function reachOf(changes: readonly Change[], rootNamespace: string): ReadonlySet<string> | null {
  const places = new Set<string>()
  // Who moves calls others by another name.
  if (changes.some(change => moveIn(change) !== null)) return null
  for (const { before, after } of changes.filter(bears))
    for (const object of [before, after]) {
      if (object == null) continue
      const isOwn = deciding.has(kindOf(object)) || isRunning(object)
      const place = kindOf(object) === '/Namespace' ? object.metadata.name : (object.metadata.namespace ?? 'default')
      if ((!isOwn && kindOf(object) !== '/Namespace') || place === rootNamespace) return null
      places.add(place)
    }
  return places
}

const manifestOf = ({ namespace, name, kind, labels }: Workload): MeshObject => ({
  apiVersion: kind === 'Pod' ? 'v1' : 'apps/v1',
  kind: running.has(kind) ? kind : 'Deployment',
  metadata: { namespace, name, ...(kind === 'Pod' ? { labels: { ...labels } } : {}) },
  spec: { template: { metadata: { labels: { ...labels } } } },
})

/** The same workload, its pods labelled otherwise. */
export const relabelled = (workload: Workload, then: Readonly<Record<string, string>>): Change => ({
  before: manifestOf(workload),
  after: manifestOf({ ...workload, labels: { ...then } }),
})

/** The same workload in another namespace: with another identity, under other policies. */
export const moved = (workload: Workload, namespace: string): Change => ({
  before: manifestOf(workload),
  after: manifestOf({ ...workload, namespace }),
})

/** The same namespace with other labels: whether it is ambient, and which waypoint its calls pass. */
export const relabelledNamespace = (namespace: MeshObject, then: Readonly<Record<string, string>>): Change => ({
  before: namespace,
  after: { ...namespace, metadata: { ...namespace.metadata, labels: { ...then } } },
})
