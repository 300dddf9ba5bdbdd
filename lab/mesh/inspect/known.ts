import type { Service, ServiceEntry, ServicePort, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { type PortProtocol, protocolOf } from '#lab/mesh/snapshot/protocol.ts'
import { clusterDomain } from '#lab/mesh/snapshot/services.ts'
import { isImported } from '#lab/mesh/snapshot/sidecars.ts'
import { isVisible } from '#lab/mesh/snapshot/visibility.ts'
import type { Proxy } from './look.ts'

/** One port of a service that a proxy was told of. */
export interface KnownPort {
  host: string
  name: string
  namespace: string
  port: ServicePort
  protocol: PortProtocol
  /** Its own address; empty where it has none. */
  address: string
  /** Null: outside, as `entry` says. */
  service: Service | null
  entry: ServiceEntry | null
}

const known = new WeakMap<Proxy, readonly KnownPort[]>()

/** By the same rules as decide where a host leads: exportTo, and what a Sidecar imports. A waypoint knows its own services. */
export function knownPorts(proxy: Proxy): readonly KnownPort[] {
  let found = known.get(proxy)
  if (found === undefined) known.set(proxy, (found = read(proxy)))
  return found
}

function read({ told, connection: { workload } }: Proxy): KnownPort[] {
  const sidecar = workload.proxy === 'sidecar' ? told.sidecars.of(workload) : null
  const isSeen = (one: Service | ServiceEntry, port: number) =>
    isVisible(one.visibleTo, workload.namespace) && isImported(sidecar, one.namespace, one.host, port)
  const services = [...told.services.values()].filter(
    service => workload.proxy !== 'waypoint' || service.waypoint?.key === workload.key,
  )
  const entries = workload.proxy === 'waypoint' ? [] : [...told.serviceEntries.values()].flat()
  return [
    ...services.flatMap(service =>
      service.ports.filter(({ port }) => isSeen(service, port)).map(port => ofService(service, port)),
    ),
    ...entries.flatMap(entry =>
      entry.ports.filter(({ port }) => isSeen(entry, port)).map(port => ({ ...ofEntry(entry, port) })),
    ),
  ]
}

const addressOf = (address: string): string => (address === 'None' ? '' : address)

const ofService = (service: Service, port: ServicePort): KnownPort => ({
  host: service.host,
  name: service.name,
  namespace: service.namespace,
  port,
  protocol: protocolOf(port),
  address: addressOf(service.address),
  service,
  entry: null,
})

const ofEntry = (entry: ServiceEntry, port: ServicePort): KnownPort => ({
  host: entry.host,
  name: entry.name,
  namespace: entry.namespace,
  port,
  protocol: protocolOf(port),
  address: entry.addresses.find(address => !address.includes('/')) ?? '',
  service: entry.inside,
  entry,
})

export const isHttp = ({ protocol }: KnownPort): boolean => protocol === 'http' || protocol === 'grpc'

/** Names under which applications of a namespace ask for a service. */
export function domainsOf({ host, name, namespace, address }: KnownPort, from: string): string[] {
  const own = address === '' ? [] : [address]
  if (!host.endsWith(`.${clusterDomain}`)) return [host, ...own]
  return [host, ...(from === namespace ? [name] : []), `${name}.${namespace}`, `${name}.${namespace}.svc`, ...own]
}

/** Ports of a workload's own pods that Services lead to, each once. */
export function inboundPorts(told: Snapshot, workload: Workload): { port: ServicePort; service: Service }[] {
  const found = new Map<number, { port: ServicePort; service: Service }>()
  for (const service of told.services.values())
    if (service.endpoints.some(endpoints => endpoints.workload.key === workload.key))
      for (const port of service.ports) if (!found.has(port.targetPort)) found.set(port.targetPort, { port, service })
  return [...found.values()].toSorted((a, b) => a.port.targetPort - b.port.targetPort)
}

/** Istio's name of a cluster. At a waypoint the services it stands for have clusters of their own direction. */
export function clusterName(proxy: Proxy, host: string, port: number, subset: string | null): string {
  const { workload } = proxy.connection
  if (workload.proxy !== 'waypoint' || proxy.told.services.get(host)?.waypoint?.key !== workload.key)
    return `outbound|${port}|${subset ?? ''}|${host}`
  return `inbound-vip|${port}|http${subset ? `/${subset}` : ''}|${host}`
}
