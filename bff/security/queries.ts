import { range, select, sumBy } from '#bff/sources/promql.ts'
import type { Seconds } from '#shared/units.ts'

/** What was called within a window, in three queries for the whole mesh, one for each metric. */
export interface FlowQueries {
  requests: string
  connections: string
  /** Refusals that pods counted. */
  refusals: string
}

const ends = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'source_principal',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service_name',
  'connection_security_policy',
  'response_flags',
]

/**
 * Of codes only those travel apart that may be refusals: grouping by each of them would bring ten times as many series.
 * The rest keeps an empty one.
 */
export function flowQueries(window: Seconds): FlowQueries {
  const count = (metric: string, matchers: readonly string[]) => `increase(${select(metric, matchers)}${range(window)})`
  const requests = (matchers: readonly string[]) => count('istio_requests_total', matchers)
  const [http, grpc] = ['response_code="403"', 'grpc_response_status="7"']
  const by = [...ends, 'request_protocol']
  return {
    requests: [
      sumBy([...by, 'response_code'], requests([http])),
      sumBy([...by, 'grpc_response_status'], requests([grpc, 'response_code!="403"'])),
      sumBy(by, requests(['response_code!="403"', 'grpc_response_status!="7"'])),
    ].join(' or '),
    connections: sumBy([...ends], count('istio_tcp_connections_opened_total', [])),
    refusals: refusals(window),
  }
}

/** Envoy names the counter after its listener: `increase` would drop the name and collide, a difference of sums does not. */
function refusals(window: Seconds): string {
  const by = ['namespace', 'pod', 'app', 'workload']
  return sinceBefore(
    by,
    select('', ['__name__=~"envoy_http_inbound_.+_rbac"', 'authz_enforce_result="denied"']),
    window,
  )
}

/** How much more than a window ago; what was not there then counts whole. */
export function sinceBefore(by: readonly string[], counter: string, window: Seconds): string {
  const now = sumBy(by, counter)
  const before = sumBy(by, `${counter} offset ${range(window).slice(1, -1)}`)
  return `(${now} - ${before} or ${now}) > 0`
}
