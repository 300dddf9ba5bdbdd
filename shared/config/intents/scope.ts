import { hasLabels, type Labels } from '#shared/config/world/labels.ts'
import { isSystemNamespace } from '#shared/config/world/membership.ts'
import type { Inventory } from '#shared/config/api.ts'
import { keyOf, type MeshObject, type ObjectRef, refOf } from '#shared/mesh/object.ts'
import type { Problem, Scene, Target } from './intent.ts'

export type Workload = Inventory['workloads'][number]

export const workloadName = ({ namespace, name }: Pick<Workload, 'namespace' | 'name'>): string =>
  `${namespace}/${name}`

export function workloadAt({ inventory }: Scene, { namespace, workload = '' }: Target): Workload | Problem {
  const found = inventory.workloads.find(each => each.namespace === namespace && each.name === workload)
  return found ?? { field: null, code: 'noSuchWorkload', values: { namespace, workload } }
}

/** Istio docs, "Canonical service", and Kubernetes docs, "Recommended Labels": what says which application a pod is of. */
const nameLabels = [
  'gateway.networking.k8s.io/gateway-name',
  'app',
  'app.kubernetes.io/name',
  'k8s-app',
  'service.istio.io/canonical-name',
  'istio',
]
const versionLabels = ['version', 'app.kubernetes.io/version', 'service.istio.io/canonical-revision']
const ownByPod = new Set(['pod-template-hash', 'controller-revision-hash', 'statefulset.kubernetes.io/pod-name'])

/** The few labels that select a workload and, where that can be, no other one of its namespace. */
export function labelsThatSelect({ inventory }: Scene, workload: Workload): Labels {
  const { labels, namespace } = workload
  const isAlone = (wanted: Labels) =>
    !inventory.workloads.some(
      other => other.namespace === namespace && other.name !== workload.name && hasLabels(other.labels, wanted),
    )
  const picked = (names: readonly (string | undefined)[]): Labels =>
    Object.fromEntries(names.flatMap(name => (name === undefined ? [] : [[name, labels[name] ?? '']])))
  const known = (names: readonly string[]) => names.find(name => (labels[name] ?? '') !== '')
  const few = [picked([known(nameLabels)]), picked([known(nameLabels), known(versionLabels)])]
  const all = picked(Object.keys(labels).filter(name => !ownByPod.has(name)))
  return few.find(wanted => Object.keys(wanted).length > 0 && isAlone(wanted)) ?? all
}

/** Workloads of a namespace that carry these labels; of every namespace where it is null. */
export const workloadsWith = ({ inventory }: Scene, namespace: string | null, wanted: Labels): Workload[] =>
  inventory.workloads.filter(
    each => (namespace === null || each.namespace === namespace) && hasLabels(each.labels, wanted),
  )

/** Workloads whose requests no proxy sends: they have no identity, and speak plaintext. */
export const outsideMesh = ({ inventory, world }: Scene): Workload[] =>
  inventory.workloads.filter(
    ({ proxy, namespace }) =>
      proxy === 'none' && !isSystemNamespace(namespace) && namespace !== world.settings.rootNamespace,
  )

/** `a, b, c +4`. */
export function namesIn(names: readonly string[], most = 5): string {
  const more = names.length - most
  return more > 0 ? `${names.slice(0, most).join(', ')} +${more}` : names.join(', ')
}

/** The object a target asks for by its key. */
export const objectAt = (objects: readonly MeshObject[], { rule }: Target): MeshObject | undefined =>
  objects.find(object => keyOf(refOf(object)) === rule)

export const nameOfWorkloads = (workloads: readonly Workload[]): string => namesIn(workloads.map(workloadName))

export const isThere = ({ world }: Scene, { group, kind, namespace, name }: ObjectRef): boolean =>
  world.get(`${group}/${kind}`, namespace, name) !== undefined
