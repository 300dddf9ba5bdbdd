import { hostsOverlap } from '#shared/config/world/hosts.ts'
import { fitsSelector } from '#shared/config/world/labels.ts'
import { has, items, number, record, text, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import type { Json, MeshObject, Path } from '#shared/mesh/object.ts'

/** How routes of Gateway API hang on listeners. Gateway API docs, "Attaching Routes to Gateways". */

export const group = 'gateway.networking.k8s.io'
export const gatewayKey = `${group}/Gateway`
export const routeKinds = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'].map(kind => `${group}/${kind}`)

export interface Parent {
  group: string
  kind: string
  namespace: string
  name: string
  section: string
  port: number | null
  path: Path
}

export const parentsOf = (route: MeshObject): Parent[] =>
  items(route.spec?.['parentRefs']).map((parent, index) => ({
    // An empty group is the core one, an absent one is Gateway API's.
    group: typeof parent['group'] === 'string' ? parent['group'] : group,
    kind: text(parent['kind']) || 'Gateway',
    namespace: text(parent['namespace']) || (route.metadata.namespace ?? ''),
    name: text(parent['name']),
    section: text(parent['sectionName']),
    port: number(parent['port']) ?? null,
    path: ['spec', 'parentRefs', index],
  }))

/** Routes a protocol carries. Gateway API docs, ProtocolType. */
const carried: Record<string, readonly string[]> = {
  HTTP: ['HTTPRoute', 'GRPCRoute'],
  HTTPS: ['HTTPRoute', 'GRPCRoute'],
  TLS: ['TLSRoute', 'TCPRoute'],
  TCP: ['TCPRoute'],
  UDP: ['UDPRoute'],
}

/** Why a listener does not take a route; null where it does. */
export function refusal(
  world: World,
  route: MeshObject,
  parent: Parent,
  gateway: MeshObject,
  listener: Json,
): string | null {
  if (parent.section !== '' && text(listener['name']) !== parent.section) return `it has no listener ${parent.section}`
  if (parent.port !== null && number(listener['port']) !== parent.port)
    return `it has no listener on port ${parent.port}`
  const allowed = record(listener['allowedRoutes'])
  const kinds = has(allowed, 'kinds')
    ? items(allowed['kinds']).map(({ kind }) => text(kind))
    : (carried[text(listener['protocol'])] ?? [route.kind])
  if (!kinds.includes(route.kind)) return `its listeners take no ${route.kind}`
  if (!isAllowed(world, route, gateway, record(allowed['namespaces'])))
    return `its listeners take no routes of the namespace ${route.metadata.namespace ?? ''}`
  const hosts = texts(route.spec?.['hostnames'])
  const own = text(listener['hostname'])
  if (own !== '' && hosts.length > 0 && !hosts.some(host => hostsOverlap(own, host)))
    return `its listeners are for other hosts than ${hosts.join(', ')}`
  return null
}

function isAllowed(world: World, route: MeshObject, gateway: MeshObject, from: Json): boolean {
  const [home, place] = [gateway.metadata.namespace ?? '', route.metadata.namespace ?? '']
  switch (text(from['from']) || 'Same') {
    case 'All':
      return true
    case 'Selector':
      return fitsSelector(from['selector'], world.get('/Namespace', '', place)?.metadata.labels ?? {})
    case 'None':
      return false
    default:
      return home === place
  }
}

/** Gateway API docs, ReferenceGrant: whether objects of a kind may name another namespace's. */
export const isGranted = (
  world: World,
  from: { group: string; kind: string; namespace: string },
  to: { group: string; kind: string; namespace: string; name: string },
): boolean =>
  from.namespace === to.namespace ||
  world
    .list(`${group}/ReferenceGrant`, to.namespace)
    .some(
      ({ spec }) =>
        items(spec?.['from']).some(
          one =>
            text(one['group']) === from.group &&
            text(one['kind']) === from.kind &&
            text(one['namespace']) === from.namespace,
        ) &&
        items(spec?.['to']).some(
          one =>
            text(one['group']) === to.group &&
            text(one['kind']) === to.kind &&
            (text(one['name']) || to.name) === to.name,
        ),
    )
