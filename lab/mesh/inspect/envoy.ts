import { X509Certificate } from 'node:crypto'
import type { PodReply, PodRequest } from '#lab/contract.ts'
import { clusters } from './clusters.ts'
import { configDump, resourcesOf } from './config-dump.ts'
import { node } from './bootstrap.ts'
import { loads } from './endpoints.ts'
import { listeners } from './listeners.ts'
import { proxyMetrics } from './exposition.ts'
import type { Look, Proxy } from './look.ts'
import { given, type Message } from './proto.ts'
import { json, plain } from './reply.ts'
import { secrets } from './secrets.ts'

/** What an Istio proxy answers: Envoy's administration on 15000, its agent on 15020, readiness on 15021, metrics on 15090. */
export function askProxy(look: Look, proxy: Proxy, port: number, request: PodRequest): PodReply | null {
  const { path } = request
  const metrics = () => plain(proxyMetrics(look, proxy.connection.pod), 200, 'text/plain; version=0.0.4; charset=utf-8')
  const ready = () => (proxy.connection.pod.ready ? plain('') : plain('', 503))
  switch (port) {
    case 15_000:
      return path === '/stats/prometheus' ? metrics() : admin(look, proxy, request)
    case 15_020:
      return path === '/stats/prometheus' || path === '/metrics'
        ? metrics()
        : path === '/healthz/ready'
          ? ready()
          : plain('404 page not found\n', 404)
    case 15_021:
      return path === '/healthz/ready' ? ready() : plain('', 404)
    case 15_090:
      return path === '/stats/prometheus' ? metrics() : plain('', 404)
    default:
      return null
  }
}

const commands: Readonly<Record<string, string>> = {
  '/certs': 'print certs on machine',
  '/clusters': 'upstream cluster status',
  '/config_dump': 'dump current Envoy configs',
  '/listeners': 'print listener info',
  '/ready': 'print server state, return 200 if LIVE, otherwise return 503',
  '/server_info': 'print server version/status information',
  '/stats': 'print server stats',
  '/stats/prometheus': 'print server stats in prometheus format',
}

function admin(look: Look, proxy: Proxy, { path, query }: PodRequest): PodReply {
  const isJson = query.get('format') === 'json'
  switch (path) {
    case '/config_dump':
      return dumped(look, proxy, query)
    case '/clusters':
      return isJson ? json({ cluster_statuses: clusterStatuses(proxy) }, 1) : plain(clusterText(proxy))
    case '/listeners':
      return isJson
        ? json(
            { listener_statuses: listening(proxy).map(({ name, address }) => ({ name, local_address: address })) },
            1,
          )
        : plain(
            listening(proxy)
              .map(({ name, text }) => `${name}::${text}\n`)
              .join(''),
          )
    case '/certs':
      return json({ certificates: certs(look, proxy) }, 1)
    case '/server_info':
      return json(serverInfo(look, proxy), 1)
    case '/stats':
      return plain(statsText(look, proxy))
    case '/ready':
      return proxy.connection.pod.ready ? plain('LIVE\n') : plain('PRE_INITIALIZING\n', 503)
    case '/healthz/ready':
      return proxy.connection.pod.ready ? plain('') : plain('', 503)
    default:
      return plain(helpFor(path), path === '/help' ? 200 : 404)
  }
}

function helpFor(path: string): string {
  const all = Object.entries(commands).map(([name, about]) => `  ${name}: ${about}\n`)
  return `${path === '/help' ? '' : 'invalid path. '}admin commands are:\n${all.join('')}`
}

function dumped(look: Look, proxy: Proxy, query: URLSearchParams): PodReply {
  const resource = query.get('resource')
  const includesEndpoints = query.has('include_eds') || resource === 'dynamic_endpoint_configs'
  const dump = configDump(look, proxy, { by: 'envoy', includesEndpoints })
  if (resource === null) return json(dump, 1)
  const configs = resourcesOf(dump, resource)
  return configs === null ? plain(`${resource} not found in config dump`, 404) : json({ configs }, 1)
}

