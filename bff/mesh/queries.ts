import type { Seconds } from '#shared/units.ts'
import { oneOf, parts, range, rate, select, sumBy } from '#bff/sources/promql.ts'

/**
 * A reading of the map in seven queries, whatever the number of namespaces, nodes and viewers. Both reporters come in
 * the same answer (telemetry rule 1); which one is believed is decided per hop, in hops.ts.
 */
export interface GraphQueries {
  /** HTTP and gRPC requests, by outcome. */
  requests: string
  /** Milliseconds per second. Each request is measured once: its count is the requests themselves. */
  durations: string
  /** Request and response bodies together, bytes per second. */
  bodyBytes: string
  /** Both directions together, bytes per second. */
  tcpBytes: string
  /** Connections opened, by flags. */
  connections: string
  /** `part`: failed (never opened, where ztunnel tells) and closed (with flags only). */
  connectionTroubles: string
  /** Refusals by policy that pods counted within the window: a number, not a rate. */
  refusals: string
}

/** What names a hop. Every query groups by these, so that their answers meet. */
const hop = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service_name',
  'destination_service_namespace',
]
/** What follows from a workload's name and therefore costs no further series. */
const attributes = ['source_canonical_service', 'destination_canonical_service', 'destination_version']
/** How the two ends were sure of each other: what the destination says, and whom the caller's proxy saw. */
const security = ['connection_security_policy', 'destination_principal']
const requestOutcome = ['response_code', 'grpc_response_status', 'response_flags', ...security]
const connectionOutcome = ['response_flags', ...security]

/**
 * @param namespaces either end of a hop lies in one of them; empty means everywhere
 * @param window seconds of every rate
 * @param narrowing further matchers that every series must fulfil (the ends of one edge, say)
 */
export function graphQueries(
  namespaces: readonly string[],
  window: Seconds,
  narrowing: readonly string[] = [],
): GraphQueries {
  const rates = (metric: string, matchers: readonly string[] = []) =>
    touching(namespaces, scope => rate(metric, [...matchers, ...narrowing, ...scope], window))
  return {
    requests: sumBy([...hop, ...attributes, 'request_protocol', ...requestOutcome], rates('istio_requests_total')),
    durations: sumBy([...hop, 'request_protocol'], rates('istio_request_duration_milliseconds_sum')),
    bodyBytes: bothWays([...hop, 'request_protocol'], {
      request: rates('istio_request_bytes_sum'),
      response: rates('istio_response_bytes_sum'),
    }),
    tcpBytes: bothWays([...hop, ...attributes, 'app', ...security], {
      sent: rates('istio_tcp_sent_bytes_total'),
      received: rates('istio_tcp_received_bytes_total'),
    }),
    connections: sumBy(
      [...hop, ...attributes, 'app', ...connectionOutcome],
      rates('istio_tcp_connections_opened_total'),
    ),
    connectionTroubles: parts({
      failed: sumBy([...hop, ...attributes, 'app', ...connectionOutcome], rates('istio_tcp_connections_failed_total')),
      closed: sumBy(
        [...hop, ...attributes, 'app', ...connectionOutcome],
        rates('istio_tcp_connections_closed_total', ['response_flags!~"-|"']),
      ),
    }),
    refusals: refusals(window),
  }
}

/** One number for both directions: added where it is cheap, so that half as many series travel. */
const bothWays = (labels: readonly string[], directions: Record<string, string>): string =>
  sumBy(
    labels,
    parts(Object.fromEntries(Object.entries(directions).map(([name, rates]) => [name, sumBy(labels, rates)]))),
  )

/** More than this many namespaces are not worth their matchers: everything is read and the rest left out afterwards. */
const mostMatchedNamespaces = 20

/**
 * A flow between two namespaces belongs to both. PromQL has no "or" between matchers; between vectors it keeps one of
 * each label set, so nothing counts twice.
 */
function touching(namespaces: readonly string[], expression: (matchers: string[]) => string): string {
  if (namespaces.length === 0 || namespaces.length > mostMatchedNamespaces) return expression([])
  return ['source_workload_namespace', 'destination_service_namespace', 'destination_workload_namespace']
    .map(label => expression([oneOf(label, namespaces)]))
    .join(' or ')
}

/**
 * Of sidecars and gateways, whose listeners are outbound ones. Envoy names a listener's RBAC counter after its address,
 * so there are many metrics: `rate` would drop the name and collide, a difference of sums does not. A restarted pod may
 * show a negative number, which says nothing. Not narrowed to a scope: callers in it are refused by destinations outside
 * of it, and there are few such series.
 */
function refusals(window: Seconds): string {
  const matchers = ['__name__=~"envoy_http_.*rbac"', 'authz_enforce_result="denied"']
  const counter = select('', matchers)
  const by = ['namespace', 'pod', 'app', 'workload']
  const now = sumBy(by, counter)
  const before = sumBy(by, `${counter} offset ${range(window).slice(1, -1)}`)
  return `(${now} - ${before} or ${now}) > 0`
}

/** Long enough for four scrapes, so that a missed one does not tear a hole (telemetry rule 11). */
export const defaultWindow = (scrapeInterval: Seconds): Seconds => Math.max(60, 4 * scrapeInterval)
