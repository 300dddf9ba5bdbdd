import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import { type Sample, type Series, SourceError } from '#bff/sources/source.ts'
import type { Listed, NamedQuery, ServiceList, ServiceRow, ServicesQuery } from '#shared/services/api.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { type Deps, meshReadings } from './mesh.ts'
import { callerNames, gatewayLatencyQuery, latencyQuery, named, namesOf, trendQuery } from './queries.ts'
import { type Found, rowsOf, tellSince } from './rows.ts'

/** The whole list, before anybody's rights and namespaces are cut from it. */
export interface WholeList {
  at: EpochMilliseconds
  window: Seconds
  found: Found[]
  queries: NamedQuery[]
  partial: string[]
  duration: Milliseconds
}

export type ReadList = (query: ListQuery, signal: AbortSignal) => Promise<WholeList>
type ListQuery = Pick<ServicesQuery, 'of' | 'at' | 'window'>

const minute: Milliseconds = 60_000
/** Of the trend. */
export const points = 30

/** One list for all who look at it: the calls of the mesh, one query for all latencies, one a minute for all trends. */
export function listReadings(deps: Deps, fresh: Milliseconds): ReadList {
  const { prometheus } = deps.sources
  const readMesh = meshReadings(deps, fresh)
  const trends = sharedReading<{ promql: string; end: EpochMilliseconds }, Series[]>({
    key: ({ promql, end }) => JSON.stringify([promql, end]),
    // Its end is part of its name.
    fresh: () => 2 * minute,
    now: deps.now,
    read: ({ promql, end }, signal) =>
      prometheus.queryRange(promql, { start: end - (points - 1) * minute, end, step: 60 }, signal),
  })
  return sharedReading<ListQuery, WholeList>({
    key: ({ of, at, window }) => JSON.stringify([of, at ?? null, window ?? null]),
    fresh: ({ at }) => (at === undefined ? fresh : 24 * 3_600_000),
    now: deps.now,
    read: async ({ of, at, window }, signal) => {
      const begun = deps.now()
      const mesh = await readMesh({ at, window }, signal)
      const found = rowsOf(of, mesh, deps.rules)
      tellSince(found, of, mesh, deps.sinces)
      const gateways = found.filter(({ row }) => row.isAsking).flatMap(({ workloads }) => workloads)
      const queries = {
        ...mesh.queries,
        p95: latencyQuery(of, mesh.window),
        gatewayP95: gateways.length > 0 ? gatewayLatencyQuery(gateways, mesh.window) : null,
        trend: trendQuery(of, gateways, mesh.window),
      }
      const partial = [...mesh.partial]
      // Numbers without their trend are worth more than nothing.
      const orNothing = async <T>(answer: Promise<T[]>, what: string): Promise<T[]> => {
        try {
          return await answer
        } catch (error) {
          if (!(error instanceof SourceError) || signal.aborted) throw error
          partial.push(`${what} missing: ${error.message}`)
          return []
        }
      }
      const end = Math.floor(mesh.at / minute) * minute
      const [latencies, ofGateways, lines] = await Promise.all([
        orNothing(prometheus.query(queries.p95, mesh.at, signal), 'Latencies are'),
        queries.gatewayP95 === null
          ? []
          : orNothing(prometheus.query(queries.gatewayP95, mesh.at, signal), 'Latencies of gateways are'),
        orNothing(trends({ promql: queries.trend, end }, signal), 'Trends are'),
      ])
      complete(found, of, { latencies, ofGateways, lines, end })
      return { at: mesh.at, window: mesh.window, found, queries: named(queries), partial, duration: deps.now() - begun }
    },
  })
}

interface Answers {
  latencies: readonly Sample[]
  ofGateways: readonly Sample[]
  lines: readonly Series[]
  end: EpochMilliseconds
}

function complete(found: Found[], of: Listed, { latencies, ofGateways, lines, end }: Answers): void {
  const key = (metric: Record<string, string>, [namespace, name]: readonly [string, string]) =>
    `${metric[namespace] ?? ''}/${metric[name] ?? ''}`
  const byName = new Map(latencies.map(({ metric, value }) => [key(metric, namesOf[of]), value]))
  const byGateway = new Map(ofGateways.map(({ metric, value }) => [key(metric, callerNames), value]))
  const trends = new Map(
    lines.map(line => {
      const part = line.metric['part'] ?? ''
      return [`${part} ${key(line.metric, part === 'gateways' ? callerNames : namesOf[of])}`, line]
    }),
  )
  for (const { row, workloads } of found) {
    const names = row.kind === 'gateway' && of === 'workloads' ? workloads : [row.name]
    for (const name of row.isAsking ? workloads : names) {
      row.p95 = (row.isAsking ? byGateway : byName).get(`${row.namespace}/${name}`) ?? row.p95
      const line = trends.get(
        `${row.isAsking ? 'gateways' : row.isTcp ? 'bytes' : 'requests'} ${row.namespace}/${name}`,
      )
      if (line !== undefined) row.trend = valuesOf(line, end)
    }
  }
}

/** A value for each minute; null where there was no sample. */
function valuesOf({ times, values }: Series, end: EpochMilliseconds): (number | null)[] {
  const known = new Map(times.map((time, index) => [time, values[index] ?? null]))
  return Array.from({ length: points }, (_, index) => known.get(end - (points - 1 - index) * minute) ?? null)
}

/** The list as somebody may see it, of the namespaces they asked for. */
export function cutList(list: WholeList, namespaces: readonly string[], sight: Sight): ServiceList {
  const wanted = new Set(namespaces)
  const { at, window, queries, partial } = list
  return {
    at,
    window,
    queries,
    partial,
    rows: list.found
      .filter(
        ({ row, isAside }) =>
          isSeen(sight, row.namespace) && (wanted.size === 0 ? !isAside : wanted.has(row.namespace)),
      )
      .map(({ row }) => seenBy(row, sight)),
  }
}

/** Whose errors are passed on has no name for whoever may not see it. */
export const seenBy = (row: ServiceRow, sight: Sight): ServiceRow =>
  row.cause?.of == null || isSeen(sight, row.cause.of.namespace)
    ? row
    : { ...row, cause: { ...row.cause, of: { namespace: '', name: '' } } }

/** Namespaces that a list names, for whoever has to be asked about them. */
export const namespacesIn = ({ found }: Pick<WholeList, 'found'>): string[] => [
  ...new Set(found.flatMap(({ row }) => [row.namespace, ...(row.cause?.of == null ? [] : [row.cause.of.namespace])])),
]
