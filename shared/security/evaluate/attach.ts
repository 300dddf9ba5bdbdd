import { groupOf, type MeshObject } from '#shared/mesh/object.ts'
import { always, any, atom, type Expression, never, sharedAtom } from './kleene.ts'
import type { Flow } from '#shared/security/flow.ts'
import type { AuthorizationPolicy, PolicyRef, RequestAuthentication, Target } from '#shared/security/policy.ts'
import { covers, record, text, textMap, texts } from '#shared/security/read.ts'

/** Which policies a proxy has: by namespace and labels, or by what they are attached to. */

export interface Surroundings {
  rootNamespace: string
  services: ReadonlyMap<string, MeshObject>
  servicesIn: ReadonlyMap<string, readonly MeshObject[]>
  entries: ReadonlyMap<string, MeshObject>
  namespaces: ReadonlyMap<string, MeshObject>
  destinationRulesIn: ReadonlyMap<string, readonly MeshObject[]>
}

export function surroundingsOf(objects: readonly MeshObject[], rootNamespace: string): Surroundings {
  const of = (group: string, kind: string) =>
    new Map(
      objects
        .filter(object => object.kind === kind && groupOf(object.apiVersion) === group)
        .map(object => [
          `${object.metadata.namespace ?? (kind === 'Namespace' ? '' : 'default')}/${object.metadata.name}`,
          object,
        ]),
    )
  const services = of('', 'Service')
  return {
    rootNamespace,
    services,
    servicesIn: Map.groupBy(services.values(), ({ metadata }) => metadata.namespace ?? 'default'),
    entries: of('networking.istio.io', 'ServiceEntry'),
    namespaces: of('', 'Namespace'),
    destinationRulesIn: Map.groupBy(
      of('networking.istio.io', 'DestinationRule').values(),
      ({ metadata }) => metadata.namespace ?? 'default',
    ),
  }
}

type Attached = Pick<AuthorizationPolicy | RequestAuthentication, 'namespace' | 'selector' | 'targets'>

/** Istio docs, Authorization Policy, `selector` and `targetRefs`. */
export function attachment(policy: Attached, { destination, http }: Flow, around: Surroundings): Expression {
  const { namespace, labels, enforcedBy } = destination
  const isNear = policy.namespace === namespace || policy.namespace === around.rootNamespace
  if (policy.targets.length === 0) {
    // A waypoint has only what is attached to it by name.
    if (enforcedBy === 'waypoint' || !isNear) return never
    return policy.selector === null || covers(policy.selector, labels) ? always : never
  }
  if (enforcedBy !== 'waypoint' && enforcedBy !== 'gateway') return never
  return any(policy.targets.map(target => targetFits(policy.namespace, target, destination, http?.host ?? '', around)))
}

function targetFits(
  namespace: string,
  { group, kind, name }: Target,
  destination: Flow['destination'],
  host: string,
  around: Surroundings,
): Expression {
  const isWaypoint = destination.enforcedBy === 'waypoint'
  switch (`${group}/${kind}`) {
    case '/Service':
      return isWaypoint && namespace === destination.namespace && isService(name, destination, host, around)
        ? always
        : never
    case 'networking.istio.io/ServiceEntry':
      return isWaypoint && namespace === destination.namespace && isEntry(name, destination, host, around)
        ? always
        : never
    case 'gateway.networking.k8s.io/GatewayClass':
      return isWaypoint && namespace === around.rootNamespace && name === 'istio-waypoint' ? always : never
    case 'gateway.networking.k8s.io/Gateway':
      return isWaypoint ? isWaypointOf(namespace, name, destination, around) : isGateway(namespace, name, destination)
    default:
      return never
  }
}

/** A Service that is known is asked for its pods; one that is not goes by the names of its workload, or by the host. */
export function isService(name: string, destination: Flow['destination'], host: string, around: Surroundings): boolean {
  const { namespace, labels } = destination
  const service = around.services.get(`${namespace}/${name}`)
  const selector = textMap(record(service?.spec)['selector'])
  if (Object.keys(selector).length > 0) return covers(selector, labels)
  return namesOf(destination).includes(name) || isHostOf(host, name, namespace)
}

