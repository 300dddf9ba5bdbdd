import type { ExternalHost, Service, ServiceEntry, ServiceName, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { covers } from '#lab/mesh/snapshot/hosts.ts'
import { hostNames } from '#lab/mesh/snapshot/services.ts'

/** What a host name leads to. */
export type Target =
  | { kind: 'service'; service: Service; name: ServiceName }
  /** Outside the mesh. `known`: a ServiceEntry describes it. */
  | { kind: 'outside'; known: boolean; external: ExternalHost | null; name: ServiceName }

/** A host as configuration names it, in full; undefined: nobody registered it. */
export function named(snapshot: Snapshot, host: string): Target | undefined {
  const service = snapshot.services.get(host)
  if (service) return { kind: 'service', service, name: service }
  const entry = snapshot.serviceEntries.get(host) ?? wildcardEntry(snapshot, host)
  return entry && described(snapshot, host, entry)
}

const described = (snapshot: Snapshot, host: string, entry: ServiceEntry): Target => ({
  kind: 'outside',
  known: true,
  external: snapshot.mesh.externalHosts.get(host) ?? null,
  name: { host: entry.host, name: entry.host, namespace: entry.namespace },
})

/** A host as a caller in `namespace` means it. */
export function resolve(snapshot: Snapshot, host: string, namespace: string): Target {
  for (const name of hostNames(host, namespace)) {
    const found = named(snapshot, name)
    if (found) return found
  }
  return {
    kind: 'outside',
    known: false,
    external: snapshot.mesh.externalHosts.get(host.toLowerCase()) ?? null,
    name: { host: host.toLowerCase(), name: 'PassthroughCluster', namespace: 'unknown' },
  }
}

function wildcardEntry(snapshot: Snapshot, host: string) {
  for (const [pattern, entry] of snapshot.serviceEntries)
    if (pattern.startsWith('*') && covers(pattern, host)) return entry
  return undefined
}
