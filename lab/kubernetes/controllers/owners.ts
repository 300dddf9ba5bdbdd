import type { KubeObject, ResourceName } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'

/** Who belongs to whom, by uid. */
export interface OwnerIndex {
  /** The objects of a resource that name this owner, in the order in which they came. */
  owned(uid: string | undefined, resource: ResourceName): KubeObject[]
  /** All that name this owner. */
  dependents(uid: string): { resource: ResourceName; object: KubeObject }[]
}

interface Place {
  resource: ResourceName
  namespace: string | undefined
  name: string
}

export function createOwnerIndex(store: KubernetesStore): OwnerIndex & { close(): void } {
  const index = new Map<string, Map<string, Place>>()
  const change = (resource: ResourceName, before: KubeObject | null, after: KubeObject | null): void => {
    const old = before?.metadata.ownerReferences
    const next = after?.metadata.ownerReferences
    if (old === next) return
    const object = after ?? before
    if (!object) return
    const { namespace, name } = object.metadata
    const key = `${resource} ${namespace}/${name}`
    for (const { uid } of old ?? []) {
      const places = index.get(uid)
      places?.delete(key)
      if (places?.size === 0) index.delete(uid)
    }
    for (const { uid } of next ?? []) {
      const places = index.get(uid) ?? new Map<string, Place>()
      index.set(uid, places.set(key, { resource, namespace, name }))
    }
  }
  for (const { name } of store.resources.all()) for (const object of store.list(name)) change(name, null, object)
  const close = store.subscribe(event =>
    change(event.resource, event.previous, event.type === 'DELETED' ? null : event.object),
  )
  const read = (uid: string | undefined, test: (place: Place) => boolean) =>
    [...(index.get(uid ?? '')?.values() ?? [])].filter(test).flatMap(({ resource, namespace, name }) => {
      const object = store.get(resource, namespace, name)
      return object ? [{ resource, object }] : []
    })
  return {
    owned: (uid, resource) => read(uid, place => place.resource === resource).map(({ object }) => object),
    dependents: uid => read(uid, () => true),
    close,
  }
}
