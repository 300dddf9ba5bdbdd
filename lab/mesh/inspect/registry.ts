import type { Pod, Service, ServiceEntry, ServicePort, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { protocolOf } from '#lab/mesh/snapshot/protocol.ts'

/** What istiod knows of services and who is behind them, in the names of its own types (pilot/pkg/model). */

const resolutions = { STATIC: 0, DNS: 1, NONE: 2, DNS_ROUND_ROBIN: 3, DYNAMIC_DNS: 5 } as const

const words = { http: 'HTTP', grpc: 'GRPC', tls: 'TLS', tcp: 'TCP', auto: 'UnsupportedProtocol' } as const

const portOf = (port: ServicePort) => ({ name: port.name, port: port.port, protocol: words[protocolOf(port)] })

/** `/debug/registryz`. */
export const registryz = (snapshot: Snapshot) => [
  ...[...snapshot.services.values()].map(service => ({
    Attributes: {
      ServiceRegistry: 'Kubernetes',
      ...attributesOf(service),
      Labels: service.labels,
      ...(service.waypoint ? { Waypoint: service.waypoint.key } : {}),
    },
    ports: service.ports.map(portOf),
    hostname: service.host,
    clusterVIPs: { Addresses: { [snapshot.mesh.cluster]: addressOf(service) } },
    defaultAddress: addressOf(service)[0],
    Resolution: service.address === 'None' ? 2 : 0,
    MeshExternal: false,
  })),
  ...[...snapshot.serviceEntries.values()].flat().map(entry => ({
    Attributes: { ServiceRegistry: 'External', ...attributesOf(entry) },
    ports: entry.ports.map(portOf),
    hostname: entry.host,
    defaultAddress: entry.addresses[0] ?? '0.0.0.0',
    Resolution: resolutions[entry.resolution],
    MeshExternal: entry.location === 'MESH_EXTERNAL',
  })),
]

const attributesOf = ({ name, namespace, visibleTo }: Service | ServiceEntry) => ({
  Name: name,
  Namespace: namespace,
  ...(visibleTo === null ? {} : { ExportTo: [...visibleTo].toSorted() }),
})

const addressOf = ({ address }: Service): string[] => [address === '' || address === 'None' ? '0.0.0.0' : address]

/** `/debug/endpointz`, which since Istio 1.20 is `/debug/endpointShardz`: host → namespace → shard. */
export function endpointShardz(snapshot: Snapshot) {
  const all: Record<string, Record<string, { Shards: Record<string, unknown[]>; ServiceAccounts: string[] }>> = {}
  const shard = `Kubernetes/${snapshot.mesh.cluster}`
  const add = (service: Service) => {
    const accounts = service.endpoints.map(({ workload }) => `spiffe://${workload.principal}`)
    const own = (all[service.host] ??= {})
    own[service.namespace] = {
      Shards: {
        [shard]: service.endpoints.flatMap(({ workload, pods }) =>
          pods.flatMap(pod => service.ports.map(port => endpointOf(snapshot, service, workload, pod, port))),
        ),
      },
      ServiceAccounts: [...new Set(accounts)].toSorted(),
    }
  }
  for (const service of snapshot.services.values()) add(service)
  for (const entry of [...snapshot.serviceEntries.values()].flat()) if (entry.inside) add(entry.inside)
  return all
}

const endpointOf = (snapshot: Snapshot, service: Service, workload: Workload, pod: Pod, port: ServicePort) => ({
  Labels: pod.labels,
  Addresses: [pod.ip],
  ServicePortName: port.name,
  ServiceAccount: `spiffe://${workload.principal}`,
  Locality: {
    Label: [pod.place.region, pod.place.zone, pod.place.subzone].filter(Boolean).join('/'),
    ClusterID: snapshot.mesh.cluster,
  },
  EndpointPort: port.targetPort,
  TLSMode: workload.proxy === 'sidecar' ? 'istio' : 'disabled',
  Namespace: service.namespace,
  WorkloadName: workload.name,
  HostName: '',
  SubDomain: '',
  HealthStatus: 1,
  NodeName: pod.node,
})
