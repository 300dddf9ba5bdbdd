import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import { subsets } from './clusters.ts'
import { clusterName } from './known.ts'
import type { Look, Proxy } from './look.ts'
import { given, type Message, socketAddress } from './proto.ts'

/** EDS: the pods behind each cluster. */

export interface ClusterLoad {
  cluster: string
  members: Member[]
}

export interface Member {
  address: string
  port: number
  weight: number
  /** Null: outside of the cluster. */
  pod: { pod: Pod; workload: Workload } | null
}

/** Whose members istiod sends; those of the others a proxy finds by itself. */
export function loads(proxy: Proxy): ClusterLoad[] {
  const found: ClusterLoad[] = []
  for (const { known, subset } of subsets(proxy)) {
    const { service, entry, port } = known
    if (service?.address === 'None' && entry === null) continue
    if (entry !== null && entry.resolution !== 'STATIC') continue
    found.push({
      cluster: clusterName(proxy, known.host, port.port, subset?.name ?? null),
      members: service
        ? service.endpoints.flatMap(({ workload, pods }) =>
            pods
              .filter(pod => hasLabels(pod.labels, subset?.labels ?? {}))
              .map(pod => ({ address: pod.ip, port: port.targetPort, weight: 1, pod: { pod, workload } })),
          )
        : (entry?.endpoints ?? []).map(({ address, weight }) => ({
            address,
            port: port.targetPort,
            weight,
            pod: null,
          })),
    })
  }
  return found
}

/** A ClusterLoadAssignment, its members by their locality. */
export function loadAssignment(look: Look, { cluster, members }: ClusterLoad): Message {
  const places = Map.groupBy(members, ({ pod }) =>
    pod ? [pod.pod.place.region, pod.pod.place.zone, pod.pod.place.subzone].join('/') : '//',
  )
  return {
    cluster_name: cluster,
    ...given({
      endpoints: [...places].map(([place, own]) => ({
        locality: localityOf(place),
        lb_endpoints: own.map(member => lbEndpoint(look, member)),
        load_balancing_weight: own.reduce((sum, { weight }) => sum + weight, 0),
      })),
    }),
    policy: { overprovisioning_factor: 140 },
  }
}

function localityOf(place: string): Message {
  const [region, zone, sub_zone] = place.split('/')
  return Object.fromEntries(Object.entries({ region, zone, sub_zone }).filter(([, name]) => name))
}

/** Ambient pods are reached by HBONE, through a listener inside of the proxy. */
function lbEndpoint({ snapshot }: Look, { address, port, weight, pod }: Member): Message {
  const isAmbient = pod?.workload.proxy === 'ztunnel'
  return {
    endpoint: {
      address: isAmbient
        ? {
            envoy_internal_address: { server_listener_name: 'connect_originate', endpoint_id: `${address}:${port}` },
          }
        : socketAddress(address, port),
      health_check_config: {},
    },
    health_status: 'HEALTHY',
    ...(pod
      ? {
          metadata: {
            filter_metadata: {
              ...(pod.workload.proxy === 'sidecar' ? { 'envoy.transport_socket_match': { tlsMode: 'istio' } } : {}),
              ...(isAmbient ? { 'envoy.filters.listener.original_dst': { local: `${address}:${port}` } } : {}),
              istio: { workload: workloadText(pod.workload, snapshot.mesh.cluster) },
            },
          },
        }
      : {}),
    load_balancing_weight: weight,
  }
}

/** Istio's short form: `name;namespace;service;revision;cluster`. */
const workloadText = ({ name, namespace, canonicalService, canonicalRevision }: Workload, cluster: string): string =>
  [name, namespace, canonicalService, canonicalRevision, cluster].join(';')
