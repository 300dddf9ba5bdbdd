import type { Inventory, WorkloadFacts } from './inventory.ts'
import type { Parties, Party } from './party.ts'

/** The control plane's own: shown when asked for by name. */
const rootNamespace = 'istio-system'

/**
 * What exists without traffic: services before pods, and workloads without a service. Everything in the namespaces
 * asked for; of a whole cluster only what belongs to the mesh or stands beside something that has traffic.
 */
export function idleParties(
  inventory: Inventory,
  parties: Parties,
  namespaces: ReadonlySet<string>,
  busyNamespaces: ReadonlySet<string>,
): { service: Party[]; workload: Party[] } {
  const isWanted = (namespace: string, workloads: readonly WorkloadFacts[]): boolean => {
    if (namespaces.size > 0) return namespaces.has(namespace)
    if (namespace === rootNamespace) return false
    if (busyNamespaces.has(namespace)) return true
    const plane = inventory.namespaces.get(namespace)?.dataPlane
    return (
      workloads.some(({ proxies, present, role }) => proxies > 0 || role !== null || present === 0) && plane !== 'none'
    )
  }
  const service: Party[] = []
  const workload: Party[] = []
  for (const facts of inventory.services.values())
    if (facts.hasSelector && isWanted(facts.namespace, facts.workloads)) service.push(parties.ofService(facts))
  for (const facts of inventory.workloads.values())
    if (isWanted(facts.namespace, [facts])) {
      workload.push(parties.ofWorkload(facts))
      if (facts.services.length === 0) service.push(parties.ofWorkload(facts))
    }
  return { service, workload }
}
