import type { KubeObject, ResourceName } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, numberOf } from '#lab/kubernetes/value.ts'
import { type Cluster, isLeaving } from './controller.ts'

/** Deletes as a controller does: pods are given their grace, everything else goes unless a finalizer holds it. */
export function leave({ store, now }: Cluster, resource: ResourceName, object: KubeObject): void {
  const { namespace, name } = object.metadata
  const hasFinalizers = Array.isArray(object.metadata['finalizers']) && object.metadata['finalizers'].length > 0
  const runs = resource === 'pods' && Boolean(at(object, 'spec.nodeName'))
  if (!runs && !hasFinalizers) {
    store.remove(resource, namespace, name)
    return
  }
  if (isLeaving(object)) return
  const grace = runs ? numberOf(at(object, 'spec.terminationGracePeriodSeconds'), 30) : 0
  store.replace({
    ...object,
    metadata: {
      ...object.metadata,
      deletionTimestamp: timestamp(now() + grace * 1000),
      deletionGracePeriodSeconds: grace,
    },
  })
}
