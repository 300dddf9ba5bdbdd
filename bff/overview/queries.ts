import { parts, rate, sumBy } from '#bff/sources/promql.ts'
import type { Seconds } from '#shared/units.ts'

/** Where a request is served: every hop counted once, by whoever saw it arrive (telemetry rule 1). */
const there = 'reporter=~"destination|waypoint"'
export const namespaceLabel = 'destination_workload_namespace'
const by = [namespaceLabel]

const requests = (matchers: readonly string[], window: Seconds): string =>
  sumBy(by, rate('istio_requests_total', [there, ...matchers], window))

/** Telemetry rule 7: server errors by HTTP status; of gRPC by its own, where there is one. */
const noAnswer = 'response_code=~"0|5.."'
const isGrpc = 'request_protocol="grpc"'

/** All sums of the scope, by namespace: one question. */
export const sumsQuery = (window: Seconds): string =>
  parts({
    all: requests([], window),
    failed: requests(['request_protocol!="grpc"', noAnswer], window),
    grpcFailed: requests([isGrpc, 'grpc_response_status=~"2|4|8|12|13|14|15"'], window),
    grpcUnanswered: requests([isGrpc, 'grpc_response_status=""', noAnswer], window),
    mtls: requests(['connection_security_policy="mutual_tls"'], window),
    known: requests(['connection_security_policy=~"mutual_tls|none"'], window),
    sent: sumBy(by, rate('istio_tcp_sent_bytes_total', [there], window)),
    received: sumBy(by, rate('istio_tcp_received_bytes_total', [there], window)),
  })

/** Buckets by namespace, so that quantiles can be made of those somebody may see. */
export const bucketsQuery = (window: Seconds): string =>
  sumBy([namespaceLabel, 'le'], rate('istio_request_duration_milliseconds_bucket', [there], window))

const names = ['destination_service_namespace', 'destination_service_name']
const p95 = (window: Seconds): string =>
  `histogram_quantile(0.95, ${sumBy(['le', ...names], rate('istio_request_duration_milliseconds_bucket', [there], window))})`

/** The p95 of every service now. */
export const nowQuery = p95

/**
 * The same over its last day, of 24 glances at five minutes each: all requests weigh alike, and it costs what 24 instant
 * queries cost, where `[1d]` would read every sample of every bucket. `hours` is how many of them found the service.
 */
export const dayQuery = (): string => {
  const glance = sumBy(['le', ...names], rate('istio_request_duration_milliseconds_bucket', [there], 300))
  const seen = sumBy(names, rate('istio_request_duration_milliseconds_bucket', [there, 'le="+Inf"'], 300))
  return parts({
    before: `histogram_quantile(0.95, avg_over_time((${glance})[1d:1h]))`,
    hours: `count_over_time((${seen} > 0)[1d:1h])`,
  })
}
