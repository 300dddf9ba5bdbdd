import type { ExternalHost, Service, ServiceName, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { covers, hostNames } from '#lab/mesh/snapshot/services.ts'

/** What a host name leads to. */
export type Target =
  | { kind: 'service'; service: Service; name: ServiceName }
  /** Outside the mesh. `known`: a ServiceEntry describes it. */
  | { kind: 'outside'; known: boolean; external: ExternalHost | null; name: ServiceName }

/** A host as a caller in `namespace` means it. */
export function resolve(snapshot: Snapshot, host: string, namespace: string): Target {
  for (const name of hostNames(host, namespace)) {
    const service = snapshot.services.get(name)
    if (service) return { kind: 'service', service, name: service }
    const entry = snapshot.serviceEntries.get(name) ?? wildcardEntry(snapshot, name)
    if (entry)
      return {
        kind: 'outside',
        known: true,
        external: snapshot.mesh.externalHosts.get(name) ?? null,
        name: { host: entry.host, name: entry.host, namespace: entry.namespace },
      }
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
