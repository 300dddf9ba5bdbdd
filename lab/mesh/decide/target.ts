import type { ExternalHost, Service, ServiceEntry, ServiceName, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { patternsFor } from '#lab/mesh/snapshot/hosts.ts'
import { hostNames } from '#lab/mesh/snapshot/services.ts'
import { isImported } from '#lab/mesh/snapshot/sidecars.ts'
import { isVisible } from '#lab/mesh/snapshot/visibility.ts'
import { bitsOf, isInside } from './addresses.ts'

/** What a host name leads to. `known`: the proxy that asks was told of it, and has a cluster for it. */
export type Target =
  | { kind: 'service'; known: boolean; service: Service; name: ServiceName }
  | {
      kind: 'outside'
      known: boolean
      name: ServiceName
      /** Hosts outside that share its requests; null: nobody answers there. */
      among: readonly { external: ExternalHost | null; share: number }[]
      /** Which of its ports were registered; null: whichever is asked for. */
      ports: readonly number[] | null
    }

/** A host as configuration names it, in full; undefined: nobody registered it. */
export function named(snapshot: Snapshot, host: string): Target | undefined {
  const service = snapshot.services.get(host)
  if (service) return { kind: 'service', known: true, service, name: service }
  for (const pattern of patternsFor(host)) {
    const [entry] = snapshot.serviceEntries.get(pattern) ?? []
    if (entry) return described(snapshot, host, entry)
  }
  return undefined
}

/** A host as a workload's proxy means it when its application asks for this port. */
export function resolve(snapshot: Snapshot, asked: string, port: number, viewer: Workload): Target {
  const { namespace } = viewer
  const sidecar = viewer.proxy === 'sidecar' ? snapshot.sidecars.of(viewer) : null
  const seen = (one: Service | ServiceEntry) =>
    isVisible(one.visibleTo, namespace) &&
    isImported(sidecar, one.namespace, one.host, port) &&
    one.ports.some(candidate => candidate.port === port)
  const host = asked.toLowerCase()
  for (const name of hostNames(host, namespace)) {
    const service = snapshot.services.get(name)
    if (service) return seen(service) ? { kind: 'service', known: true, service, name: service } : unseen(service, port)
  }
  for (const pattern of new Set([...hostNames(host, namespace), ...patternsFor(host)])) {
    const entries = snapshot.serviceEntries.get(pattern)?.filter(seen) ?? []
    const entry = entries.find(candidate => candidate.namespace === namespace) ?? entries[0]
    if (entry) return described(snapshot, pattern.startsWith('*') ? host : pattern, entry)
  }
  const entry = bitsOf(host) === null ? undefined : byAddress(snapshot, host, seen)
  return entry ? described(snapshot, host, entry) : strange(host, snapshot.mesh.externalHosts.get(host) ?? null)
}

const passing = (host: string): ServiceName => ({ host, name: 'PassthroughCluster', namespace: 'unknown' })

const strange = (host: string, external: ExternalHost | null): Target => ({
  kind: 'outside',
  known: false,
  name: passing(host),
  among: [{ external, share: 1 }],
  ports: null,
})

/** A service that the proxy was not told of is an address like any other: kube-proxy knows the way, where the port exists. */
const unseen = (service: Service, port: number): Target =>
  service.ports.some(candidate => candidate.port === port)
    ? { kind: 'service', known: false, service, name: passing(service.host) }
    : strange(service.host, null)

function byAddress(snapshot: Snapshot, address: string, seen: (entry: ServiceEntry) => boolean) {
  for (const entries of snapshot.serviceEntries.values())
    for (const entry of entries)
      if (entry.addresses.some(block => isInside(address, block)) && seen(entry)) return entry
  return undefined
}

function described(snapshot: Snapshot, host: string, entry: ServiceEntry): Target {
  if (entry.inside) return { kind: 'service', known: true, service: entry.inside, name: entry.inside }
  const { externalHosts } = snapshot.mesh
  // Without resolution requests go to the address that the application asked for.
  const isFixed = entry.resolution !== 'NONE' && entry.endpoints.length > 0
  const places = isFixed ? entry.endpoints : [{ address: host, weight: 1 }]
  const total = places.reduce((sum, place) => sum + place.weight, 0)
  const find = (address: string) =>
    externalHosts.get(address) ?? [...externalHosts.values()].find(external => external.address === address) ?? null
  return {
    kind: 'outside',
    known: true,
    name: { host: entry.host, name: entry.host, namespace: entry.namespace },
    among:
      total > 0
        ? places
            .filter(({ weight }) => weight > 0)
            .map(one => ({ external: find(one.address), share: one.weight / total }))
        : [{ external: null, share: 1 }],
    ports: entry.ports.map(({ port }) => port),
  }
}
