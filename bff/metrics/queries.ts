import { oneOf, parts, rate, select, range, sumBy } from '#bff/sources/promql.ts'
import type { ReporterChoice, Split } from '#shared/metrics/api.ts'
import type { Seconds } from '#shared/units.ts'

/** Whose series: matchers of what is measured, and whose reports come first. */
export interface Measured {
  matchers: readonly string[]
  /** What it asked of others: its own proxy saw all of it, also what never arrived. */
  isAsking: boolean
  reporter: ReporterChoice
}

const there = 'reporter=~"destination|waypoint"'
const asked = 'reporter="source"'

/** `or` keeps what is told by whoever is believed, and the other only where nobody else tells. */
function believed({ reporter, isAsking }: Measured, expression: (matcher: string) => string): string {
  if (reporter === 'destination') return expression(there)
  if (reporter === 'source') return expression(asked)
  const [first, second] = isAsking ? [asked, there] : [there, asked]
  return `${expression(first)} or ${expression(second)}`
}

const labelsOf: Record<Split, readonly string[]> = {
  none: [],
  version: ['destination_version'],
  caller: ['source_workload_namespace', 'source_workload'],
  code: ['request_protocol', 'response_code', 'grpc_response_status'],
  flag: ['response_flags'],
  protocol: ['request_protocol'],
}

export interface DashboardQueries {
  requests: string
  errors: string
  /** As people ask for it; it is made of `buckets`. */
  latency: string
  /** Of these come the quantiles and the heatmap: three questions for quantiles would add the same buckets up thrice. */
  buckets: string
  tcp: string
  openings: string
  sizes: string
  messages: string
  /** As people ask for it. */
  heatmap: string
  /** Selectors alone: Prometheus reads no more of a query for exemplars. */
  exemplars: string
}

export const quantiles = [0.5, 0.95, 0.99] as const

/** Eight questions for a dashboard, whatever it is about and however many look at it. */
export function dashboardQueries(measured: Measured, split: Split, window: Seconds, step: Seconds): DashboardQueries {
  const { matchers } = measured
  const summed = (labels: readonly string[], metric: string) =>
    believed(measured, reporter => sumBy(labels, rate(metric, [reporter, ...matchers], window)))
  const buckets = believed(measured, reporter =>
    sumBy(['le'], rate('istio_request_duration_milliseconds_bucket', [reporter, ...matchers], window)),
  )
  const mean = (what: string) =>
    believed(measured, reporter => {
      const of = (part: string) => `sum(${rate(`istio_${what}_bytes_${part}`, [reporter, ...matchers], window)})`
      return `${of('sum')} / ${of('count')}`
    })
  return {
    requests: summed(labelsOf[split], 'istio_requests_total'),
    errors: summed(
      ['request_protocol', 'response_code', 'grpc_response_status', 'response_flags'],
      'istio_requests_total',
    ),
    // Telemetry rule 6: from the summed buckets of all, never from anyone's quantile.
    latency: parts(
      Object.fromEntries(quantiles.map(each => [String(each), `histogram_quantile(${each}, ${buckets})`])),
    ),
    buckets,
    tcp: parts({
      sent: `(${summed([], 'istio_tcp_sent_bytes_total')})`,
      received: `(${summed([], 'istio_tcp_received_bytes_total')})`,
    }),
    openings: parts({
      opened: `(${summed([], 'istio_tcp_connections_opened_total')})`,
      closed: `(${summed([], 'istio_tcp_connections_closed_total')})`,
    }),
    sizes: parts({ request: `(${mean('request')})`, response: `(${mean('response')})` }),
    messages: parts({
      request: `(${summed([], 'istio_request_messages_total')})`,
      response: `(${summed([], 'istio_response_messages_total')})`,
    }),
    exemplars: believed(measured, reporter =>
      select('istio_request_duration_milliseconds_bucket', [reporter, ...matchers]),
    ),
    heatmap: believed(measured, reporter =>
      sumBy(
        ['le'],
        `increase(${select('istio_request_duration_milliseconds_bucket', [reporter, ...matchers])}${range(Math.max(step, window))})`,
      ),
    ),
  }
}

/** istiod and the proxies of some namespaces; empty: all. */
export function planeQueries(namespaces: readonly string[], window: Seconds): Record<string, string> {
  const own = namespaces.length === 0 ? [] : [oneOf('namespace', namespaces)]
  const quantile = (each: number) =>
    `histogram_quantile(${each}, ${sumBy(['le'], rate('pilot_proxy_convergence_time_bucket', [], window))})`
  const proxies = 'container="istio-proxy"'
  return {
    ...(namespaces.length === 0 && {
      pushes: sumBy(['type'], rate('pilot_xds_pushes', [], window)),
      convergence: parts({ '0.5': quantile(0.5), '0.99': quantile(0.99) }),
      rejects: sumBy(['type'], rate('pilot_total_xds_rejects', [], window)),
    }),
    cpu: sumBy(['namespace'], rate('container_cpu_usage_seconds_total', [proxies, ...own], window)),
    memory: sumBy(['namespace'], select('container_memory_working_set_bytes', [proxies, ...own])),
    connections: sumBy(['namespace'], select('envoy_cluster_upstream_cx_active', own)),
  }
}
