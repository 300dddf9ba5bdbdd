import { oneOf, parts, rate, sumBy } from '#bff/sources/promql.ts'
import type { Listed, NamedQuery } from '#shared/services/api.ts'
import type { Seconds } from '#shared/units.ts'

/** Labels that name what is listed. */
export const namesOf = {
  services: ['destination_service_namespace', 'destination_service_name'],
  workloads: ['destination_workload_namespace', 'destination_workload'],
} as const satisfies Record<Listed, readonly [string, string]>

const there = 'reporter=~"destination|waypoint"'
const asked = 'reporter="source"'

/** Whoever serves is believed; its callers where it says nothing (telemetry rule 1). `or` keeps one of each name. */
const believed = (expression: (reporter: string) => string): string => `${expression(there)} or ${expression(asked)}`

/** Milliseconds of each, from the summed buckets of all that belong to it (telemetry rule 6): one query for the whole list. */
export const latencyQuery = (of: Listed, window: Seconds, quantile = 0.95): string =>
  believed(reporter => quantileBy(quantile, namesOf[of], [reporter], window))

/** The same of what gateways answered: they report as callers only. */
export const gatewayLatencyQuery = (workloads: readonly string[], window: Seconds): string =>
  quantileBy(0.95, callerNames, [asked, oneOf('source_workload', workloads)], window)

export const callerNames = ['source_workload_namespace', 'source_workload'] as const

const quantileBy = (quantile: number, by: readonly string[], matchers: readonly string[], window: Seconds): string =>
  `histogram_quantile(${quantile}, ${sumBy(['le', ...by], rate('istio_request_duration_milliseconds_bucket', matchers, window))})`

/** Requests and bytes per second of each, and requests that gateways asked for, by `part`. */
export const trendQuery = (of: Listed, gateways: readonly string[], window: Seconds): string => {
  const by = namesOf[of]
  const of_ = (metric: string) => `(${believed(reporter => sumBy(by, rate(metric, [reporter], window)))})`
  return parts({
    requests: of_('istio_requests_total'),
    bytes: of_('istio_tcp_sent_bytes_total'),
    ...(gateways.length > 0 && {
      gateways: sumBy(callerNames, rate('istio_requests_total', [asked, oneOf('source_workload', gateways)], window)),
    }),
  })
}

export const quantilesAsked = [0.5, 0.95, 0.99] as const

export interface PageQueries {
  quantiles: string
  callers: string
  /** Null where nothing asks on its behalf. */
  callees: string | null
}

/**
 * What one page asks beside the calls of its namespace. `matchers` name what it serves (or, for what only asks, what it
 * asks), `own` the workloads that ask on its behalf.
 */
export function pageQueries(
  matchers: readonly string[],
  own: { namespace: string; workloads: readonly string[] },
  window: Seconds,
): PageQueries {
  const buckets = (by: readonly string[], some: readonly string[]) =>
    sumBy(['le', ...by], rate('istio_request_duration_milliseconds_bucket', some, window))
  const calls = [oneOf('source_workload_namespace', [own.namespace]), oneOf('source_workload', own.workloads)]
  return {
    quantiles: parts(
      Object.fromEntries(
        quantilesAsked.map(quantile => [String(quantile), `histogram_quantile(${quantile}, ${buckets([], matchers)})`]),
      ),
    ),
    callers: `histogram_quantile(0.95, ${buckets([...callerNames], matchers)})`,
    callees:
      own.workloads.length === 0
        ? null
        : believed(reporter => `histogram_quantile(0.95, ${buckets([...namesOf.services], [reporter, ...calls])})`),
  }
}

/** What was not asked is left out. */
export const named = (queries: Record<string, string | null>): NamedQuery[] =>
  Object.entries(queries).flatMap(([name, query]) => (query === null ? [] : [{ name, query }]))
