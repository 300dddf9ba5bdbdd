import type { MetricMetadata } from '#lab/contract.ts'

/** Istio's standard metrics, and which of a cell's numbers each of them shows. */

export type View =
  | 'requests'
  | 'messages'
  | `${'duration' | 'requestBytes' | 'responseBytes'} ${'bucket' | 'sum' | 'count'}`
  | 'opened'
  | 'closed'
  | 'sent'
  | 'received'
  | 'failed'
  | 'counter'
  | 'gauge'

export interface Metric {
  name: string
  kind: 'http' | 'tcp'
  view: View
  /** Only gRPC requests count messages, only failed connections failures. */
  only: 'grpc' | 'failed' | null
}

const one = (name: string, kind: Metric['kind'], view: View, only: Metric['only'] = null): Metric => ({
  name,
  kind,
  view,
  only,
})

const histogram = (name: string, of: 'duration' | 'requestBytes' | 'responseBytes'): Metric[] =>
  (['bucket', 'sum', 'count'] as const).map(part => one(`${name}_${part}`, 'http', `${of} ${part}`))

export const metrics: readonly Metric[] = [
  one('istio_requests_total', 'http', 'requests'),
  ...histogram('istio_request_duration_milliseconds', 'duration'),
  ...histogram('istio_request_bytes', 'requestBytes'),
  ...histogram('istio_response_bytes', 'responseBytes'),
  one('istio_request_messages_total', 'http', 'messages', 'grpc'),
  one('istio_response_messages_total', 'http', 'messages', 'grpc'),
  one('istio_tcp_sent_bytes_total', 'tcp', 'sent'),
  one('istio_tcp_received_bytes_total', 'tcp', 'received'),
  one('istio_tcp_connections_opened_total', 'tcp', 'opened'),
  one('istio_tcp_connections_closed_total', 'tcp', 'closed'),
  one('istio_tcp_connections_failed_total', 'tcp', 'failed', 'failed'),
]

const counter = (help: string): MetricMetadata => ({ type: 'counter', help, unit: '' })
const distribution = (help: string): MetricMetadata => ({ type: 'histogram', help, unit: '' })

/** By family: a histogram's three series share one entry. */
export const standardMetadata: Record<string, MetricMetadata> = {
  istio_requests_total: counter('requests handled by an Istio proxy'),
  istio_request_duration_milliseconds: distribution('duration of requests in milliseconds'),
  istio_request_bytes: distribution('size of request bodies in bytes'),
  istio_response_bytes: distribution('size of response bodies in bytes'),
  istio_request_messages_total: counter('gRPC messages sent by clients'),
  istio_response_messages_total: counter('gRPC messages sent by servers'),
  istio_tcp_sent_bytes_total: counter('bytes sent during responses of TCP connections'),
  istio_tcp_received_bytes_total: counter('bytes received during requests of TCP connections'),
  istio_tcp_connections_opened_total: counter('TCP connections opened'),
  istio_tcp_connections_closed_total: counter('TCP connections closed'),
  istio_tcp_connections_failed_total: counter('TCP connections that failed'),
}

/** The family of a series name, as metadata and exposition know it. */
export const familyOf = (name: string): string =>
  name.startsWith('istio_') ? name.replace(/_(bucket|sum|count)$/, '') : name

/** RBAC counters carry the port in their name, so which there are follows from what was counted. */
export function rbacMetadata(
  cells: readonly ({ kind: string; name: string } | undefined)[],
): Record<string, MetricMetadata> {
  const found: Record<string, MetricMetadata> = {}
  for (const cell of cells)
    if (cell?.kind === 'counter') found[cell.name] ??= counter('requests and connections judged by the RBAC filter')
  return found
}
