import { amount, field, messages, type Row, word } from './message.ts'
import { origins } from './origin.ts'

/** `outbound|8080|v1|catalog.shop.svc.cluster.local`, as istiod names clusters; any other name is a host. */
export function clusterParts(name: string): { direction: string; port: number | null; subset: string; host: string } {
  const [, direction = '', port = '', subset = '', host = ''] =
    /^(inbound|outbound|inbound-vip)\|(\d*)\|([^|]*)\|(.*)$/.exec(name.replace(/^outbound_\./, 'outbound|')) ?? []
  if (direction === '') return { direction: '', port: null, subset: '', host: name }
  return { direction, port: port === '' ? null : Number(port), subset, host: host === '' ? '*' : host }
}

export function clusterRows(cluster: unknown, trouble: string | null): Row[] {
  const name = word(cluster, 'name')
  const { direction, port, subset, host } = clusterParts(name)
  return [
    {
      cells: {
        host,
        port,
        subset: subset || null,
        direction: direction || null,
        discovery: word(cluster, 'type') || word(cluster, 'cluster_type', 'name') || 'STATIC',
        tls: tlsOf(cluster),
        limits: limitsOf(cluster),
      },
      objects: origins(cluster),
      trouble,
    },
  ]
}

const none = 'envoy.transport_sockets.raw_buffer'

/** What is spoken to the other side; `auto`: TLS where the endpoint says that it has a proxy. */
function tlsOf(cluster: unknown): string {
  const matches = messages(cluster, 'transport_socket_matches')
  if (matches.some(match => isTls(field(match, 'transport_socket')))) return matches.length > 1 ? 'auto' : 'TLS'
  return isTls(field(cluster, 'transport_socket')) ? 'TLS' : 'plain'
}

const isTls = (socket: unknown): boolean => {
  const name = word(socket, 'name')
  return name !== '' && name !== none && name.includes('tls')
}

/** Istio's own defaults are as good as none. */
const unlimited = 4_294_967_295

function limitsOf(cluster: unknown): string | null {
  const [first] = messages(field(cluster, 'circuit_breakers'), 'thresholds')
  const limits = ['max_connections', 'max_pending_requests', 'max_requests', 'max_retries']
    .map(name => ({ name, value: amount(first, name) }))
    .filter(({ value }) => value > 0 && value < unlimited)
    .map(({ name, value }) => `${name} ${value}`)
  const outlier = field(cluster, 'outlier_detection') === undefined ? [] : ['outlier_detection']
  return [...limits, ...outlier].join(', ') || null
}
