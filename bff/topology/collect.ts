import type { MeshObjects } from '#bff/sources/source.ts'
import type { Graph, GraphEdge, GraphNamespace, GraphNode, Level, Totals } from '#shared/topology/graph.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { callsOf } from '#bff/mesh/calls.ts'
import { type Call, emptyNode, fold, type Folded, type FoldedEdge, type VersionOf } from '#bff/mesh/fold.ts'
import { endingsOf } from '#bff/mesh/health/endings.ts'
import { judgeEdge } from '#bff/mesh/health/health.ts'
import { idleParties } from '#bff/mesh/idle.ts'
import { type Inventory, inventoryOf } from '#bff/mesh/inventory.ts'
import { choose, type Size } from './levels.ts'
import { judgedBy, namespaceNode, nodeOf, type Surroundings, versionsIn } from '#bff/mesh/nodes.ts'
import { type Party, type Place, place } from '#bff/mesh/party.ts'
import type { Readings } from '#bff/mesh/paths.ts'
import { defaultRules, type HealthRules, isSilent, meshRules, type Rules } from '#bff/mesh/health/rules.ts'
import { type Sinces, viewOf, withSince } from '#bff/mesh/health/since.ts'
import { add, emptyTally, mtlsOf, share } from '#bff/mesh/tally.ts'

export interface Asked {
  /** Absent = by size. */
  level?: Level | undefined
  namespaces: readonly string[]
  /** Namespaces drawn open where the others are one node each. */
  open: readonly string[]
}

export interface Reading {
  at: EpochMilliseconds
  window: Seconds
  readings: Readings
  /** Null while Kubernetes has not told everything once. */
  objects: MeshObjects | null
  /** Another moment than now. */
  isPast: boolean
  cost: Graph['reading']
  partial: string[]
  rules?: HealthRules
  /** Remembers since when things are as they are; absent: nobody does. */
  sinces?: Sinces
}

/** A pure fold: samples → hops → edges → nodes → health. Sums are the same at every level, to the last bit. */
export function collect(asked: Asked, reading: Reading): Graph {
  const inventory = reading.objects === null ? null : inventoryOf(reading.objects)
  const namespaces = new Set(asked.namespaces)
  const { calls, parties } = callsOf(reading.readings, inventory, namespaces, reading.window)
  const around: Surroundings = {
    inventory,
    rules: reading.rules ?? defaultRules,
    window: reading.window,
    isPast: reading.isPast,
    namespaces,
  }

  const versionOf = versionsIn(inventory)
  const busy = new Set(calls.flatMap(({ source, destination }) => [source.namespace, destination.namespace]))
  const idle =
    inventory === null || reading.isPast
      ? { service: [], workload: [] }
      : idleParties(inventory, parties, namespaces, busy)

  const at = (level: 'service' | 'workload'): Folded => {
    const folded = fold(calls, party => place(party, level, inventory), versionOf)
    for (const party of idle[level]) {
      const spot = place(party, level, inventory)
      const node = folded.nodes.get(spot.id) ?? emptyNode(spot)
      node.parties.add(party)
      folded.nodes.set(spot.id, node)
    }
    return folded
  }
  const byService = at('service')
  const byWorkload = asked.level === 'workload' ? at('workload') : null
  const level = choose(asked.level, sizeOf(byService), byWorkload && sizeOf(byWorkload))

  const drawn =
    level === 'namespace'
      ? grouped(calls, byService, asked.open, around, versionOf)
      : {
          nodes: [...(byWorkload ?? byService).nodes.values()].map(node => nodeOf(node, around)),
          folded: byWorkload ?? byService,
          open: [],
        }
  const edges = edgesOf(drawn.folded, around)
  const { sinces = null } = reading
  const view = viewOf(level === 'workload' ? 'workload' : 'service', reading.window)
  if (sinces !== null && !reading.isPast) {
    // What lies outside the scope is seen in part: that says nothing about it.
    const isWhole = ({ namespace }: GraphNode) => namespaces.size === 0 || namespaces.has(namespace)
    sinces.look([...drawn.nodes.filter(isWhole), ...edges], reading.at, view)
  }
  const told = <Thing extends { id: string }>(things: readonly Thing[]): Thing[] =>
    sinces === null || reading.isPast ? [...things] : withSince(things, sinces, view)
  return {
    at: reading.at,
    window: reading.window,
    level,
    requestedLevel: asked.level ?? 'service',
    open: drawn.open,
    namespaces: regions(drawn.nodes, inventory),
    nodes: told(drawn.nodes).sort(byId),
    edges: told(edges).sort(byId),
    totals: totalsOf(calls),
    reading: reading.cost,
    partial: reading.partial,
  }
}

