import { type DestinationRule, policyOf, type Subset } from '#lab/mesh/snapshot/destination-rules.ts'
import type { TrafficPolicy } from '#lab/mesh/snapshot/traffic-policy.ts'
import { clusterName, inboundPorts, type KnownPort, knownPorts } from './known.ts'
import type { Proxy } from './look.ts'
import { ads, any, duration, given, madeOf, type Message, socketAddress } from './proto.ts'

/** CDS: where a proxy can send something, and how. */

export interface Cluster extends Message {
  name: string
  type: string
}

export const clusters = (proxy: Proxy): Cluster[] => [
  ...knownPorts(proxy).flatMap(known => outbound(proxy, known)),
  ...(proxy.connection.type === 'sidecar' ? inbound(proxy) : []),
  blackHole,
  passthrough('PassthroughCluster'),
  ...(proxy.connection.type === 'sidecar' ? [inboundPassthrough] : []),
]

/** Clusters with their subset, for those who look for the pods behind them. */
export function* subsets(
  proxy: Proxy,
): Generator<{ known: KnownPort; rule: DestinationRule | undefined; subset: Subset | undefined }> {
  for (const known of knownPorts(proxy)) {
    const rule = ruleFor(proxy, known)
    yield { known, rule, subset: undefined }
    for (const subset of rule?.subsets ?? []) yield { known, rule, subset }
  }
}

const ruleFor = ({ told, connection }: Proxy, { host, namespace }: KnownPort) =>
  told.destinationRules.find(host, namespace, connection.workload)

function outbound(proxy: Proxy, known: KnownPort): Cluster[] {
  const rule = ruleFor(proxy, known)
  return [undefined, ...(rule?.subsets ?? [])].map(subset => {
    const name = clusterName(proxy, known.host, known.port.port, subset?.name ?? null)
    const policy = policyOf(rule, subset, known.port.port)
    return {
      name,
      ...kindOf(known, name),
      connect_timeout: '10s',
      lb_policy: balancing(policy, known),
      circuit_breakers: circuitBreakers(policy),
      metadata: metadataOf(known, rule, subset),
      ...given({
        outlier_detection: outlierDetection(policy),
        typed_extension_protocol_options: protocolOptions(policy, known),
        ...transport(proxy, known, policy, name),
      }),
    }
  })
}

function kindOf({ entry, service, host, port }: KnownPort, name: string): Message & { type: string } {
  const eds = { type: 'EDS', eds_cluster_config: { eds_config: ads, service_name: name } }
  if (entry === null) return service?.address === 'None' ? { type: 'ORIGINAL_DST' } : eds
  switch (entry.resolution) {
    case 'NONE':
      return { type: 'ORIGINAL_DST' }
    case 'STATIC':
      return eds
    case 'DNS':
    case 'DNS_ROUND_ROBIN':
    case 'DYNAMIC_DNS': {
      const places = entry.endpoints.length > 0 ? entry.endpoints : [{ address: host, weight: 1 }]
      return {
        type: entry.resolution === 'DNS' ? 'STRICT_DNS' : 'LOGICAL_DNS',
        dns_lookup_family: 'V4_ONLY',
        respect_dns_ttl: true,
        dns_refresh_rate: '60s',
        load_assignment: {
          cluster_name: name,
          endpoints: [
            {
              lb_endpoints: places.map(({ address, weight }) => ({
                endpoint: { address: socketAddress(address, port.targetPort) },
                load_balancing_weight: weight,
              })),
            },
          ],
        },
      }
    }
  }
}

function balancing({ loadBalancer }: TrafficPolicy, { entry, service }: KnownPort): string {
  if (entry?.resolution === 'NONE' || service?.address === 'None') return 'CLUSTER_PROVIDED'
  if (loadBalancer?.hash) return 'RING_HASH'
  return loadBalancer?.simple === 'PASSTHROUGH' ? 'CLUSTER_PROVIDED' : (loadBalancer?.simple ?? 'LEAST_REQUEST')
}

/** Istio lets through what it has no limit for: the highest number there is. */
const unlimited = 4_294_967_295

function circuitBreakers({ connectionPool: pool }: TrafficPolicy): Message {
  return {
    thresholds: [
      {
        max_connections: pool?.maxConnections ?? unlimited,
        max_pending_requests: pool?.http1MaxPendingRequests ?? unlimited,
        max_requests: pool?.http2MaxRequests ?? unlimited,
        max_retries: pool?.maxRetries ?? unlimited,
        track_remaining: true,
      },
    ],
  }
}

