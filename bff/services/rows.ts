import { emptyNode, fold, type FoldedNode } from '#bff/mesh/fold.ts'
import { idleParties } from '#bff/mesh/idle.ts'
import { nodeOf, type Surroundings, versionsIn } from '#bff/mesh/nodes.ts'
import { place } from '#bff/mesh/party.ts'
import { defaultRules, type HealthRules } from '#bff/mesh/health/rules.ts'
import { type Sinces, viewOf } from '#bff/mesh/health/since.ts'
import { mtlsOf, share } from '#bff/mesh/tally.ts'
import type { Cause, Listed, ServiceRow } from '#shared/services/api.ts'
import { causesOf } from './causes.ts'
import type { MeshReading } from './mesh.ts'

/** A row before its latency and its trend are known. */
export interface Found {
  row: ServiceRow
  folded: FoldedNode
  /** Workloads whose reports are its own. */
  workloads: string[]
  /** Not of the mesh and without traffic: listed only where its namespace was asked for. */
  isAside: boolean
}

const levelOf = { services: 'service', workloads: 'workload' } as const satisfies Record<Listed, string>

/** Everything that is listed, in the order of its ids: folded as the map folds it, so that both say the same. */
export function rowsOf(of: Listed, reading: MeshReading, rules: HealthRules = defaultRules): Found[] {
  const { calls, parties, inventory, isPast } = reading
  const level = levelOf[of]
  const { nodes } = fold(calls, party => place(party, level, inventory), versionsIn(inventory))
  const around = aroundOf(reading, rules)
  const aside = new Set<string>()
  if (inventory !== null && !isPast) {
    const busy = new Set(calls.flatMap(({ source, destination }) => [source.namespace, destination.namespace]))
    const all = new Set(inventory.namespaces.keys())
    const usual = new Set(idleParties(inventory, parties, new Set(), busy)[level])
    for (const party of idleParties(inventory, parties, all, busy)[level]) {
      const spot = place(party, level, inventory)
      const known = nodes.get(spot.id)
      if (known === undefined && !usual.has(party)) aside.add(spot.id)
      const node = known ?? emptyNode(spot)
      node.parties.add(party)
      nodes.set(spot.id, node)
    }
  }
  const causes = causesOf(calls, level, inventory)
  return [...nodes.values()]
    .filter(node => isListed(of, node))
    .map(node => ({
      row: rowOf(node, around, causes.get(node.place.id) ?? null),
      folded: node,
      workloads: [...new Set([...node.parties].map(({ workload }) => workload))].filter(name => name !== ''),
      isAside: aside.has(node.place.id),
    }))
    .sort((a, b) => (a.row.id < b.row.id ? -1 : 1))
}

export const aroundOf = ({ inventory, isPast, window }: MeshReading, rules: HealthRules): Surroundings => ({
  inventory,
  rules,
  window,
  isPast,
  namespaces: new Set(),
})

/** Since when they are as they are, of readings of now. */
export function tellSince(
  found: readonly Found[],
  of: Listed,
  { at, window, isPast }: MeshReading,
  sinces?: Sinces,
): void {
  if (sinces === undefined || isPast) return
  const view = viewOf(levelOf[of], window)
  sinces.look(
    found.map(({ row }) => row),
    at,
    view,
  )
  for (const { row } of found) {
    const since = sinces.of(row.id, view)
    if (since !== undefined) row.since = since
  }
}

/** Services: what has a name that callers ask for, and gateways. Workloads: whatever runs. */
function isListed(of: Listed, { place, parties }: FoldedNode): boolean {
  if (place.namespace === '') return false
  switch (place.kind) {
    case 'gateway':
      return true
    case 'service':
      return of === 'services'
    case 'workload':
    case 'waypoint':
      return of === 'workloads'
    case 'outside':
      return [...parties].some(party => (of === 'services' ? party.service : party.workload) === place.name)
    case 'external':
    case 'namespace':
      return false
  }
}

function rowOf(folded: FoldedNode, around: Surroundings, cause: Cause | null): ServiceRow {
  const { id, kind, namespace, name, health, reason, dataPlane, pods, proxies, versions, ...rest } = nodeOf(
    folded,
    around,
  )
  const { requests, connections, calls } = folded
  const isAsking = kind === 'gateway' && requests.total === 0 && connections.total === 0
  const served = isAsking ? calls : requests
  const isTcp = served.total === 0 && (connections.total > 0 || connections.bytes > 0)
  const judged = isTcp ? connections : served
  return {
    id,
    kind,
    namespace,
    name,
    health,
    reason,
    cause,
    dataPlane,
    pods,
    proxies,
    versions,
    related: rest.related,
    serviceAccounts: rest.serviceAccounts,
    workloadKind: rest.workloadKind,
    isAsking,
    isTcp,
    requestRate: served.total,
    connectionRate: connections.total,
    byteRate: connections.bytes,
    errorRatio: share(judged.serverErrors, judged.total),
    deniedRatio: share(judged.denied, judged.total),
    mtlsRatio: mtlsOf(judged),
    p95: null,
    trend: null,
  }
}