const sizeOf = ({ nodes, edges }: Folded): Size => ({ nodes: nodes.size, edges: edges.size })

/** Namespaces as one node each, but for the open ones; nothing is left out, a node says how many it stands for. */
function grouped(
  calls: readonly Call[],
  byService: Folded,
  open: readonly string[],
  around: Surroundings,
  versionOf: VersionOf,
): { nodes: GraphNode[]; folded: Folded; open: string[] } {
  const { inventory } = around
  const here = new Set([...byService.nodes.values()].map(node => node.place.namespace))
  const opened = new Set(open.filter(namespace => here.has(namespace)))
  const spotOf = (party: Party): Place =>
    party.namespace === '' || opened.has(party.namespace)
      ? place(party, 'service', inventory)
      : { id: `namespace:${party.namespace}`, kind: 'namespace', namespace: party.namespace, name: party.namespace }
  const folded = fold(calls, spotOf, versionOf)
  const members = new Map<string, GraphNode[]>()
  const nodes: GraphNode[] = []
  for (const node of byService.nodes.values()) {
    const shown = nodeOf(node, around)
    const { namespace } = node.place
    if (namespace === '' || opened.has(namespace)) nodes.push(shown)
    else members.set(namespace, [...(members.get(namespace) ?? []), shown])
  }
  for (const [namespace, own] of members) {
    const spot: Place = { id: `namespace:${namespace}`, kind: 'namespace', namespace, name: namespace }
    nodes.push(namespaceNode(folded.nodes.get(spot.id) ?? emptyNode(spot), own, around))
  }
  return { nodes, folded, open: [...opened].sort() }
}

/** An edge is judged by what is said of where it goes. */
function edgesOf({ nodes, edges }: Folded, around: Surroundings): GraphEdge[] {
  const ofMesh = meshRules(around.rules)
  const isAlike = isSilent(around.inventory, around.rules)
  const known = new Map<string, Rules>()
  const rulesAt = (id: string): Rules => {
    const node = nodes.get(id)
    if (isAlike || node === undefined) return ofMesh
    const found = known.get(id) ?? judgedBy(node, around).rules
    known.set(id, found)
    return found
  }
  return [...edges.values()].map(edge => edgeOf(edge, rulesAt(edge.destination), around.window))
}

function edgeOf(
  { id, source, destination, protocol, via, tally, calls }: FoldedEdge,
  rules: Rules,
  window: Seconds,
): GraphEdge {
  const isTcp = protocol === 'tcp'
  return {
    id,
    source,
    destination,
    protocol,
    via,
    requestRate: isTcp ? 0 : tally.total,
    connectionRate: isTcp ? tally.total : 0,
    byteRate: tally.bytes,
    errorRatio: share(tally.serverErrors, tally.total),
    clientErrorRatio: isTcp ? null : share(tally.clientErrors, tally.total),
    deniedRatio: share(tally.denied, tally.total),
    mtlsRatio: mtlsOf(tally),
    meanDuration: share(tally.durationSum, tally.durationCount),
    ...judgeEdge({ tally, endings: () => endingsOf(calls, 'inbound') }, protocol, rules, window),
  }
}

function totalsOf(calls: readonly Call[]): Totals {
  const sums = { http: emptyTally(), grpc: emptyTally(), tcp: emptyTally() }
  for (const { hop, tally } of calls) add(sums[hop.protocol], tally)
  const requests = { ...sums.http }
  add(requests, sums.grpc)
  return {
    requestRate: requests.total,
    httpRate: sums.http.total,
    grpcRate: sums.grpc.total,
    tcpByteRate: sums.tcp.bytes,
    errorRatio: share(requests.serverErrors, requests.total),
    mtlsRatio: mtlsOf(requests.total > 0 ? requests : sums.tcp),
  }
}

function regions(nodes: readonly GraphNode[], inventory: Inventory | null): GraphNamespace[] {
  const names = [...new Set(nodes.map(({ namespace }) => namespace))].filter(name => name !== '').sort()
  return names.map(name => {
    const facts = inventory?.namespaces.get(name)
    return {
      name,
      dataPlane: facts?.dataPlane ?? 'unknown',
      mtlsMode: facts?.mtlsMode ?? null,
      isClosed: facts?.isClosed ?? false,
      hasWaypoint: facts?.hasWaypoint ?? nodes.some(node => node.kind === 'waypoint' && node.namespace === name),
    }
  })
}

const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