const isLive = (status: string) => ({ eds_health_status: status })

const clusterStatuses = (proxy: Proxy): Message[] => {
  const members = new Map(loads(proxy).map(load => [load.cluster, load.members]))
  return clusters(proxy).map(({ name }) => ({
    name,
    added_via_api: true,
    ...given({
      host_statuses: members.get(name)?.map(({ address, port, weight, pod }) => ({
        address: { socket_address: { address, port_value: port } },
        health_status: isLive('HEALTHY'),
        weight,
        ...(pod
          ? {
              locality: given({
                region: pod.pod.place.region || undefined,
                zone: pod.pod.place.zone || undefined,
                sub_zone: pod.pod.place.subzone || undefined,
              }),
            }
          : {}),
      })),
    }),
  }))
}

function clusterText(proxy: Proxy): string {
  const members = new Map(loads(proxy).map(load => [load.cluster, load.members]))
  return clusters(proxy)
    .map(
      ({ name }) =>
        `${name}::added_via_api::true\n${(members.get(name) ?? [])
          .map(({ address, port, weight, pod }) =>
            [
              `health_flags::healthy`,
              `weight::${weight}`,
              `region::${pod?.pod.place.region ?? ''}`,
              `zone::${pod?.pod.place.zone ?? ''}`,
            ]
              .map(part => `${name}::${address}:${port}::${part}\n`)
              .join(''),
          )
          .join('')}`,
    )
    .join('')
}

function listening(proxy: Proxy): { name: string; address: unknown; text: string }[] {
  return listeners(proxy).flatMap(listener => {
    const address = listener['address'] as { socket_address: { address: string; port_value: number } } | undefined
    if (address === undefined || listener['bind_to_port'] === false) return []
    const { address: host, port_value: port } = address.socket_address
    return [{ name: listener.name, address, text: `${host}:${port}` }]
  })
}

const certs = (look: Look, proxy: Proxy): Message[] =>
  secrets(look, proxy).flatMap(({ pem, hasKey }) => {
    const [leaf] = pem.split(/(?<=-----END CERTIFICATE-----\n)/)
    const read = readPem(leaf ?? '')
    if (read === null) return []
    const told = {
      path: '<inline>',
      serial_number: read.serialNumber.toLowerCase(),
      subject_alt_names: (read.subjectAltName ?? '')
        .split(', ')
        .filter(name => name !== '')
        .map(name => ({ [name.startsWith('URI:') ? 'uri' : 'dns']: name.slice(name.indexOf(':') + 1) })),
      days_until_expiration: String(Math.max(0, Math.floor((read.validToDate.getTime() - look.now) / 86_400_000))),
      valid_from: read.validFromDate.toISOString(),
      expiration_time: read.validToDate.toISOString(),
    }
    return [hasKey ? { ca_cert: [], cert_chain: [told] } : { ca_cert: [told], cert_chain: [] }]
  })

/** Null: somebody put something else into the Secret. */
function readPem(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem)
  } catch {
    return null
  }
}

const serverInfo = (look: Look, proxy: Proxy): Message => ({
  state: proxy.connection.pod.ready ? 'LIVE' : 'PRE_INITIALIZING',
  uptime_current_epoch: `${Math.max(0, Math.floor((look.now - proxy.connection.pod.since) / 1000))}s`,
  uptime_all_epochs: `${Math.max(0, Math.floor((look.now - proxy.connection.pod.since) / 1000))}s`,
  hot_restart_version: 'disabled',
  node: node(look, proxy),
})

/** Envoy's own names have dots where Prometheus has underlines; only those that are told here are known. */
function statsText(look: Look, proxy: Proxy): string {
  const own = [
    ['cluster_manager.active_clusters', clusters(proxy).length],
    ['listener_manager.total_listeners_active', listeners(proxy).length],
    ['server.live', proxy.connection.pod.ready ? 1 : 0],
    ['server.uptime', Math.max(0, Math.floor((look.now - proxy.connection.pod.since) / 1000))],
  ]
  return own.map(([name, value]) => `${name}: ${value}\n`).join('')
}
