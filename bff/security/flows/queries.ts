import { parts, range, select, sumBy } from '#bff/sources/promql.ts'
import type { Seconds } from '#shared/units.ts'

/** What was called within a window, in three queries for the whole mesh, one for each metric. */
export interface FlowQueries {
  requests: string
  connections: string
  /** Refusals that pods counted. */
  refusals: string
}

export const connectionLabels = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'source_principal',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service_name',
  'destination_service_namespace',
  'connection_security_policy',
  'response_flags',
]

const requestEnds = [...connectionLabels, 'request_protocol']
/** Whose answer a code is, where somebody has given the metric this tag (Istio docs, Telemetry, `tagOverrides`). */
const details = 'response_code_details'
export const requestLabels = [...requestEnds, 'response_code', 'grpc_response_status', details]

/**
 * Of codes only those travel apart that may be refusals, of a rule or of a token: grouping by each of them would bring ten
 * times as many series. The rest keeps an empty one.
 */
export function flowQueries(window: Seconds): FlowQueries {
  const count = increaseOver(window)
  const requests = (matchers: readonly string[]) => count('istio_requests_total', matchers)
  const [codes, statuses] = ['401|403', '7|16']
  const noCode = `response_code!~"${codes}"`
  const by = requestEnds
  return {
    requests: [
      sumBy([...by, 'response_code', details], requests([`response_code=~"${codes}"`])),
      sumBy([...by, 'grpc_response_status', details], requests([`grpc_response_status=~"${statuses}"`, noCode])),
      sumBy(by, requests([noCode, `grpc_response_status!~"${statuses}"`])),
    ]
      .map(each => `${each} > 0`)
      .join(' or '),
    connections: connections(window),
    refusals: refusals(window),
  }
}

/** One that was opened before the window and still carries something is one of it. */
function connections(window: Seconds): string {
  const { opened, carried } = connectionParts(window)
  return `${opened} or ${carried}`
}

type Count = (metric: string, matchers: readonly string[]) => string

const increaseOver =
  (window: Seconds): Count =>
  (metric, matchers) =>
    `increase(${select(metric, matchers)}${range(window)})`

/** Connections that were opened, and bytes that were sent on any. */
export const tcpIncreases = (window: Seconds) => ({
  opened: sumBy(connectionLabels, increaseOver(window)('istio_tcp_connections_opened_total', [])),
  sent: sumBy(connectionLabels, increaseOver(window)('istio_tcp_sent_bytes_total', [])),
})

function connectionParts(window: Seconds) {
  const { opened, sent } = tcpIncreases(window)
  return { opened: `${opened} > 0`, carried: `(${sent} > 0) * 0 + 1` }
}

/** The same of each step of a window: there the two stay apart, for what goes on over many steps is no more than one. */
export function stepQueries(step: Seconds): Pick<FlowQueries, 'requests' | 'connections'> {
  return { requests: flowQueries(step).requests, connections: parts(connectionParts(step)) }
}

/**
 * Of sidecars and gateways, whose listeners are outbound ones. Envoy names the counter after its listener: `increase`
 * would drop the name and collide, a difference of sums does not.
 */
function refusals(window: Seconds): string {
  const by = ['namespace', 'pod', 'app', 'workload']
  const of = (layer: 'http' | 'tcp') =>
    sinceBefore(by, select('', [`__name__=~"envoy_${layer}_.*rbac"`, 'authz_enforce_result="denied"']), window)
  return parts({ http: of('http'), tcp: of('tcp') })
}

/** How much more than a window ago; what was not there then counts whole. */
export function sinceBefore(by: readonly string[], counter: string, window: Seconds): string {
  const now = sumBy(by, counter)
  const before = sumBy(by, `${counter} offset ${range(window).slice(1, -1)}`)
  return `(${now} - ${before} or ${now}) > 0`
}
