import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { protocolOf } from '#lab/mesh/snapshot/protocol.ts'

/** Istio docs, "Traffic Management Problems": listeners that cannot be made because another one is there. */
export function conflictsIn(snapshot: Snapshot): { inbound: number; outboundTcp: number } {
  /** `workload port` → what is spoken there. */
  const inside = new Map<string, string>()
  const clashing = new Set<string>()
  for (const { ports, endpoints } of snapshot.services.values())
    for (const port of ports)
      for (const { workload } of endpoints) {
        const key = `${workload.key} ${port.targetPort}`
        const spoken = protocolOf(port)
        const before = inside.get(key)
        if (before !== undefined && before !== spoken) clashing.add(key)
        inside.set(key, spoken)
      }
  // TCP without an address is told apart by its port alone: there can be one.
  const open = new Map<number, number>()
  for (const entries of snapshot.serviceEntries.values())
    for (const { ports, addresses } of entries)
      for (const port of ports)
        if (addresses.length === 0 && protocolOf(port) === 'tcp') open.set(port.port, (open.get(port.port) ?? 0) + 1)
  return { inbound: clashing.size, outboundTcp: [...open.values()].reduce((sum, many) => sum + many - 1, 0) }
}
