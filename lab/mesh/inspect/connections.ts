import type { Backend, ConnectionMatch, Route } from '#lab/mesh/snapshot/rules.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import { clusterName, type KnownPort } from './known.ts'
import type { Proxy } from './look.ts'
import { any, given, type Message } from './proto.ts'

/** Filter chains for connections: Envoy tells them apart by server name and address before anything is read. */

/** In the order of the rules, a chain for each match that this proxy may ever meet. @param before filters that come first. */
export function connectionChains(
  proxy: Proxy,
  { tls, tcp }: Pick<Route, 'tls' | 'tcp'>,
  port: number,
  before: readonly Message[] = [],
): Message[] {
  const chain = (match: Message, backends: readonly Backend[]) => ({
    ...given({ filter_chain_match: match }),
    filters: [...before, tcpTo(proxy, backends, port)],
  })
  const isMet = (match: ConnectionMatch) => isForProxy(proxy, match, port)
  return [
    ...tls.flatMap(({ matches, backends }) =>
      matches.filter(isMet).map(match => chain({ ...namesOf(match.sniHosts), ...rangesOf(match) }, backends)),
    ),
    ...tcp.flatMap(({ matches, backends }) =>
      matches.length === 0
        ? [chain({}, backends)]
        : matches.filter(isMet).map(match => chain(rangesOf(match), backends)),
    ),
  ]
}

const isForProxy = ({ connection: { workload } }: Proxy, match: ConnectionMatch, port: number): boolean =>
  (match.port === null || match.port === port) &&
  (match.sourceNamespace === null || match.sourceNamespace === workload.namespace) &&
  hasLabels(workload.labels, match.sourceLabels)

/** A star alone is no name: such a chain is for all. */
const namesOf = (hosts: readonly string[]): Message => given({ server_names: hosts.filter(host => host !== '*') })

const rangesOf = ({ destinationSubnets }: ConnectionMatch): Message =>
  given({
    prefix_ranges: destinationSubnets.map(subnet => {
      const [address_prefix = '', length] = subnet.split('/')
      return { address_prefix, prefix_len: Number(length ?? (address_prefix.includes(':') ? 128 : 32)) }
    }),
  })

/** The rules of a service, and all else to the service itself. */
export function serviceChains(proxy: Proxy, known: KnownPort): Message[] {
  const { told, connection } = proxy
  const { workload } = connection
  const { host, port } = known
  const route = told.router.inMesh(host, port.port, {
    namespace: workload.namespace,
    sidecar: workload.proxy === 'sidecar' ? told.sidecars.of(workload) : null,
    isWaypoint: workload.proxy === 'waypoint',
  })
  const ruled = route ? connectionChains(proxy, route, port.port) : []
  const isWhole = ruled.some(chain => chain['filter_chain_match'] === undefined)
  return isWhole ? ruled : [...ruled, { filters: [tcpCluster(clusterName(proxy, host, port.port, null))] }]
}

/** A connection shared out among backends by their weight; to nobody where none may get any. */
function tcpTo(proxy: Proxy, backends: readonly Backend[], port: number): Message {
  const open = backends
    .filter(({ weight }) => weight > 0)
    .map(backend => ({
      name: clusterName(proxy, backend.host, backend.port ?? port, backend.subset),
      weight: backend.weight,
    }))
  const [only, ...more] = open
  if (only === undefined) return tcpCluster('BlackHoleCluster')
  if (more.length === 0) return tcpCluster(only.name)
  return tcpProxy({ stat_prefix: only.name, weighted_clusters: { clusters: open } })
}

export const tcpCluster = (cluster: string): Message => tcpProxy({ stat_prefix: cluster, cluster })

const tcpProxy = (value: Message): Message => ({
  name: 'envoy.filters.network.tcp_proxy',
  typed_config: any('envoy.extensions.filters.network.tcp_proxy.v3.TcpProxy', value),
})
