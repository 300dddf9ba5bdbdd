import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { Call } from '#bff/mesh/fold.ts'
import { endingsOf } from '#bff/mesh/health/endings.ts'
import { judgeEdge, weighNode } from '#bff/mesh/health/health.ts'
import { saidVersion } from '#bff/mesh/inventory.ts'
import { judgedBy } from '#bff/mesh/nodes.ts'
import { place } from '#bff/mesh/party.ts'
import { responsesOf } from '#bff/mesh/responses.ts'
import { defaultRules, type HealthRules, placesOf, rulesOf } from '#bff/mesh/health/rules.ts'
import { add, emptyTally, mtlsOf, share, type Tally } from '#bff/mesh/tally.ts'
import { oneOf } from '#bff/sources/promql.ts'
import type { Sample } from '#bff/sources/source.ts'
import type { Direction, Listed, Peer, ServicePage } from '#shared/services/api.ts'
import { type Health, healthRank } from '#shared/mesh/health.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { type Deps, type MeshReading, meshReadings } from './mesh.ts'
import { seenBy } from './list.ts'
import { callerNames, named, namesOf, pageQueries, quantilesAsked } from './queries.ts'
import { aroundOf, type Found, rowsOf, tellSince } from './rows.ts'

export interface PageQuery {
  of: Listed
  namespace: string
  name: string
  at?: EpochMilliseconds | undefined
  window?: Seconds | undefined
}

export type ReadPage = (query: PageQuery, signal: AbortSignal) => Promise<ServicePage | null>

/** One service or workload, one reading for all who look at it. Null: there is none of this name. */
export function pageReadings(deps: Deps, fresh: Milliseconds): ReadPage {
  const { prometheus } = deps.sources
  const readMesh = meshReadings(deps, fresh)
  return sharedReading<PageQuery, ServicePage | null>({
    // Whoever has just changed limits wants to see what comes of it.
    key: ({ of, namespace, name, at, window }) =>
      JSON.stringify([of, namespace, name, at ?? null, window ?? null, saidVersion(deps.sources.kubernetes.objects())]),
    fresh: ({ at }) => (at === undefined ? fresh : 24 * 3_600_000),
    now: deps.now,
    read: async (query, signal) => {
      const { of, namespace, name } = query
      const mesh = await readMesh({ namespace, at: query.at, window: query.window }, signal)
      const rules = deps.rules ?? defaultRules
      const found = rowsOf(of, mesh, rules).find(({ row }) => row.namespace === namespace && row.name === name)
      if (found === undefined) return null
      tellSince([found], of, mesh, deps.sinces)
      const { inbound, outbound } = talks(found, of, mesh)
      const matchers = matchersHere(found, of, inbound, outbound)
      const queries = pageQueries(matchers, { namespace, workloads: found.workloads }, mesh.window)
      const ask = (promql: string | null): Promise<Sample[]> =>
        promql === null ? Promise.resolve([]) : prometheus.query(promql, mesh.at, signal)
      const hasRequests = [...inbound, ...outbound].some(({ hop }) => hop.protocol !== 'tcp')
      const [quantiles, callers, callees] = hasRequests
        ? await Promise.all([ask(queries.quantiles), ask(queries.callers), ask(queries.callees)])
        : [[], [], []]
      const quantile = (wanted: number) =>
        quantiles.find(({ metric }) => metric['part'] === String(wanted))?.value ?? null
      return {
        row: { ...found.row, p95: quantile(0.95) },
        at: mesh.at,
        window: mesh.window,
        inbound: direction(
          inbound,
          'workload',
          call => call.source,
          mesh,
          latencyBy(callers, callerNames, 'source'),
          healthOf(of === 'services' ? 'service' : 'workload', mesh, rules),
        ),
        outbound: direction(
          outbound,
          'service',
          call => call.destination,
          mesh,
          latencyBy(callees, namesOf.services, 'destination'),
          healthOf('service', mesh, rules),
        ),
        quantiles: quantilesAsked.map(each => ({ quantile: each, duration: quantile(each) })),
        ...limitsOf(found, mesh, rules),
        queries: named({ requests: mesh.queries.requests, tcpBytes: mesh.queries.tcpBytes, ...queries }),
        partial: mesh.partial,
      }
    },
  })
}

