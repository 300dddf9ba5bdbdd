import type { Seconds } from '#shared/units.ts'
import type { Call } from './fold.ts'
import { type Hop, hopsOf } from './hops.ts'
import { type Inventory, nameOf } from './inventory.ts'
import { verdict } from './outcome.ts'
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
  const ends = hops.map(hop => {
    const destination = parties.destination(hop)
    const via = parties.via(hop)
    const guards = [
      nameOf(hop.namespace, hop.workload),
      ...(via === null ? [] : [nameOf(via.namespace, via.workload)]),
      ...(hop.workload === '' ? workloadsOf(inventory, destination.namespace, destination.service) : []),
    ]
    return { hop, destination, via, guards, suspected: suspectedOf(hop) }
  })
  const refusedBy = refusedShares(ends, refusalRates(readings, inventory, window))
  const calls = ends.map(({ hop, destination, via, guards }): Call => {
    const share = Math.min(
      1,
      guards.reduce((sum, guard) => sum + (refusedBy.get(guard) ?? 0), 0),
    )
    const tally = tallyOf(hop, share, window)
    return { hop, source: parties.source(hop), destination, via, tally, isRefusing: share > 0 }
  })
  return { calls, parties }
}

/**
 * Two ways to count the same over a window differ by a scrape or two, and a window is four of them: this much of the
 * answers is all of them. The page says so where it tells of refusals; flows of an hour are counted finer.
 */
const asGoodAsAll = 0.7

/**
 * How many of the 403s before a workload its own policies gave: all of them where RBAC counted about as many, else as many
 * as it counted, for the others are the application's own. Whose they are of several callers nobody tells.
 */
function refusedShares(
  ends: readonly { guards: readonly string[]; suspected: number }[],
  refused: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  const suspected = new Map<string, number>()
  for (const { guards, suspected: rate } of ends)
    for (const guard of guards) suspected.set(guard, (suspected.get(guard) ?? 0) + rate)
  return new Map(
    [...refused].map(([guard, rate]) => {
      const share = rate / (suspected.get(guard) ?? 0)
      return [guard, share >= asGoodAsAll ? 1 : share]
    }),
  )
}

/** Answers of which only the policy's counter tells whether they are its own, 1/s. */
const suspectedOf = (hop: Hop): number =>
  [...hop.arrived, ...hop.lost].reduce(
    (sum, part) => sum + (verdict({ ...part, protocol: hop.protocol }) === 'maybeRefused' ? part.rate : 0),
    0,
  )

const workloadsOf = (inventory: Inventory | null, namespace: string, service: string): string[] =>
  inventory?.services
    .get(nameOf(namespace, service))
    ?.workloads.map(workload => nameOf(workload.namespace, workload.name)) ?? []

/** What the RBAC filters of workloads refused within the window, 1/s (telemetry rule 8). */
function refusalRates(readings: Readings, inventory: Inventory | null, window: Seconds): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const { metric, value } of readings.refusals) {
    const { namespace = '', pod, workload, app } = metric
    const name =
      workload ??
      (pod === undefined ? app : (inventory?.workloadOfPod.get(nameOf(namespace, pod))?.name ?? withoutHash(pod)))
    if (name === undefined) continue
    const key = nameOf(namespace, name)
    found.set(key, (found.get(key) ?? 0) + value / window)
  }
  return found
}

/** `payments-v1-7c9d8f6b5-x2x4z` → `payments-v1`, `postgres-0` → `postgres`: how controllers name pods. */
const withoutHash = (pod: string): string => pod.replace(/(-[0-9a-f]{6,10})?-([a-z0-9]{5}|\d+)$/, '')
