import type { Seconds } from '#shared/units.ts'
import type { Call } from './fold.ts'
import { hopsOf } from './hops.ts'
import { type Inventory, nameOf } from './inventory.ts'
import { type Parties, partiesOf } from './party.ts'
import { pathsOf, type Readings } from './paths.ts'
import { tallyOf } from './tally.ts'

/** Samples → hops → calls between known ends. A hop belongs to the scope when either end does. */
export function callsOf(
  readings: Readings,
  inventory: Inventory | null,
  namespaces: ReadonlySet<string>,
  window: Seconds,
): { calls: Call[]; parties: Parties } {
  const isWaypoint =
    inventory === null
      ? undefined
      : (namespace: string, name: string) => inventory.workloads.get(nameOf(namespace, name))?.role === 'waypoint'
  const isInScope = (...ends: string[]) => namespaces.size === 0 || ends.some(end => namespaces.has(end))
  const hops = hopsOf(pathsOf(readings), isWaypoint).filter(hop =>
    isInScope(hop.sourceNamespace, hop.namespace, hop.serviceNamespace),
  )
  const parties = partiesOf(hops, inventory)
  const refusing = refusingWorkloads(readings, inventory)
  const calls = hops.map((hop): Call => {
    const destination = parties.destination(hop)
    const via = parties.via(hop)
    const guards = [
      nameOf(hop.namespace, hop.workload),
      ...(via === null ? [] : [nameOf(via.namespace, via.workload)]),
      ...(hop.workload === '' ? workloadsOf(inventory, destination.namespace, destination.service) : []),
    ]
    const isRefusing = guards.some(guard => refusing.has(guard))
    return { hop, source: parties.source(hop), destination, via, tally: tallyOf(hop, isRefusing, window), isRefusing }
  })
  return { calls, parties }
}

const workloadsOf = (inventory: Inventory | null, namespace: string, service: string): string[] =>
  inventory?.services
    .get(nameOf(namespace, service))
    ?.workloads.map(workload => nameOf(workload.namespace, workload.name)) ?? []

/** Workloads whose RBAC filter refused something within the window (telemetry rule 8). */
function refusingWorkloads(readings: Readings, inventory: Inventory | null): ReadonlySet<string> {
  const found = new Set<string>()
  for (const { metric } of readings.refusals) {
    const { namespace = '', pod, workload, app } = metric
    const name =
      workload ??
      (pod === undefined ? app : (inventory?.workloadOfPod.get(nameOf(namespace, pod))?.name ?? withoutHash(pod)))
    if (name !== undefined) found.add(nameOf(namespace, name))
  }
  return found
}

/** `payments-v1-7c9d8f6b5-x2x4z` → `payments-v1`, `postgres-0` → `postgres`: how controllers name pods. */
const withoutHash = (pod: string): string => pod.replace(/(-[0-9a-f]{6,10})?-([a-z0-9]{5}|\d+)$/, '')