function isEntry(name: string, destination: Flow['destination'], host: string, around: Surroundings): boolean {
  const known = around.entries.get(`${destination.namespace}/${name}`)
  // Where Services are told, an entry that is not told is none, and its namesake may be a Service.
  if (known === undefined && around.servicesIn.has(destination.namespace)) return false
  const entry = record(known?.spec)
  const selector = textMap(record(entry['workloadSelector'])['labels'])
  if (Object.keys(selector).length > 0) return covers(selector, destination.labels)
  const hosts = texts(entry['hosts'])
  const plain = host.replace(/:\d+$/, '').toLowerCase()
  return hosts.length > 0 && plain !== '' ? hosts.includes(plain) : namesOf(destination).includes(name)
}

const namesOf = ({ workload, labels }: Flow['destination']): (string | null | undefined)[] => [
  workload,
  labels['service.istio.io/canonical-name'],
  labels['app.kubernetes.io/name'],
  labels['app'],
]

function isHostOf(host: string, name: string, namespace: string): boolean {
  const plain = host.replace(/:\d+$/, '').toLowerCase()
  return plain === `${name}.${namespace}` || plain.startsWith(`${name}.${namespace}.svc`)
}

const gatewayName = 'gateway.networking.k8s.io/gateway-name'

function isGateway(namespace: string, name: string, destination: Flow['destination']): Expression {
  const own = destination.labels[gatewayName]
  const { workload } = destination
  // Gateways that Istio makes are named after their Gateway and its class.
  const isOwn = own === undefined ? workload === name || workload === `${name}-istio` : own === name
  return namespace === destination.namespace && isOwn ? always : never
}

/** Which waypoint it is: told by the labels of the Service, the workload and the namespace, else unknown. */
function isWaypointOf(
  namespace: string,
  name: string,
  destination: Flow['destination'],
  around: Surroundings,
): Expression {
  const own = destination.labels[gatewayName]
  if (own !== undefined) return namespace === destination.namespace && own === name ? always : never
  const told = waypointOf(destination, around)
  if (told !== null) return told === `${namespace}/${name}` ? always : never
  if (namespace !== destination.namespace) return never
  return sharedAtom(['waypoint', name], () => ({
    variable: 'waypoint',
    fact: 'destination.waypoint',
    read: () => undefined,
    test: value => value === name,
    seeds: { kind: 'choice', of: [name] },
  }))
}

/** `namespace/name` of the waypoint, where the labels of the Service, the workload or the namespace tell it. */
export function waypointOf({ namespace, labels }: Flow['destination'], around: Surroundings): string | null {
  const services = (around.servicesIn.get(namespace) ?? []).flatMap(({ metadata, spec }) => {
    const selector = textMap(record(spec)['selector'])
    return Object.keys(selector).length > 0 && covers(selector, labels) ? [textMap(metadata.labels)] : []
  })
  const places = [...services, labels, textMap(around.namespaces.get(`/${namespace}`)?.metadata.labels)]
  for (const place of places) {
    const name = text(place['istio.io/use-waypoint'])
    if (name !== '') return `${text(place['istio.io/use-waypoint-namespace']) || namespace}/${name}`
  }
  return null
}

/** A policy Istio would refuse may be there or not, and nobody knows what it does. */
export function ifPolicyIs(policy: PolicyRef, states: readonly string[], wanted: string): Expression {
  let known = asked.get(policy)
  if (known === undefined) asked.set(policy, (known = new Map()))
  let found = known.get(wanted)
  const key = keyOf(policy)
  if (found === undefined)
    known.set(
      wanted,
      (found = atom({
        variable: key,
        fact: key,
        read: () => undefined,
        test: value => value === wanted,
        seeds: { kind: 'choice', of: states },
      })),
    )
  return found
}

/** One question per policy, however many evaluators ask it. */
const asked = new WeakMap<PolicyRef, Map<string, Expression>>()

export const keyOf = ({ kind, namespace, name }: PolicyRef): string => `${kind} ${namespace}/${name}`
