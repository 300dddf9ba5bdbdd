import type { KubeObject } from '#lab/contract.ts'
import { at } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, isWishChanged, keyOf, ownKey } from './controller.ts'

const modeLabel = 'istio.io/dataplane-mode'

/** What the CNI says of a pod whose traffic it leads through ztunnel. */
export const redirection = 'ambient.istio.io/redirection'

/** Istio's CNI agent in small: takes running pods into the ambient mesh and lets them out, as labels ask (Istio docs, "Add workloads to the mesh"). */
export function ambientController({ store }: Cluster): Controller {
  return {
    name: 'Ambient',
    watches: ['pods', 'namespaces'],
    interests(change) {
      if (change.resource === 'namespaces')
        return modeOf(change.previous) === modeOf(change.object)
          ? []
          : store.list('pods', change.object.metadata.name).map(keyOf)
      return isWishChanged(change) || at(change.previous, 'status.podIP') !== at(change.object, 'status.podIP')
        ? ownKey(change, 'pods')
        : []
    },
    reconcile(namespace, name) {
      const pod = store.get('pods', namespace, name)
      if (!pod || isLeaving(pod)) return
      const { [redirection]: present, ...others } = pod.metadata.annotations ?? {}
      const isCaptured = present !== undefined
      const isWanted = wantsCapture(pod, store.get('namespaces', undefined, namespace), isCaptured)
      if (isWanted === isCaptured) return
      const { annotations: _, ...metadata } = pod.metadata
      const annotations = isWanted ? { ...others, [redirection]: 'enabled' } : others
      const isBare = Object.keys(annotations).length === 0
      store.replace({ ...pod, metadata: { ...metadata, ...(isBare ? {} : { annotations }) } })
    },
  }
}

const modeOf = (object: KubeObject | null | undefined): string | undefined => object?.metadata.labels?.[modeLabel]

/** The pod's own label stands before its namespace's; a sidecar keeps ztunnel out, and so does the host's network. */
function wantsCapture(pod: KubeObject, namespace: KubeObject | undefined, isCaptured: boolean): boolean {
  if (at(pod, 'spec.hostNetwork') === true || pod.metadata.annotations?.['sidecar.istio.io/status'] !== undefined)
    return false
  if (!isCaptured && at(pod, 'status.podIP') === undefined) return false
  return (modeOf(pod) ?? modeOf(namespace)) === 'ambient'
}
