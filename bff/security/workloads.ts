import type { MeshObjects, PodView, ServiceView, WorkloadView } from '#bff/sources/source.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import { covers } from '#shared/security/read.ts'

interface Known {
  namespace: string
  name: string
  kind: string
  labels: Record<string, string>
  accounts: Set<string>
  pods: PodView[]
  asks?: Workload['asks']
}

/** ztunnel is what guards; nothing calls it, and it calls in the name of others. */
const isZtunnel = (labels: Readonly<Record<string, string>>): boolean => labels['app'] === 'ztunnel'

/** What runs, with who stands before it. Pure. */
export function workloadsOf(objects: MeshObjects): Workload[] {
  const known = new Map<string, Known>()
  for (const view of objects.workloads) known.set(workloadKey(view), { ...knownOf(view), pods: [] })
  for (const pod of objects.pods) {
    if (pod.phase === 'Succeeded' || pod.phase === 'Failed') continue
    const { namespace, labels, serviceAccount } = pod
    const { name, kind } = pod.workload
    const key = workloadKey({ namespace, name })
    const workload = known.get(key) ?? { namespace, name, kind, labels, accounts: new Set<string>(), pods: [] }
    known.set(key, workload)
    workload.accounts.add(serviceAccount === '' ? 'default' : serviceAccount)
    workload.pods.push(pod)
  }
  const services = Map.groupBy(objects.services, ({ namespace }) => namespace)
  const namespaces = new Map(objects.namespaces.map(({ name, labels }) => [name, labels]))
  const waypoints = new Set([
    ...objects.gateways.map(workloadKey),
    ...[...known.values()].filter(({ labels }) => roleOf(labels) === 'waypoint').map(workloadKey),
  ])
  return [...known.values()]
    .filter(({ labels }) => !isZtunnel(labels))
    .map(one => workloadOf(one, services.get(one.namespace) ?? [], namespaces.get(one.namespace) ?? {}, waypoints))
    .sort((a, b) => (workloadKey(a) < workloadKey(b) ? -1 : 1))
}

const knownOf = ({ namespace, name, kind, podLabels, serviceAccount, asks }: WorkloadView) => ({
  namespace,
  name,
  kind,
  labels: podLabels,
  accounts: new Set([serviceAccount === '' ? 'default' : serviceAccount]),
  ...(asks === undefined ? {} : { asks }),
})

function workloadOf(
  { namespace, name, kind, labels, accounts, pods, asks }: Known,
  inNamespace: readonly ServiceView[],
  namespaceLabels: Readonly<Record<string, string>>,
  waypoints: ReadonlySet<string>,
): Workload {
  const services = inNamespace.filter(
    ({ selector, type }) =>
      selector !== null &&
      Object.keys(selector).length > 0 &&
      type !== 'ExternalName' &&
      covers(selector, pods[0]?.labels ?? labels),
  )
  const role = roleOf(labels)
  const sidecars = pods.filter(({ hasSidecar }) => hasSidecar).length
  const ambient = pods.filter(({ isAmbient, hasSidecar }) => isAmbient && !hasSidecar).length
  const ips = pods.flatMap(({ ip }) => (ip ? [ip] : []))
  const places = [...services.map(service => service.labels), labels, namespaceLabels]
  return {
    namespace,
    name,
    kind,
    labels,
    serviceAccounts: [...accounts].sort(),
    pods: pods.length,
    ...(ips.length === 0 ? {} : { ips }),
    guarded: role === null ? sidecars + ambient : pods.length,
    enforcedBy: enforcerOf(role, sidecars, ambient, waypointIn(places, namespace), waypoints),
    role,
    ...(asks === undefined ? {} : { asks }),
    ports: services.flatMap(service =>
      service.ports.map(({ name: port, targetPort, port: own, appProtocol, protocol }) => ({
        service: service.name,
        name: port,
        port: targetPort === '' ? own : /^\d+$/.test(targetPort) ? Number(targetPort) : null,
        servicePort: own,
        protocol: protocol === 'TCP' || protocol === '' ? protocolOf(port, appProtocol) : ('tcp' as const),
      })),
    ),
  }
}

function roleOf(labels: Readonly<Record<string, string>>): Workload['role'] {
  if (
    labels['gateway.istio.io/managed'] === 'istio.io-mesh-controller' ||
    labels['gateway.networking.k8s.io/gateway-class-name'] === 'istio-waypoint'
  )
    return 'waypoint'
  const isGateway =
    labels['gateway.networking.k8s.io/gateway-name'] !== undefined ||
    /^(ingress|egress)-?gateway$/.test(labels['istio'] ?? '')
  return isGateway ? 'gateway' : null
}

/** Who is named nearest; `none` names nobody. */
function waypointIn(places: readonly Readonly<Record<string, string>>[], namespace: string): string | null {
  const place = places.find(labels => (labels['istio.io/use-waypoint'] ?? '') !== '')
  const name = place?.['istio.io/use-waypoint'] ?? 'none'
  if (name === 'none') return null
  return workloadKey({ namespace: place?.['istio.io/use-waypoint-namespace'] ?? namespace, name })
}

/** A sidecar goes before ztunnel. A waypoint that is named and not there is passed by: ztunnel goes on alone. */
function enforcerOf(
  role: Workload['role'],
  sidecars: number,
  ambient: number,
  waypoint: string | null,
  waypoints: ReadonlySet<string>,
): Enforcer {
  if (role === 'gateway') return 'gateway'
  if (role === 'waypoint') return 'ztunnel'
  if (sidecars > 0) return 'sidecar'
  if (ambient === 0) return 'none'
  return waypoint !== null && waypoints.has(waypoint) ? 'waypoint' : 'ztunnel'
}

/** Istio docs, Protocol Selection: `appProtocol` goes before the prefix of the port's name. */
function protocolOf(name: string, appProtocol: string | null): Workload['ports'][number]['protocol'] {
  const word = (appProtocol ?? name.split('-')[0] ?? '').toLowerCase().replace(/^kubernetes\.io\//, '')
  switch (word) {
    case 'grpc':
    case 'grpc-web':
      return 'grpc'
    case 'http':
    case 'http2':
    case 'h2c':
    case 'http_proxy':
      return 'http'
    case 'tcp':
    case 'tls':
    case 'https':
    case 'mongo':
    case 'redis':
    case 'mysql':
    case 'ws':
      return word === 'ws' ? 'http' : 'tcp'
    default:
      return 'unknown'
  }
}
