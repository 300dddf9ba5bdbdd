import type { Level } from '#shared/mesh/node.ts'
import type { Call } from './fold.ts'
import type { Inventory } from './inventory.ts'
import { type Party, place } from './party.ts'
import { neverArrivedFlags } from './outcome.ts'
import { oneOf, quote } from '#bff/sources/promql.ts'

/** The calls behind one node or edge of the drawn graph. */
export interface Selection {
  kind: 'node' | 'edge'
  inbound: Call[]
  outbound: Call[]
  /** What is measured: what it serves or carries; of what serves nobody that reports, what it asks. */
  measured: Call[]
}

/** `${source}>${destination}:${protocol}`; node ids hold neither `>` nor a colon after their kind. */
const edgeId = /^(.+)>(.+):(http|grpc|tcp)$/

/** The namespaces whose traffic holds the selection whole; empty where it has none of its own. */
export function namespacesOf(id: string): string[] {
  const edge = edgeId.exec(id)
  const ends = edge === null ? [id] : [edge[2] ?? '', edge[1] ?? '']
  for (const end of ends) {
    const inCluster = /^namespace:([^/]+)$/.exec(end) ?? /^[a-z]+:([^/]+)\/[^/]+$/.exec(end)
    if (inCluster?.[1] !== undefined) return [inCluster[1]]
  }
  return []
}

/** Every namespace the selection's name names. */
export function namespacesOfEnds(id: string): string[] {
  const edge = edgeId.exec(id)
  const ends = edge === null ? [id] : [edge[1] ?? '', edge[2] ?? '']
  return [...new Set(ends.flatMap(end => namespacesOf(end)))]
}

export function select(
  id: string,
  level: Level | undefined,
  calls: readonly Call[],
  inventory: Inventory | null,
): Selection {
  const edge = edgeId.exec(id)
  if (edge !== null) {
    const isSource = standsAt(edge[1] ?? '', level, calls, inventory)
    const isDestination = standsAt(edge[2] ?? '', level, calls, inventory)
    const carried = calls.filter(
      ({ hop, source, destination }) => hop.protocol === edge[3] && isSource(source) && isDestination(destination),
    )
    return { kind: 'edge', inbound: carried, outbound: [], measured: carried }
  }
  const isHere = standsAt(id, level, calls, inventory)
  const inbound = calls.filter(({ destination, via }) => isHere(destination) || (via !== null && isHere(via)))
  const outbound = calls.filter(({ source, via }) => isHere(source) || (via !== null && isHere(via)))
  return { kind: 'node', inbound, outbound, measured: inbound.length > 0 ? inbound : outbound }
}

/** Whether a party is drawn at this id. A map of workloads still shows a service where no workload is known. */
function standsAt(
  id: string,
  level: Level | undefined,
  calls: readonly Call[],
  inventory: Inventory | null,
): (party: Party) => boolean {
  if (id.startsWith('namespace:')) {
    const namespace = id.slice('namespace:'.length)
    return party => party.namespace === namespace
  }
  const at = (which: 'service' | 'workload') => (party: Party) => place(party, which, inventory).id === id
  const byWorkload = at('workload')
  const isDrawnByWorkload =
    level === 'workload' && calls.some(({ source, destination }) => byWorkload(source) || byWorkload(destination))
  return isDrawnByWorkload ? byWorkload : at('service')
}

/** Longest list of names in one matcher. */
const mostNames = 100

/** Matchers that the series of these calls fulfil, and as few others as labels can tell. */
export function matchersOf({ kind, inbound, measured }: Selection): string[] {
  const matchers: string[] = []
  const add = (label: string, values: Iterable<string>) => {
    const names = [...new Set(values)].sort()
    if (names.length > 0 && names.length <= mostNames)
      matchers.push(names.includes('') ? oneOf(label, [...names, 'unknown']) : oneOf(label, names))
  }
  const isAsking = kind === 'edge' || inbound.length === 0
  if (isAsking) {
    add(
      'source_workload',
      measured.map(({ hop }) => hop.sourceWorkload),
    )
    add(
      'source_workload_namespace',
      measured.map(({ hop }) => hop.sourceNamespace),
    )
  }
  if (kind === 'edge' || inbound.length > 0) {
    add(
      'destination_service_name',
      measured.map(({ hop }) => hop.service),
    )
    add(
      'destination_service_namespace',
      measured.map(({ hop }) => hop.serviceNamespace),
    )
  }
  return matchers
}

/** What counts each hop once: the believed reporter, and what only callers know. */
export function reportersOf(measured: readonly Call[]): string[][] {
  const isReportedThere = measured.some(({ hop }) => hop.reporter !== 'source')
  return isReportedThere
    ? [
        ['reporter=~"destination|waypoint"'],
        ['reporter="source"', `response_flags=~${quote(`(.+,)?(${neverArrivedFlags.join('|')})(,.+)?`)}`],
      ]
    : [['reporter="source"']]
}
