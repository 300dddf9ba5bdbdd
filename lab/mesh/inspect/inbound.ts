import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { type PortProtocol, protocolOf } from '#lab/mesh/snapshot/protocol.ts'
import { tcpCluster } from './connections.ts'
import { connectionManager } from './http-filters.ts'
import { inboundPorts } from './known.ts'
import type { Proxy } from './look.ts'
import { ads, any, type Message, socketAddress } from './proto.ts'
import { rbacFilters } from './rbac.ts'

/** `virtualInbound`: everything that comes into the pod, a chain for each port and for each way to come. */
export function inboundListener(proxy: Proxy): Message & { name: string } {
  const { told, connection } = proxy
  const { workload } = connection
  const modeOf = (port: number) => effectiveMode(told.peerAuthentications, workload, port, told.mesh.rootNamespace)
  return {
    name: 'virtualInbound',
    address: socketAddress('0.0.0.0', 15_006),
    filter_chains: [
      blackHole,
      ...inboundPorts(told, workload).flatMap(({ port, service }) => {
        const filters = portFilters(proxy, port.targetPort, protocolOf(port), `${service.host}:${port.port}`)
        return chains(port.targetPort, modeOf(port.targetPort)).map(chain => ({ ...chain, filters }))
      }),
      {
        name: 'virtualInbound-catchall-http',
        filter_chain_match: { transport_protocol: modeOf(0) === 'STRICT' ? 'tls' : 'raw_buffer' },
        filters: portFilters(proxy, 0, 'auto', 'inbound|http|0'),
      },
    ],
    listener_filters: ['original_dst', 'tls_inspector', 'http_inspector'].map(name => ({
      name: `envoy.filters.listener.${name}`,
      typed_config: any(`envoy.extensions.filters.listener.${name}.v3.${typeName(name)}`),
    })),
    traffic_direction: 'INBOUND',
  }
}

const typeName = (name: string): string =>
  name
    .split('_')
    .map(part => `${part[0]?.toUpperCase()}${part.slice(1)}`)
    .join('')

const blackHole: Message = {
  name: 'virtualInbound-blackhole',
  filter_chain_match: { destination_port: 15_006 },
  filters: [tcpCluster('BlackHoleCluster')],
}

/** Istio docs, PeerAuthentication: STRICT knows no plaintext, DISABLE no mutual TLS, PERMISSIVE both. */
function chains(port: number, mode: ReturnType<typeof effectiveMode>): Message[] {
  const name = `0.0.0.0_${port}`
  const mutual = {
    name,
    filter_chain_match: { destination_port: port, transport_protocol: 'tls', application_protocols: mutualProtocols },
    transport_socket: mutualTls,
  }
  const plaintext = { name, filter_chain_match: { destination_port: port, transport_protocol: 'raw_buffer' } }
  switch (mode) {
    case 'STRICT':
      return [mutual]
    case 'PERMISSIVE':
      return [mutual, plaintext]
    case 'DISABLE':
      return [{ name, filter_chain_match: { destination_port: port } }]
  }
}

const mutualProtocols = ['istio', 'istio-peer-exchange', 'istio-http/1.0', 'istio-http/1.1', 'istio-h2']

const mutualTls: Message = {
  name: 'envoy.transport_sockets.tls',
  typed_config: any('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      tls_certificate_sds_secret_configs: [{ name: 'default', sds_config: ads }],
      combined_validation_context: {
        validation_context_sds_secret_config: { name: 'ROOTCA', sds_config: ads },
      },
      alpn_protocols: ['h2', 'http/1.1'],
    },
    require_client_certificate: true,
  }),
}

/** @param port 0: any other. @param operation as spans name it. */
function portFilters(proxy: Proxy, port: number, protocol: PortProtocol, operation: string): Message[] {
  const { told, connection } = proxy
  const { workload } = connection
  const point = { kind: 'sidecar', workload } as const
  const cluster = port === 0 ? 'InboundPassthroughCluster' : `inbound|${port}||`
  if (protocol === 'tcp' || protocol === 'tls') return [...rbacFilters(told, point, false), tcpCluster(cluster)]
  const name = port === 0 ? cluster : `inbound|${port}||`
  const route = {
    name: 'default',
    match: { prefix: '/' },
    route: { cluster, timeout: '0s', max_stream_duration: { max_stream_duration: '0s' } },
    decorator: { operation: `${operation}/*` },
  }
  return [
    connectionManager(told, workload, {
      statPrefix: `inbound_0.0.0.0_${port}`,
      side: 'inbound',
      port,
      routes: {
        route_config: {
          name,
          virtual_hosts: [{ name: `inbound|http|${port}`, domains: ['*'], routes: [route] }],
          validate_clusters: false,
        },
      },
      point,
    }),
  ]
}
