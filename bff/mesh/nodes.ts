import type { DataPlane } from '#shared/mesh/namespace.ts'
import type { GraphNode, Version } from '#shared/mesh/node.ts'
import { endingsOf } from './health/endings.ts'
import type { FoldedNode, VersionOf } from './fold.ts'
import { judgeNode, type Served, worst } from './health/health.ts'
import { type Inventory, nameOf, type WorkloadFacts } from './inventory.ts'
import { type HealthRules, type Rules, rulesOf } from './health/rules.ts'
import { add, emptyTally } from './tally.ts'
import type { Seconds } from '#shared/units.ts'

/** What nodes are judged and described by, beside their traffic. */
export interface Surroundings {
  inventory: Inventory | null
  rules: HealthRules
  window: Seconds
  /** Kubernetes keeps no past: counts of pods say nothing about another moment. */
  isPast: boolean
  /** Namespaces asked for; empty means all. What lies outside is seen in part only. */
  namespaces: ReadonlySet<string>
}

/** One place of the map as the contract says it. */
export function nodeOf(folded: FoldedNode, around: Surroundings): GraphNode {
  const { place, requests, connections } = folded
  const { inventory, isPast } = around
  const facts = factsOf(folded, inventory)
  const { pods, isIdle, ...served } = servedBy(folded, around, facts)
  return {
    ...place,
    ...judgeNode({ pods, isIdle, ...served }, rulesOf(place, facts, inventory, around.rules), around.window),
    dataPlane: planeOf(folded, facts, inventory),
    pods,
    proxies: isPast ? 0 : facts.reduce((sum, { proxies }) => sum + proxies, 0),
    versions: versionsOf(folded, facts, isPast),
    related: relatedOf(folded, facts),
    serviceAccounts: [...new Set(facts.flatMap(({ serviceAccounts }) => serviceAccounts))].sort(),
    workloadKind: place.kind !== 'service' && facts.length === 1 ? (facts[0]?.kind ?? null) : null,
    members: 1,
    isIdle,
    isTcpOnly: requests.total === 0 && (connections.total > 0 || connections.bytes > 0),
  }
}

/** A whole namespace as one node: as ill as its worst member. */
export function namespaceNode(folded: FoldedNode, members: readonly GraphNode[], around: Surroundings): GraphNode {
  const pods = members.flatMap(member => member.pods ?? [])
  const judgement = worst(members.flatMap(({ health, reason }) => (reason === null ? [] : [{ health, reason }])))
  return {
    ...nodeOf({ ...folded, parties: new Set() }, around),
    ...judgement,
    dataPlane: around.inventory?.namespaces.get(folded.place.namespace)?.dataPlane ?? 'unknown',
    pods:
      pods.length === 0
        ? null
        : {
            ready: pods.reduce((sum, { ready }) => sum + ready, 0),
            total: pods.reduce((sum, { total }) => sum + total, 0),
          },
    proxies: members.reduce((sum, { proxies }) => sum + proxies, 0),
    versions: [],
    serviceAccounts: [],
    members: members.length,
    isIdle: members.every(member => member.isIdle),
  }
}

