import type { KubeObject, ResourceName } from '#lab/contract.ts'
import { type Cluster, type Controller, isLeaving } from './controller.ts'
import { leave } from './leaving.ts'

/** Deletes what belonged to something that is gone, and serves the two finalizers that wait for dependents. */
export function garbageCollector(cluster: Cluster): Controller {
  const { store, owners } = cluster
  const orphans: string[] = []
  return {
    name: 'Garbage',
    // Keys are not names here but uids and places: what is gone has no object to look up.
    interests(change) {
      const { object, type, resource } = change
      if (type === 'DELETED') return [`gone/${object.metadata.uid}`, ...waitingOwners(object)]
      return isLeaving(object) && finalizersOf(object).some(name => name === 'foregroundDeletion' || name === 'orphan')
        ? [`${resource}/${object.metadata.namespace ?? ''}/${object.metadata.name}`]
        : []
    },
    reconcile(first, rest) {
      if (first === 'gone') for (const { resource, object } of owners.dependents(rest)) release(resource, object, rest)
      else finalize(first, rest)
    },
  }

  /** Owners that wait in the foreground for this dependent. */
  function waitingOwners(object: KubeObject): string[] {
    return (object.metadata.ownerReferences ?? []).flatMap(({ apiVersion, kind, name }) => {
      const resource = store.resources.of(apiVersion, kind)
      if (!resource) return []
      const namespace = resource.namespaced ? (object.metadata.namespace ?? '') : ''
      const owner = store.get(resource.name, namespace, name)
      return owner && isLeaving(owner) ? [`${resource.name}/${namespace}/${name}`] : []
    })
  }

  /** Takes the owner out of a dependent; the last one takes the dependent with it. */
  function release(resource: ResourceName, object: KubeObject, uid: string): void {
    const left = (object.metadata.ownerReferences ?? []).filter(owner => owner.uid !== uid)
    if (left.length === 0 && !orphans.includes(uid)) leave(cluster, resource, object)
    else {
      const { ownerReferences: _, ...metadata } = object.metadata
      store.replace({ ...object, metadata: { ...metadata, ...(left.length > 0 ? { ownerReferences: left } : {}) } })
    }
  }

  function finalize(resource: ResourceName, place: string): void {
    const slash = place.indexOf('/')
    const [namespace, name] = [place.slice(0, slash), place.slice(slash + 1)]
    const owner = store.get(resource, namespace, name)
    if (!owner || !isLeaving(owner)) return
    const uid = owner.metadata.uid ?? ''
    const finalizers = finalizersOf(owner)
    const dependents = owners.dependents(uid)
    if (finalizers.includes('orphan')) {
      orphans.push(uid)
      for (const { resource: other, object } of dependents) release(other, object, uid)
      orphans.pop()
    } else if (finalizers.includes('foregroundDeletion') && dependents.length > 0) {
      for (const { resource: other, object } of dependents) leave(cluster, other, object)
      if (owners.dependents(uid).length > 0) return
    }
    const left = finalizers.filter(item => item !== 'orphan' && item !== 'foregroundDeletion')
    if (left.length === 0 && resource !== 'pods') store.remove(resource, namespace, name)
    else store.replace({ ...owner, metadata: { ...owner.metadata, finalizers: left } })
  }
}

const finalizersOf = (object: KubeObject): string[] =>
  Array.isArray(object.metadata['finalizers']) ? object.metadata['finalizers'].map(String) : []