/** How its health came about, and where somebody may say otherwise. */
function limitsOf(
  { folded }: Found,
  mesh: MeshReading,
  healthRules: HealthRules,
): Pick<ServicePage, 'rules' | 'places' | 'endings'> {
  const { served, rules, facts } = judgedBy(folded, aroundOf(mesh, healthRules))
  const endings = [...served.requests.endings(), ...served.connections.endings(), ...served.asked()]
  return {
    rules: weighNode(served, rules, mesh.window),
    places: placesOf(folded.place, facts, mesh.inventory).map(({ object, said }) => ({
      object,
      text: said === undefined ? null : said.text,
      wrong: said !== undefined && 'wrong' in said.read ? said.read.wrong : null,
    })),
    endings: endings.map(({ protocol, direction, code, rate }) => ({ protocol, direction, code, rate })),
  }
}

/** The calls it answers and makes. */
function talks({ row }: Found, of: Listed, { calls, inventory }: MeshReading): { inbound: Call[]; outbound: Call[] } {
  const level = of === 'services' ? 'service' : 'workload'
  const isHere = (party: Call['source']) => place(party, level, inventory).id === row.id
  const passes = ({ via }: Call) => row.kind === 'waypoint' && via !== null && isHere(via)
  return {
    inbound: calls.filter(call => isHere(call.destination) || passes(call)),
    outbound: calls.filter(call => isHere(call.source) || passes(call)),
  }
}

/** What its own series are found by, at whoever reports them. */
function matchersHere({ row, workloads }: Found, of: Listed, inbound: Call[], outbound: Call[]): string[] {
  const isReportedThere = inbound.some(({ hop }) => hop.reporter !== 'source')
  const reporter = isReportedThere ? 'reporter=~"destination|waypoint"' : 'reporter="source"'
  const asks = row.isAsking || (inbound.length === 0 && outbound.length > 0)
  if (asks) return [reporter, oneOf('source_workload_namespace', [row.namespace]), oneOf('source_workload', workloads)]
  if (of === 'workloads')
    return [
      reporter,
      oneOf('destination_workload_namespace', [row.namespace]),
      oneOf('destination_workload', row.kind === 'gateway' ? workloads : [row.name]),
    ]
  return [
    reporter,
    oneOf('destination_service_namespace', [row.namespace]),
    oneOf('destination_service_name', [row.name]),
  ]
}

type LatencyOf = (call: Call) => number | null

function latencyBy(
  samples: readonly Sample[],
  names: readonly [string, string],
  end: 'source' | 'destination',
): LatencyOf {
  const [namespace, name] = names
  const known = new Map(samples.map(({ metric, value }) => [`${metric[namespace] ?? ''}/${metric[name] ?? ''}`, value]))
  return ({ hop }) =>
    known.get(
      end === 'source'
        ? `${hop.sourceNamespace}/${hop.sourceWorkload}`
        : `${hop.serviceNamespace || hop.namespace}/${hop.service}`,
    ) ?? null
}

function direction(
  calls: readonly Call[],
  /** Callers are told apart by what runs, those it calls by what it asks for. */
  level: 'service' | 'workload',
  endOf: (call: Call) => Call['source'],
  { inventory }: MeshReading,
  latencyOf: LatencyOf,
  healthBy: (calls: readonly Call[], tally: Tally) => Health,
): Direction {
  const groups = Map.groupBy(calls, call => `${place(endOf(call), level, inventory).id}:${call.hop.protocol}`)
  const requests = sumOf(calls.filter(({ hop }) => hop.protocol !== 'tcp'))
  const connections = sumOf(calls.filter(({ hop }) => hop.protocol === 'tcp'))
  const peers = [...groups].flatMap(([id, own]): Peer[] => {
    const [first] = own
    if (first === undefined) return []
    const { protocol } = first.hop
    const tally = sumOf(own)
    const { kind, namespace, name } = place(endOf(first), level, inventory)
    return [
      {
        id,
        kind,
        namespace,
        name,
        protocol,
        health: healthBy(own, tally),
        rate: tally.total,
        share: share(tally.total, protocol === 'tcp' ? connections.total : requests.total),
        byteRate: tally.bytes,
        errorRatio: share(tally.serverErrors, tally.total),
        deniedRatio: share(tally.denied, tally.total),
        mtlsRatio: mtlsOf(tally),
        meanDuration: protocol === 'tcp' ? null : share(tally.durationSum, tally.durationCount),
        p95: protocol === 'tcp' ? null : latencyOf(first),
        responses: responsesOf(own),
      },
    ]
  })
  return {
    requestRate: requests.total,
    connectionRate: connections.total,
    byteRate: connections.bytes,
    peers: peers.sort((a, b) => b.rate - a.rate || b.byteRate - a.byteRate || (a.id < b.id ? -1 : 1)),
  }
}

