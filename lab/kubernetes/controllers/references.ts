import type { KubeObject, ResourceName } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { keyOf } from './controller.ts'

/** Which objects of some resources name a thing: so that a change of the thing finds them without a walk. */
export interface ReferenceIndex {
  /** The objects (`namespace/name`) of a resource that name this. */
  to(reference: string, resource: ResourceName): string[]
  /** Whether any object of a resource names this. */
  has(reference: string, resource: ResourceName): boolean
  close(): void
}

export function createReferenceIndex(
  store: KubernetesStore,
  resources: readonly ResourceName[],
  referencesOf: (object: KubeObject) => Iterable<string>,
): ReferenceIndex {
  const index = new Map<string, Set<string>>()
  const put = (resource: ResourceName, object: KubeObject | null, isThere: boolean): void => {
    if (!object) return
    const key = keyOf(object)
    for (const reference of referencesOf(object)) {
      const place = `${resource} ${reference}`
      const referrers = index.get(place) ?? new Set<string>()
      if (isThere) index.set(place, referrers.add(key))
      else if (referrers.delete(key) && referrers.size === 0) index.delete(place)
    }
  }
  for (const resource of resources)
    if (store.resources.named(resource)) for (const object of store.list(resource)) put(resource, object, true)
  const close = store.subscribe(({ resource, type, object, previous }) => {
    if (!resources.includes(resource)) return
    put(resource, previous, false)
    if (type !== 'DELETED') put(resource, object, true)
  })
  return {
    to: (reference, resource) => [...(index.get(`${resource} ${reference}`) ?? [])],
    has: (reference, resource) => index.has(`${resource} ${reference}`),
    close,
  }
}
