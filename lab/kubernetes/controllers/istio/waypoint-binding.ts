import { setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  keyOf,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { isEqual, listOf } from '#lab/kubernetes/value.ts'
import { bindingOf, gateways } from './waypoints.ts'

/** Says of Services and ServiceEntries whether the waypoint that they ask for takes them, as istiod does. */
export function waypointBindingController(cluster: Cluster, name: string, resource: string): Controller {
  const { store } = cluster
  return {
    name,
    watches: [resource, gateways, 'namespaces'],
    interests(change) {
      const { object, previous } = change
      if (change.resource === resource) return isWishChanged(change) ? ownKey(change, resource) : []
      if (change.resource === 'namespaces')
        return object.metadata.labels === previous?.metadata.labels
          ? []
          : store.list(resource, object.metadata.name).map(keyOf)
      // A waypoint is rarely made or lost; who asks for it is found by a walk then.
      const isMoved = isWishChanged(change) || previous?.status?.['addresses'] !== object.status?.['addresses']
      return isMoved && object.spec?.['gatewayClassName'] === 'istio-waypoint' ? store.list(resource).map(keyOf) : []
    },
    reconcile(namespace, objectName) {
      const object = store.get(resource, namespace, objectName)
      if (!object || isLeaving(object)) return
      const before = listOf(object.status?.['conditions'])
      const said = bindingOf(store, object)
      const own = before.filter(condition => condition['type'] === 'istio.io/WaypointBound')
      if (said === undefined && own.length === 0) return
      const others = before.filter(condition => !own.includes(condition))
      const conditions = said ? setConditions(before, [said], { time: cluster.since(object) }) : others
      if (isEqual(before, conditions)) return
      const { conditions: _, ...status } = object.status ?? {}
      const next = store.replace({ ...object, status: { ...status, ...(conditions.length > 0 ? { conditions } : {}) } })
      if (said?.status === 'False') cluster.record(next, 'Warning', said.reason, said.message, 'istiod')
    },
  }
}