/** The workloads a place stands for. */
function factsOf({ place, parties }: FoldedNode, inventory: Inventory | null): WorkloadFacts[] {
  if (inventory === null) return []
  const found = new Set<WorkloadFacts>()
  if (place.kind === 'service' || place.kind === 'outside')
    for (const workload of inventory.services.get(nameOf(place.namespace, place.name))?.workloads ?? [])
      found.add(workload)
  for (const { namespace, workload } of parties) {
    const facts = workload === '' ? undefined : inventory.workloads.get(nameOf(namespace, workload))
    if (facts !== undefined) found.add(facts)
  }
  if (found.size === 0)
    for (const { namespace, service } of parties)
      for (const workload of inventory.services.get(nameOf(namespace, service))?.workloads ?? []) found.add(workload)
  return [...found].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const podsOf = (facts: readonly WorkloadFacts[]): { ready: number; total: number } => ({
  ready: facts.reduce((sum, { ready }) => sum + ready, 0),
  total: facts.reduce((sum, { pods }) => sum + pods, 0),
})

/** What a node is judged by. */
function servedBy(folded: FoldedNode, around: Surroundings, facts: readonly WorkloadFacts[]): Served {
  const { place, requests, connections, calls } = folded
  const { inventory, isPast, namespaces } = around
  // A gateway reports only as a client: what it got is what it answered with.
  const answersAsItGot = place.kind === 'gateway' && requests.total === 0 && connections.total === 0
  const tally = emptyTally()
  add(tally, requests)
  if (answersAsItGot) add(tally, { ...calls, durationSum: 0, durationCount: 0 })
  const of = (isTcp: boolean) => folded.served.filter(({ hop }) => (hop.protocol === 'tcp') === isTcp)
  return {
    requests: {
      tally,
      endings: () => endingsOf(answersAsItGot ? folded.asked : of(false), 'inbound'),
    },
    connections: { tally: connections, endings: () => endingsOf(of(true), 'inbound') },
    asked: () => endingsOf(folded.asked, 'outbound'),
    pods: inventory === null || isPast || facts.length === 0 ? null : podsOf(facts),
    isUnobserved:
      place.kind === 'outside' ||
      place.kind === 'external' ||
      (namespaces.size > 0 && !namespaces.has(place.namespace)),
    isIdle:
      requests.total === 0 &&
      requests.bytes === 0 &&
      connections.total === 0 &&
      connections.bytes === 0 &&
      calls.total === 0 &&
      calls.bytes === 0 &&
      !folded.passes,
  }
}

/** The same of one node, for whoever shows how its judgement came about. */
export function judgedBy(
  folded: FoldedNode,
  around: Surroundings,
): { served: Served; rules: Rules; facts: WorkloadFacts[] } {
  const facts = factsOf(folded, around.inventory)
  return {
    served: servedBy(folded, around, facts),
    rules: rulesOf(folded.place, facts, around.inventory, around.rules),
    facts,
  }
}

function planeOf({ place }: FoldedNode, facts: readonly WorkloadFacts[], inventory: Inventory | null): DataPlane {
  if (place.kind === 'waypoint') return 'ambient'
  if (place.kind === 'external' || inventory === null) return 'unknown'
  let sidecars = 0
  let ambient = 0
  let none = 0
  for (const workload of facts) {
    sidecars += workload.sidecars
    ambient += workload.proxies - workload.sidecars
    none += workload.present - workload.proxies
  }
  const kinds = [sidecars, ambient, none].filter(count => count > 0).length
  if (kinds === 0) return inventory.namespaces.get(place.namespace)?.dataPlane ?? 'unknown'
  return kinds > 1 ? 'mixed' : sidecars > 0 ? 'sidecar' : ambient > 0 ? 'ambient' : 'none'
}

function versionsOf({ versions, requests }: FoldedNode, facts: readonly WorkloadFacts[], isPast: boolean): Version[] {
  // A version nobody speaks of has no requests only if every request told its version.
  const isComplete = requests.total > 0 && !versions.has('')
  const found = new Map<string, Version>()
  for (const [version, requestRate] of versions)
    if (version !== '') found.set(version, { version, requestRate, ready: 0, pods: 0 })
  if (!isPast)
    for (const { version, ready, pods } of facts) {
      if (version === '') continue
      const known = found.get(version) ?? { version, requestRate: isComplete ? 0 : null, ready: 0, pods: 0 }
      found.set(version, { ...known, ready: known.ready + ready, pods: known.pods + pods })
    }
  return [...found.values()].sort((a, b) => (a.version < b.version ? -1 : 1))
}

function relatedOf({ place }: FoldedNode, facts: readonly WorkloadFacts[]): string[] {
  if (place.kind === 'service') return facts.map(({ name }) => name)
  if (place.kind === 'external' || place.kind === 'namespace') return []
  return [...new Set(facts.flatMap(({ services }) => services.map(({ name }) => name)))].sort()
}

/** A destination's version: as the series says, else as the labels of its pods do. */
export const versionsIn =
  (inventory: Inventory | null): VersionOf =>
  (hop, part) =>
    part.version || (inventory?.workloads.get(nameOf(hop.namespace, hop.workload))?.version ?? '')
