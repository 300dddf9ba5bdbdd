import type { Seconds } from '#shared/units.ts'
import { grpcServerErrors } from '#bff/mesh/outcome.ts'
import { parts, quote, rate, sumBy } from '#bff/sources/promql.ts'
import { matchersOf, reportersOf, type Selection } from '#bff/mesh/selection.ts'

/** The PromQL behind the side panel. Null where there is nothing to ask. */
export interface DetailQueries {
  /** Requests, or bytes of TCP, per second. */
  rate: string
  /** Bad over all. */
  errors: string
  /** Milliseconds, by the label `part`: 0.5, 0.95, 0.99. */
  quantiles: string | null
  dayQuantiles: string | null
  principals: string
}

export const quantilesAsked = [0.5, 0.95, 0.99] as const

const day: Seconds = 86_400

export function detailQueries(selection: Selection, window: Seconds): DetailQueries {
  const matchers = matchersOf(selection)
  const reporters = reportersOf(selection.measured)
  const isTcp = selection.measured.every(({ hop }) => hop.protocol === 'tcp')
  const protocol = selection.kind === 'edge' ? selection.measured[0]?.hop.protocol : undefined
  const own =
    protocol === 'http' || protocol === 'grpc' ? [...matchers, `request_protocol=${quote(protocol)}`] : matchers
  /** Of all reporters that are believed; label sets differ by reporter, so `or` loses nothing. */
  const rates = (metric: string, ...more: string[]) =>
    reporters.map(reporter => rate(metric, [...reporter, ...own, ...more], window)).join(' or ')
  const sum = (expression: string) => `sum(${expression})`
  const share = (bad: string, all: string) => `(sum(${bad}) or vector(0)) / sum(${all})`

  if (isTcp)
    return {
      rate: sum(
        parts({ sent: rates('istio_tcp_sent_bytes_total'), received: rates('istio_tcp_received_bytes_total') }),
      ),
      errors: share(
        rates('istio_tcp_connections_opened_total', 'response_flags!~"-|"'),
        rates('istio_tcp_connections_opened_total'),
      ),
      quantiles: null,
      dayQuantiles: null,
      principals: provenPrincipals('istio_tcp_connections_opened_total', own, window),
    }

  const serverErrors = [
    rates('istio_requests_total', 'request_protocol!="grpc"', 'response_code=~"0|5.."'),
    rates(
      'istio_requests_total',
      'request_protocol="grpc"',
      `grpc_response_status=~${quote([...grpcServerErrors].join('|'))}`,
    ),
    rates('istio_requests_total', 'request_protocol="grpc"', 'grpc_response_status=""', 'response_code=~"0|5.."'),
  ].join(' or ')
  // Durations are the believed reporter's alone: what never arrived took no time there.
  const believed = [...(reporters[0] ?? []), ...own]
  const isWhole = selection.measured.length <= 500
  return {
    rate: sum(rates('istio_requests_total')),
    errors: share(serverErrors, rates('istio_requests_total')),
    quantiles: quantiles(believed, window),
    // A day of a whole crowded namespace is more than Prometheus should be asked for a panel.
    dayQuantiles: isWhole ? quantiles(believed, day) : null,
    principals: provenPrincipals('istio_requests_total', own, window),
  }
}

/** Telemetry rule 6: from the summed buckets of all, never from anyone's quantile. */
function quantiles(matchers: readonly string[], window: Seconds): string {
  const buckets = sumBy(['le'], rate('istio_request_duration_milliseconds_bucket', matchers, window))
  return parts(
    Object.fromEntries(
      quantilesAsked.map(quantile => [String(quantile), `histogram_quantile(${quantile}, ${buckets})`]),
    ),
  )
}

/** Only the destination's proxy proves a caller, and only over mutual TLS. */
const provenPrincipals = (metric: string, matchers: readonly string[], window: Seconds): string =>
  `group by (source_principal) (${rate(
    metric,
    ['reporter=~"destination|waypoint"', 'connection_security_policy="mutual_tls"', ...matchers],
    window,
  )} > 0)`
