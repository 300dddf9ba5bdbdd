import type { Cluster } from './clusters.ts'
import { metadataOf } from './clients.ts'
import type { Look, Proxy } from './look.ts'
import { type Message, socketAddress } from './proto.ts'

/** How an Envoy of Istio's was started, as far as it follows from its pod. */

/** What is there before istiod says anything: Istio's own upstreams. */
export const staticClusters: Cluster[] = [
  { name: 'prometheus_stats', type: 'STATIC', connect_timeout: '0.250s', lb_policy: 'ROUND_ROBIN' },
  { name: 'agent', type: 'STATIC', connect_timeout: '0.250s', lb_policy: 'ROUND_ROBIN' },
  { name: 'sds-grpc', type: 'STATIC', connect_timeout: '1s', lb_policy: 'ROUND_ROBIN' },
  { name: 'xds-grpc', type: 'STATIC', connect_timeout: '1s', lb_policy: 'ROUND_ROBIN' },
]

/** Envoy's name for itself: `sidecar~10.1.2.3~pod.namespace~namespace.svc.cluster.local`. */
export const nodeId = ({ connection: { type, pod, id } }: Proxy): string =>
  [type, pod.ip, id, `${pod.namespace}.svc.cluster.local`].join('~')

export const node = (look: Look, proxy: Proxy): Message => {
  const { workload, pod } = proxy.connection
  const { region, zone, subzone } = pod.place
  return {
    id: nodeId(proxy),
    cluster: `${workload.canonicalService}.${workload.namespace}`,
    metadata: metadataOf(look, proxy.connection),
    locality: { region, zone, sub_zone: subzone },
  }
}

export const bootstrap = (look: Look, proxy: Proxy): Message => ({
  node: node(look, proxy),
  static_resources: { clusters: staticClusters },
  dynamic_resources: {
    lds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
    cds_config: { ads: {}, initial_fetch_timeout: '0s', resource_api_version: 'V3' },
    ads_config: {
      api_type: 'DELTA_GRPC',
      grpc_services: [{ envoy_grpc: { cluster_name: 'xds-grpc' } }],
      set_node_on_first_message_only: true,
      transport_api_version: 'V3',
    },
  },
  admin: { address: socketAddress('127.0.0.1', 15_000) },
})
