import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds } from '#lab/kubernetes/controllers/conditions.ts'
import { classOf } from '#lab/kubernetes/controllers/gateway-api/classes.ts'
import { selects } from '#lab/kubernetes/controllers/label-selector.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, listOf } from '#lab/kubernetes/value.ts'

export const gateways = 'gateways.gateway.networking.k8s.io'

/** The waypoint (`namespace/name`) that a Service or ServiceEntry asks for: its own label before its namespace's (Istio docs, "Use a waypoint proxy"). */
export function askedWaypoint(store: KubernetesStore, object: KubeObject): string | undefined {
  const { namespace = '', labels = {} } = object.metadata
  // A waypoint stands before others, not before itself.
  if (labels['gateway.istio.io/managed'] !== undefined) return undefined
  const room = store.get('namespaces', undefined, namespace)?.metadata.labels ?? {}
  const source = labels['istio.io/use-waypoint'] === undefined ? room : labels
  const name = source['istio.io/use-waypoint']
  if (name === undefined || name === 'none') return undefined
  return `${source['istio.io/use-waypoint-namespace'] ?? namespace}/${name}`
}

/** What came of it; undefined where no waypoint is asked for. */
export function bindingOf(store: KubernetesStore, object: KubeObject): Condition | undefined {
  const key = askedWaypoint(store, object)
  if (key === undefined) return undefined
  const refuse = (reason: string, message: string) => fails('istio.io/WaypointBound', reason, message)
  const [namespace = '', name = ''] = key.split('/')
  const gateway = store.get(gateways, namespace, name)
  const isWaypoint = gateway !== undefined && classOf(store, gateway)?.deploys === 'waypoint'
  if (!isWaypoint || listOf(gateway.status?.['addresses']).length === 0)
    return refuse('WaypointIsNotReady', `waypoint "${key}" is not ready`)
  if (!isOpenTo(store, gateway, object.metadata.namespace ?? ''))
    return refuse('AttachmentDenied', `we are not permitted to attach to waypoint "${key}" (missing allowedRoutes?)`)
  const traffic = gateway.metadata.labels?.['istio.io/waypoint-for'] ?? 'service'
  if (traffic !== 'service' && traffic !== 'all')
    return refuse(
      'UnsupportedTrafficType',
      `attempting to bind to traffic type "service" which the waypoint "${key}" does not support`,
    )
  const told = ingressWords(object)
  return holds('istio.io/WaypointBound', 'WaypointAccepted', `Successfully attached to waypoint ${key}${told}`)
}

function ingressWords(object: KubeObject): string {
  const asked = object.metadata.labels?.['istio.io/ingress-use-waypoint']
  if (asked === undefined) return ''
  return asked === 'true'
    ? '. Ingress traffic will traverse the waypoint'
    : '. Ingress traffic is not using the waypoint, set the istio.io/ingress-use-waypoint label to true if desired.'
}

function isOpenTo(store: KubernetesStore, gateway: KubeObject, namespace: string): boolean {
  if (gateway.metadata.namespace === namespace) return true
  const [listener] = listOf(gateway.spec?.['listeners'])
  const from = at(listener, 'allowedRoutes.namespaces.from')
  if (from !== 'Selector') return from === 'All'
  const labels = store.get('namespaces', undefined, namespace)?.metadata.labels
  return selects(at(listener, 'allowedRoutes.namespaces.selector'), labels)
}