/** Of some calls to one place, as the map would judge them. */
const healthOf =
  (level: 'service' | 'workload', { inventory, window }: MeshReading, rules: HealthRules) =>
  (calls: readonly Call[], tally: Tally): Health => {
    const [first] = calls
    if (first === undefined) return 'unknown'
    const { namespace, workload } = first.destination
    const facts = inventory?.workloads.get(`${namespace}/${workload}`)
    const there = place(first.destination, level, inventory)
    const own = rulesOf(there, facts === undefined ? [] : [facts], inventory, rules)
    return judgeEdge({ tally, endings: () => endingsOf(calls, 'inbound') }, first.hop.protocol, own, window).health
  }

function sumOf(calls: readonly Call[]): Tally {
  const sum = emptyTally()
  for (const { tally } of calls) add(sum, tally)
  return sum
}

/** Of whom it talks with: those in namespaces that are not seen have no name, and are one. */
export function cutPage(page: ServicePage, sight: Sight): ServicePage {
  if (sight === 'everything') return page
  const cut = (side: Direction): Direction => {
    const isOpen = ({ namespace }: Peer) => namespace === '' || isSeen(sight, namespace)
    const hidden = Map.groupBy(
      side.peers.filter(peer => !isOpen(peer)),
      ({ protocol }) => protocol,
    )
    return {
      ...side,
      peers: [...side.peers.filter(isOpen), ...[...hidden].map(([protocol, peers]) => others(protocol, peers))],
    }
  }
  return { ...page, row: seenBy(page.row, sight), inbound: cut(page.inbound), outbound: cut(page.outbound) }
}

/** The page prints its own word where there is no name. */
function others(protocol: Peer['protocol'], peers: readonly Peer[]): Peer {
  const sum = (value: (peer: Peer) => number) => peers.reduce((total, peer) => total + value(peer), 0)
  const rate = sum(peer => peer.rate)
  const mean = (value: (peer: Peer) => number | null): number | null => {
    const known = peers.filter(peer => value(peer) !== null)
    return share(
      known.reduce((total, peer) => total + (value(peer) ?? 0) * peer.rate, 0),
      known.reduce((total, peer) => total + peer.rate, 0),
    )
  }
  return {
    id: `outside:other-namespaces:${protocol}`,
    kind: 'outside',
    namespace: '',
    name: '',
    protocol,
    health: peers.reduce<Health>(
      (worse, { health }) => (healthRank[health] > healthRank[worse] ? health : worse),
      'unknown',
    ),
    rate,
    share: peers.some(peer => peer.share !== null) ? sum(peer => peer.share ?? 0) : null,
    byteRate: sum(peer => peer.byteRate),
    errorRatio: mean(peer => peer.errorRatio),
    deniedRatio: mean(peer => peer.deniedRatio),
    mtlsRatio: mean(peer => peer.mtlsRatio),
    meanDuration: mean(peer => peer.meanDuration),
    p95: null,
    responses: [],
  }
}

/** Namespaces that a page names. */
export const namespacesOfPage = ({ row, inbound, outbound }: ServicePage): string[] =>
  [...new Set([row, ...inbound.peers, ...outbound.peers].map(({ namespace }) => namespace))].filter(name => name !== '')
