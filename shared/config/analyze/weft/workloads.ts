import { podsSelected, type Labels, hasLabels } from '#shared/config/world/labels.ts'
import { at, textMap } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { MeshObject } from '#shared/mesh/object.ts'

/** Whom a policy selects; null of labels: everybody where it applies. */

export const selectorLabels = ({ spec }: MeshObject): Labels => ({
  ...textMap(at(spec, 'selector', 'matchLabels')),
  ...textMap(at(spec, 'workloadSelector', 'labels')),
  ...textMap(at(spec, 'workloadSelector', 'matchLabels')),
})

/** Policies of the root namespace reach the whole mesh. */
export const reachOf = (world: World, policy: MeshObject): string | null =>
  policy.metadata.namespace === world.settings.rootNamespace ? null : (policy.metadata.namespace ?? '')

export const podsOf = (world: World, policy: MeshObject): readonly MeshObject[] =>
  podsSelected(world, reachOf(world, policy), selectorLabels(policy))

/** Workloads outside Kubernetes count as well. */
export const selectsEntry = (world: World, namespace: string | null, wanted: Labels): boolean =>
  world
    .list('networking.istio.io/WorkloadEntry', namespace ?? undefined)
    .some(entry => hasLabels({ ...textMap(entry.spec?.['labels']), ...entry.metadata.labels }, wanted))

/** Services that lead to a pod. */
export const servicesOfPod = (world: World, pod: MeshObject): MeshObject[] =>
  world.list('/Service', pod.metadata.namespace ?? '').filter(service => {
    const selector = textMap(service.spec?.['selector'])
    return Object.keys(selector).length > 0 && hasLabels(pod.metadata.labels ?? {}, selector)
  })

/** `pods a, b and 3 more`. */
export function namesOf(objects: readonly MeshObject[], most = 3): string {
  const names = objects.slice(0, most).map(({ metadata }) => `${metadata.namespace ?? ''}/${metadata.name}`)
  const more = objects.length - names.length
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ')
}
