import { type Cluster, type Controller, isLeaving } from './controller.ts'
import { leave } from './leaving.ts'

/** Furnishes new namespaces, and empties deleted ones. */
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
      else furnish(name)
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
}
