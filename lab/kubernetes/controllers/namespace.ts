import type { KubeObject } from '#lab/contract.ts'
import { at } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving } from './controller.ts'
import { leave } from './leaving.ts'

const modeLabel = 'istio.io/dataplane-mode'
const redirection = 'ambient.istio.io/redirection'

/** Furnishes new namespaces, empties deleted ones, and captures their pods when they join the ambient mesh. */
export function namespaceController(cluster: Cluster): Controller {
  const { store } = cluster
  return {
    name: 'Namespace',
    interests(change) {
      if (change.resource === 'namespaces') return [`/${change.object.metadata.name}`]
      const { namespace, name } = change.object.metadata
      if (change.resource === 'serviceaccounts' && change.type === 'DELETED' && name === 'default')
        return [`/${namespace}`]
      const room = namespace === undefined ? undefined : store.get('namespaces', undefined, namespace)
      return room && isLeaving(room) && change.type === 'DELETED' ? [`/${namespace}`] : []
    },
    reconcile(_, name) {
      const namespace = store.get('namespaces', undefined, name)
      if (!namespace) return
      if (isLeaving(namespace)) empty(name)
      else {
        furnish(name)
        capture(namespace)
      }
    },
  }

  function empty(name: string): void {
    let left = 0
    for (const kind of store.resources.all())
      if (kind.namespaced)
        for (const object of store.list(kind.name, name)) {
          leave(cluster, kind.name, object)
          left += store.get(kind.name, name, object.metadata.name) ? 1 : 0
        }
    if (left === 0) store.remove('namespaces', undefined, name)
  }

  function furnish(namespace: string): void {
    if (!store.get('serviceaccounts', namespace, 'default'))
      store.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace } })
  }

  /** The CNI captures running pods at once; a sidecar takes a new pod. */
  function capture(namespace: KubeObject): void {
    for (const pod of store.list('pods', namespace.metadata.name)) {
      if (isLeaving(pod) || at(pod, 'spec.hostNetwork') === true) continue
      const { [redirection]: present, ...others } = pod.metadata.annotations ?? {}
      const hasSidecar = others['sidecar.istio.io/status'] !== undefined
      const mode = pod.metadata.labels?.[modeLabel] ?? namespace.metadata.labels?.[modeLabel]
      const wanted = !hasSidecar && mode === 'ambient'
      if (wanted === (present !== undefined)) continue
      const annotations = wanted ? { ...others, [redirection]: 'enabled' } : others
      store.replace({ ...pod, metadata: { ...pod.metadata, annotations } })
    }
  }
}
