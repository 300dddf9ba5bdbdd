import type { Server } from '#lab/mesh/snapshot/gateways.ts'
import { connectionChains, serviceChains, tcpCluster } from './connections.ts'
import { connectionManager } from './http-filters.ts'
import { inboundListener } from './inbound.ts'
import { clusterName, isHttp, type KnownPort, knownPorts } from './known.ts'
import type { Proxy } from './look.ts'
import { ads, any, type Message, socketAddress } from './proto.ts'
import { rbacFilters } from './rbac.ts'
import { routeName, virtualHost } from './routes.ts'

/** LDS: where a proxy listens, and what becomes of a connection. */

export interface Listener extends Message {
  name: string
}

export function listeners(proxy: Proxy): Listener[] {
  switch (proxy.connection.type) {
    case 'sidecar':
      return [...outbound(proxy), virtualOutbound, inboundListener(proxy)]
    case 'router':
      return gateway(proxy)
    case 'waypoint':
      return [waypoint(proxy)]
    case 'ztunnel':
      return []
  }
}

/** One for all services of an HTTP port; one for each address else. */
function outbound(proxy: Proxy): Listener[] {
  const made = new Map<string, Listener>()
  for (const known of knownPorts(proxy)) {
    const address = isHttp(known) || known.address === '' ? '0.0.0.0' : known.address
    const name = `${address}_${known.port.port}`
    // The first to want a place has it: what comes later is a conflict, and left out.
    if (!made.has(name)) made.set(name, outboundListener(proxy, known, name, address))
  }
  return [...made.values()]
}

function outboundListener(proxy: Proxy, known: KnownPort, name: string, address: string): Listener {
  const { told, connection } = proxy
  const { port } = known.port
  const table = routeName(known)
  const http = table && {
    filter_chain_match: known.protocol === 'auto' ? sniffed : {},
    filters: [
      connectionManager(told, connection.workload, {
        statPrefix: `outbound_${address}_${port}`,
        side: 'outbound',
        port,
        routes: { rds: { config_source: ads, route_config_name: table } },
        point: null,
      }),
    ],
  }
  const isAuto = known.protocol === 'auto'
  return {
    name,
    address: socketAddress(address, port),
    filter_chains: [...(http ? [http] : []), ...(http && !isAuto ? [] : serviceChains(proxy, known))],
    ...(isAuto || known.protocol === 'tls' ? { listener_filters: inspectors(isAuto) } : {}),
    traffic_direction: 'OUTBOUND',
    bind_to_port: false,
  }
}

const sniffed: Message = { application_protocols: ['http/1.1', 'h2c'], transport_protocol: 'raw_buffer' }

const inspectors = (readsHttp: boolean): Message[] => [
  {
    name: 'envoy.filters.listener.tls_inspector',
    typed_config: any('envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector'),
  },
  ...(readsHttp
    ? [
        {
          name: 'envoy.filters.listener.http_inspector',
          typed_config: any('envoy.extensions.filters.listener.http_inspector.v3.HttpInspector'),
        },
      ]
    : []),
]

/** Where the kernel sends everything that leaves the pod. */
const virtualOutbound: Listener = {
  name: 'virtualOutbound',
  address: socketAddress('0.0.0.0', 15_001),
  filter_chains: [
    {
      name: 'virtualOutbound-catchall-tcp',
      filters: [tcpCluster('PassthroughCluster')],
    },
  ],
  use_original_dst: true,
  traffic_direction: 'OUTBOUND',
}

function gateway(proxy: Proxy): Listener[] {
  const { told, connection } = proxy
  return told.router.portsOf(connection.workload).map(({ port, servers }) => {
    const plain = servers.filter(({ speaks, tls }) => speaks === 'http' && tls === null)
    return {
      name: `0.0.0.0_${port}`,
      address: socketAddress('0.0.0.0', port),
      filter_chains: [
        ...(plain.length > 0 ? [{ filters: [gatewayManager(proxy, port, `http.${port}`)] }] : []),
        ...servers.filter(server => !plain.includes(server)).flatMap(server => gatewayChains(proxy, port, server)),
      ],
      traffic_direction: 'OUTBOUND',
    }
  })
}

const gatewayManager = ({ told, connection: { workload } }: Proxy, port: number, table: string): Message =>
  connectionManager(told, workload, {
    statPrefix: `outbound_0.0.0.0_${port}`,
    side: 'gateway',
    port,
    routes: { rds: { config_source: ads, route_config_name: table } },
    point: { kind: 'gateway', workload },
  })

/** One where requests are read; else one for each rule of connections. */
function gatewayChains(proxy: Proxy, port: number, server: Server): Message[] {
  const { tls } = server
  const isOpaque = tls === null || tls.mode.endsWith('PASSTHROUGH')
  const names = server.hosts.filter(host => host !== '*')
  const own = {
    ...(tls && names.length > 0 ? { filter_chain_match: { server_names: names } } : {}),
    ...(tls && !isOpaque ? { transport_socket: downstreamTls(tls) } : {}),
  }
  if (server.speaks === 'http' && !isOpaque)
    return [{ ...own, filters: [gatewayManager(proxy, port, `https.${port}.${server.name}`)] }]
  const rules = { tls: server.routes.flatMap(route => route.tls), tcp: server.routes.flatMap(route => route.tcp) }
  const before = rbacFilters(proxy.told, { kind: 'gateway', workload: proxy.connection.workload }, false)
  return connectionChains(proxy, rules, port, before).map(chain => ({ ...own, ...chain }))
}

const downstreamTls = ({ mode, credentials }: NonNullable<Server['tls']>): Message => ({
  name: 'envoy.transport_sockets.tls',
  typed_config: any('envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      alpn_protocols: ['h2', 'http/1.1'],
      tls_certificate_sds_secret_configs:
        mode === 'ISTIO_MUTUAL'
          ? [{ name: 'default', sds_config: ads }]
          : credentials.map(name => ({ name: `kubernetes://${name}`, sds_config: ads })),
    },
    require_client_certificate: mode === 'MUTUAL' || mode === 'ISTIO_MUTUAL',
  }),
})

/** A waypoint has one listener inside of itself, with a chain for each port of each of its services. */
function waypoint(proxy: Proxy): Listener {
  const { told, connection } = proxy
  const { workload } = connection
  return {
    name: 'main_internal',
    internal_listener: {},
    filter_chains: knownPorts(proxy).map(known => {
      const { host, port } = known
      const isConnection = known.protocol === 'tcp' || known.protocol === 'tls'
      const point = {
        kind: 'waypoint',
        workload,
        service: { name: known.name, namespace: known.namespace, isEntry: known.entry !== null },
      } as const
      const name = `inbound-vip|${port.port}|${isConnection ? 'tcp' : 'http'}|${host}`
      return {
        name,
        filters: isConnection
          ? [...rbacFilters(told, point, false), tcpCluster(clusterName(proxy, host, port.port, null))]
          : [
              connectionManager(told, workload, {
                statPrefix: `inbound_0.0.0.0_${port.port}`,
                side: 'inbound',
                port: port.port,
                routes: {
                  route_config: { name, virtual_hosts: [virtualHost(proxy, known)], validate_clusters: false },
                },
                point,
              }),
            ],
      }
    }),
    traffic_direction: 'INBOUND',
  }
}
