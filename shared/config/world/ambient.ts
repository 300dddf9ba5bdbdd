import type { MeshObject } from '#shared/mesh/object.ts'
import { isNamespaceAmbient } from './membership.ts'
import { text } from './read.ts'
import type { World } from './world.ts'

/** Istio docs, "Configure waypoint proxies": who goes through which waypoint. */

const label = 'istio.io/use-waypoint'
const gatewayKind = 'gateway.networking.k8s.io/Gateway'

export const isAmbient = (world: World, namespace: string): boolean =>
  isNamespaceAmbient(world.get('/Namespace', '', namespace))

export const isWaypoint = (gateway: MeshObject | undefined): boolean =>
  text(gateway?.spec?.['gatewayClassName']) === 'istio-waypoint'

export interface WaypointName {
  namespace: string
  name: string
}

/** What an object's own label asks for; `none` asks to go without. Null where it has no such label. */
export function wishedWaypoint(object: MeshObject | undefined, home: string): WaypointName | 'none' | null {
  const labels = object?.metadata.labels ?? {}
  const name = labels[label]
  if (name === undefined) return null
  return name === 'none' ? 'none' : { namespace: labels['istio.io/use-waypoint-namespace'] ?? home, name }
}

/** The waypoint a service's callers go through: its own label goes before its namespace's. */
export function waypointOfService(world: World, service: MeshObject): MeshObject | undefined {
  const namespace = service.metadata.namespace ?? ''
  const wish = wishedWaypoint(service, namespace) ?? wishedWaypoint(world.get('/Namespace', '', namespace), namespace)
  if (wish === null || wish === 'none') return undefined
  return world.get(gatewayKind, wish.namespace, wish.name)
}

/** Whether anything of a namespace is bound to a waypoint that exists. */
export function hasWaypoint(world: World, namespace: string): boolean {
  const wish = wishedWaypoint(world.get('/Namespace', '', namespace), namespace)
  if (wish !== null && wish !== 'none' && world.get(gatewayKind, wish.namespace, wish.name)) return true
  return world.list('/Service', namespace).some(service => waypointOfService(world, service) !== undefined)
}