function outlierDetection({ outlierDetection: outlier }: TrafficPolicy): Message {
  if (outlier === null) return {}
  return {
    consecutive_5xx: outlier.consecutive5xxErrors,
    enforcing_consecutive_5xx: outlier.consecutive5xxErrors > 0 ? 100 : 0,
    consecutive_gateway_failure: outlier.consecutiveGatewayErrors,
    enforcing_consecutive_gateway_failure: outlier.consecutiveGatewayErrors > 0 ? 100 : 0,
    interval: duration(outlier.interval),
    base_ejection_time: duration(outlier.baseEjectionTime),
    max_ejection_percent: outlier.maxEjectionPercent,
    enforcing_success_rate: 0,
    ...(outlier.splitsLocalOrigin
      ? {
          split_external_local_origin_errors: true,
          consecutive_local_origin_failure: outlier.consecutiveLocalOriginFailures,
        }
      : {}),
  }
}

function protocolOptions({ connectionPool }: TrafficPolicy, known: KnownPort): Message {
  const isHttp2 = known.protocol === 'grpc' || connectionPool?.isUpgraded === true
  const most = connectionPool?.maxRequestsPerConnection
  if (!isHttp2 && !most) return {}
  return {
    'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': any(
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions',
      {
        ...(most ? { common_http_protocol_options: { max_requests_per_connection: most } } : {}),
        explicit_http_config: isHttp2
          ? { http2_protocol_options: { max_concurrent_streams: 1_073_741_824 } }
          : { http_protocol_options: {} },
      },
    ),
  }
}

const metadataOf = (known: KnownPort, rule: DestinationRule | undefined, subset: Subset | undefined): Message => ({
  filter_metadata: {
    istio: {
      ...(rule ? { config: configOf(rule) } : {}),
      ...(subset ? { subset: subset.name } : {}),
      services: [{ host: known.host, name: known.name, namespace: known.namespace }],
    },
  },
})

function configOf({ objects }: DestinationRule): string {
  const [namespace = '', name = ''] = (objects[0] ?? '').split('/')
  return madeOf('networking.istio.io', namespace, 'destination-rule', name)
}

/** What is said to the other side: nothing said = mutual TLS to every pod that can. */
function transport(proxy: Proxy, known: KnownPort, { tls }: TrafficPolicy, name: string): Message {
  if (known.entry !== null && known.service === null && (tls?.mode ?? null) === null) return {}
  const sni = tls?.sni ?? (name.startsWith('outbound') ? name.split('|').join('_.') : name)
  switch (tls?.mode ?? null) {
    case 'DISABLE':
      return {}
    case 'SIMPLE':
    case 'MUTUAL':
      return { transport_socket: upstreamTls({ sni: tls?.sni ?? known.host }) }
    case 'ISTIO_MUTUAL':
      return { transport_socket: mutual(known, sni) }
    case null:
      if (!proxy.told.config.enableAutoMtls) return {}
      return {
        transport_socket_matches: [
          { name: 'tlsMode-istio', match: { tlsMode: 'istio' }, transport_socket: mutual(known, sni) },
          { name: 'tlsMode-disabled', match: {}, transport_socket: rawBuffer },
        ],
      }
  }
}

const rawBuffer: Message = {
  name: 'envoy.transport_sockets.raw_buffer',
  typed_config: any('envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer'),
}

const upstreamTls = (value: Message): Message => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: any('envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', value),
})

const mutual = ({ service }: KnownPort, sni: string): Message =>
  upstreamTls({
    common_tls_context: {
      alpn_protocols: ['istio-peer-exchange', 'istio'],
      tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: ads }],
      combined_validation_context: {
        default_validation_context: {
          match_subject_alt_names: [...new Set(service?.endpoints.map(({ workload }) => workload.principal))].map(
            principal => ({ exact: `spiffe://${principal}` }),
          ),
        },
        validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: ads },
      },
    },
    sni,
  })

const inbound = (proxy: Proxy): Cluster[] =>
  inboundPorts(proxy.told, proxy.connection.workload).map(({ port, service }) => ({
    name: `inbound|${port.targetPort}||`,
    type: 'ORIGINAL_DST',
    connect_timeout: '10s',
    lb_policy: 'CLUSTER_PROVIDED',
    circuit_breakers: circuitBreakers(policyOf(undefined, undefined, port.port)),
    metadata: {
      filter_metadata: {
        istio: { services: [{ host: service.host, name: service.name, namespace: service.namespace }] },
      },
    },
    // As applications see it: from an address that no application has.
    upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
  }))

const blackHole: Cluster = { name: 'BlackHoleCluster', type: 'STATIC', connect_timeout: '10s' }

const passthrough = (name: string): Cluster => ({
  name,
  type: 'ORIGINAL_DST',
  connect_timeout: '10s',
  lb_policy: 'CLUSTER_PROVIDED',
})

const inboundPassthrough: Cluster = {
  ...passthrough('InboundPassthroughCluster'),
  upstream_bind_config: { source_address: { address: '127.0.0.6', port_value: 0 } },
}
