import type { Ladder, TopologyQuery } from '#shared/topology/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'
import { SourceError } from '#bff/sources/source.ts'
import { oneOf, rate } from '#bff/sources/promql.ts'
import { type Deps, windowOf } from './read.ts'

type Rung = Ladder['rungs'][number]

const day = 24 * 3_600_000
/** Of the look back: five minutes, in seconds. */
const step = 300

/**
 * Why there is nothing to draw: rungs in the order in which they fail; those after the first that fails stay unasked
 * (null). A Prometheus that does not answer is the first rung's answer, not an error of this question.
 */
export async function explain(query: TopologyQuery, deps: Deps, signal?: AbortSignal): Promise<Ladder> {
  const { prometheus } = deps.sources
  const at = query.at ?? deps.now()
  const count = async (promql: string): Promise<number> => (await prometheus.query(promql, at, signal))[0]?.value ?? 0
  const ladder: Ladder = { rungs: [], lastTrafficAt: null }
  const tell = (rung: Rung['rung'], ok: boolean | null, detail: string, asked: string | null) =>
    ladder.rungs.push({ rung, ok, detail, query: asked })

  const there =
    'count({__name__=~"istio_requests_total|istio_tcp_connections_opened_total|istio_tcp_sent_bytes_total"})'
  let series = 0
  try {
    series = await count(there)
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    tell('sourceReachable', false, error.message, null)
    return unasked(ladder)
  }
  tell('sourceReachable', true, `Prometheus at ${prometheus.state().url} answers.`, null)

  if (series === 0) {
    tell(
      'metricThere',
      false,
      'There is no istio_requests_total and no istio_tcp_* metric at this time: Prometheus does not scrape the proxies, or no proxy has seen traffic yet.',
      there,
    )
    return unasked(ladder)
  }
  tell('metricThere', true, `${series} series of Istio's standard metrics are there.`, there)

  const labelled =
    'count({__name__=~"istio_requests_total|istio_tcp_connections_opened_total|istio_tcp_sent_bytes_total",reporter=~"source|destination|waypoint",source_workload!="",destination_service_name!=""})'
  const fit = await count(labelled)
  if (fit === 0) {
    tell(
      'labelsAsExpected',
      false,
      'The series lack reporter, source_workload or destination_service_name: a Telemetry object or a relabelling rule removes them.',
      labelled,
    )
    return unasked(ladder)
  }
  tell('labelsAsExpected', true, `${fit} of them carry the labels that the map is drawn from.`, labelled)

  const window = await windowOf(query, prometheus, signal)
  const flowing = (seconds: number) => traffic(query.namespaces, seconds)
  const asked = `count(${flowing(window)} > 0)`
  const flows = await count(asked)
  const scope = query.namespaces.length === 0 ? 'this cluster' : query.namespaces.join(', ')
  if (flows > 0) {
    tell('trafficInWindow', true, `${flows} series of ${scope} had traffic in the last ${window} s.`, asked)
    return { ...ladder, lastTrafficAt: at }
  }
  tell('trafficInWindow', false, `No request and no connection of ${scope} in the last ${window} s.`, asked)
  return { ...ladder, lastTrafficAt: await lastTraffic(`count(${flowing(step)} > 0)`, deps, at, signal) }
}

/** For somebody who sees no namespace of the scope: whether there is traffic is not theirs to know. */
export function explainUnseen(user: string): Ladder {
  const detail = `${user} may list nothing of the mesh in the namespaces of this scope: pods, services or mesh objects. Whoever administers the cluster can grant list.`
  return unasked({ rungs: [{ rung: 'rights', ok: false, detail, query: null }], lastTrafficAt: null })
}

function traffic(namespaces: readonly string[], seconds: number): string {
  const ends = ['source_workload_namespace', 'destination_service_namespace', 'destination_workload_namespace']
  const scopes = namespaces.length === 0 ? [[]] : ends.map(label => [oneOf(label, namespaces)])
  // The two metrics have different labels, so that `or` keeps both.
  return `(${['istio_requests_total', 'istio_tcp_sent_bytes_total']
    .flatMap(metric => scopes.map(scope => rate(metric, scope, seconds)))
    .join(' or ')})`
}

async function lastTraffic(
  promql: string,
  { sources: { prometheus } }: Deps,
  at: EpochMilliseconds,
  signal?: AbortSignal,
): Promise<EpochMilliseconds | null> {
  const found = await prometheus.queryRange(promql, { start: at - day, end: at, step }, signal)
  const times = found.flatMap(series => series.times)
  return times.length === 0 ? null : Math.max(...times)
}

const order = ['sourceReachable', 'metricThere', 'labelsAsExpected', 'trafficInWindow'] as const

function unasked(ladder: Ladder): Ladder {
  const rest = order.filter(each => ladder.rungs.every(({ rung }) => rung !== each))
  return {
    ...ladder,
    rungs: [
      ...ladder.rungs,
      ...rest.map((rung): Rung => ({ rung, ok: null, detail: 'Not asked: the rung above fails.', query: null })),
    ],
  }
}
