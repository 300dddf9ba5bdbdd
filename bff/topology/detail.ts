import type { Prometheus, Sample, Series } from '#bff/sources/source.ts'
import type { Detail, Line, TopologyQuery } from '#shared/topology/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { callsOf } from '#bff/mesh/calls.ts'
import { detailQueries, quantilesAsked } from './detail-queries.ts'
import type { Call } from '#bff/mesh/fold.ts'
import { type Inventory, inventoryOf, nameOf } from '#bff/mesh/inventory.ts'
import { graphQueries } from '#bff/mesh/queries.ts'
import { responsesOf } from '#bff/mesh/responses.ts'
import {
  defaultRules,
  defaultThresholds,
  type HealthRules,
  isSilent,
  rulesOf,
  type Thresholds,
} from '#bff/mesh/health/rules.ts'
import { place } from '#bff/mesh/party.ts'
import { readAll } from '#bff/mesh/read-all.ts'
import { type Deps, windowOf } from './read.ts'
import { namespacesOf, select, type Selection } from '#bff/mesh/selection.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import { add, emptyTally, share, type Tally } from '#bff/mesh/tally.ts'

const half = 30 * 60_000
/** Of the sparkline: 91 points in 30 minutes. */
const step = 20
const mostPrincipals = 100

/** What the side panel shows of one node or edge. Throws SourceError when Prometheus fails. */
export async function readDetailOf(
  query: TopologyQuery & { id: string },
  deps: Deps,
  signal?: AbortSignal,
  sight: Sight = 'everything',
): Promise<Detail> {
  const { prometheus, kubernetes } = deps.sources
  const at = query.at ?? deps.now()
  const window = await windowOf(query, prometheus, signal)
  const objects = kubernetes.objects()
  const inventory = objects === null ? null : inventoryOf(objects)

  // The selection's own namespace holds all its traffic; a chosen scope still cuts off what it does not show.
  const own = namespacesOf(query.id)
  const graph = graphQueries(own.length > 0 ? own : query.namespaces, window)
  const readings = await readAll(prometheus, graph, at, signal)
  const { calls } = callsOf(readings, inventory, new Set(query.namespaces), window)
  const selection = select(query.id, query.level, calls, inventory)
  const { kind, inbound, outbound, measured } = selection
  const isTcp = measured.length > 0 && measured.every(({ hop }) => hop.protocol === 'tcp')
  const nothing: Detail = {
    id: query.id,
    at,
    window,
    inbound: direction(inbound),
    outbound: kind === 'edge' ? null : direction(outbound),
    responses: [],
    quantiles: quantilesAsked.map(quantile => ({ quantile, duration: null, dayDuration: null })),
    rate: { times: [], values: [] },
    errors: { times: [], values: [] },
    rateUnit: isTcp ? 'bytes' : 'requests',
    failingSince: null,
    principals: [],
    versions: [],
    queries: [],
  }
  if (measured.length === 0) return nothing

  const queries = detailQueries(selection, window)
  const range = { start: at - half, end: at, step }
  const once = (promql: string | null): Promise<Sample[]> =>
    promql === null ? Promise.resolve([]) : prometheus.query(promql, at, signal)
  const [rates, errors, quantiles, dayQuantiles, principals] = await Promise.all([
    prometheus.queryRange(queries.rate, range, signal),
    prometheus.queryRange(queries.errors, range, signal),
    once(queries.quantiles),
    once(queries.dayQuantiles),
    once(queries.principals),
  ])
  const errorLine = lineOf(errors, range)
  return {
    ...nothing,
    responses: responsesOf(measured),
    quantiles: quantilesAsked.map(quantile => ({
      quantile,
      duration: quantileIn(quantiles, quantile),
      dayDuration: quantileIn(dayQuantiles, quantile),
    })),
    rate: lineOf(rates, range),
    errors: errorLine,
    failingSince: isOrdinary(selection, query.level, inventory, deps.rules ?? defaultRules)
      ? failingSince(errorLine, sumOf(measured), isTcp, deps.rules?.thresholds ?? defaultThresholds)
      : null,
    principals: principals
      .map(({ metric }) => metric['source_principal'] ?? '')
      .filter(principal => principal !== '' && principal !== 'unknown')
      .filter(principal => isSeen(sight, /\/ns\/([^/]+)\//.exec(principal)?.[1] ?? ''))
      .sort()
      .slice(0, mostPrincipals),
    versions: versionsOf(inbound, inventory),
    queries: Object.entries({ ...queries, requests: graph.requests })
      .filter((entry): entry is [string, string] => entry[1] !== null)
      .map(([name, text]) => ({ name, query: text })),
  }
}

function sumOf(calls: readonly Call[]): Tally {
  const sum = emptyTally()
  for (const { tally } of calls) add(sum, tally)
  return sum
}

function direction(calls: readonly Call[]): Detail['inbound'] {
  if (calls.length === 0) return null
  const of = (protocol: Call['hop']['protocol']) => sumOf(calls.filter(({ hop }) => hop.protocol === protocol))
  const [http, grpc, tcp] = [of('http'), of('grpc'), of('tcp')]
  const requests = { ...http }
  add(requests, grpc)
  const judged = requests.total > 0 ? requests : tcp
  return {
    requestRate: requests.total,
    httpRate: http.total,
    grpcRate: grpc.total,
    tcpByteRate: tcp.bytes,
    errorRatio: share(judged.serverErrors, judged.total),
    mtlsRatio: judged.known > 0 ? share(judged.mutualTls, judged.arrived) : null,
    meanDuration: share(requests.durationSum, requests.durationCount),
  }
}

function versionsOf(calls: readonly Call[], inventory: Inventory | null): Detail['versions'] {
  const rates = new Map<string, number>()
  for (const { hop } of calls) {
    if (hop.protocol === 'tcp') continue
    const labelled = inventory?.workloads.get(nameOf(hop.namespace, hop.workload))?.version ?? ''
    for (const part of hop.arrived) {
      const version = part.version || labelled
      if (version !== '') rates.set(version, (rates.get(version) ?? 0) + part.rate)
    }
  }
  return [...rates].map(([version, requestRate]) => ({ version, requestRate })).sort(byVersion)
}

const byVersion = (a: { version: string }, b: { version: string }): number => (a.version < b.version ? -1 : 1)

const quantileIn = (samples: readonly Sample[], quantile: number): number | null =>
  samples.find(({ metric }) => metric['part'] === String(quantile))?.value ?? null

/** One value for each step; null where Prometheus had no sample. */
function lineOf(series: readonly Series[], range: Parameters<Prometheus['queryRange']>[1]): Line {
  const known = new Map<EpochMilliseconds, number>()
  for (const { times, values } of series)
    for (const [index, time] of times.entries()) known.set(time, values[index] ?? 0)
  const times = Array.from(
    { length: Math.floor((range.end - range.start) / (range.step * 1000)) + 1 },
    (_, index) => range.start + index * range.step * 1000,
  )
  return { times, values: times.map(time => known.get(time) ?? null) }
}

/** Whether the mesh's own limits alone are what it is judged by: the line of all errors says nothing of others. */
function isOrdinary(
  { inbound }: Selection,
  level: TopologyQuery['level'],
  inventory: Inventory | null,
  rules: HealthRules,
): boolean {
  if (isSilent(inventory, rules)) return true
  const by = level === 'workload' ? 'workload' : 'service'
  const ends = new Map(inbound.map(({ destination }) => [place(destination, by, inventory), destination]))
  return [...ends].every(([spot, { namespace, workload }]) => {
    const facts = inventory?.workloads.get(nameOf(namespace, workload))
    return rulesOf(spot, facts === undefined ? [] : [facts], inventory, rules).layers.length === 0
  })
}

/** Back from now over an unbroken run of errors; null when it is well, or was so before the line begins. */
export function failingSince(line: Line, now: Tally, isTcp: boolean, thresholds: Thresholds): EpochMilliseconds | null {
  const { degraded, failing } = thresholds[isTcp ? 'connectionErrors' : 'serverErrors']
  const ratio = now.total > 0 ? now.serverErrors / now.total : 0
  const isFailing = ratio > 0 && ratio >= failing
  if (!isFailing && ratio <= degraded) return null
  const isBad = (value: number | null | undefined) => value != null && (isFailing ? value >= failing : value > degraded)
  let first = line.values.length
  while (first > 0 && isBad(line.values[first - 1])) first -= 1
  return first === 0 || first === line.values.length ? null : (line.times[first] ?? null)
}
