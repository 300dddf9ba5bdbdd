import type { PodRef, SideTelemetry } from '#lab/contract.ts'
import type { Facts } from '#lab/mesh/requests/pack.ts'

/** One proxy's record of one request. Tags follow from it (`tagsOf`), so that thousands of spans stay small. */
export interface Span {
  /** 32 hexadecimal digits. */
  traceId: string
  /** 16 hexadecimal digits. */
  spanId: string
  parentSpanId: string | null
  /** `catalog.shop`: canonical service and namespace of the proxy that wrote it. */
  service: string
  /** Envoy's route decorator: `catalog.shop.svc.cluster.local:8080/*`. */
  operation: string
  kind: 'CLIENT' | 'SERVER'
  /** Microseconds since the epoch, whole. */
  start: number
  /** Microseconds, whole. */
  duration: number
  /** Whose proxy wrote it. */
  reporter: PodRef
  upstreamCluster: string
  /** As this proxy saw them: caller and destination may disagree. */
  code: number
  grpcStatus: number | null
  flags: string
  isError: boolean
  url: string
  /** One for the whole trace: applications hand the header on. */
  requestId: string
  facts: Facts
}

/** The server's faults among the gRPC codes: unknown, deadline, exhausted, unimplemented, internal, unavailable, data loss. */
const serverFaults = new Set([2, 4, 8, 12, 13, 14, 15])

/** Envoy marks a span as failed for 5xx, for no answer at all, and for gRPC codes that are the server's fault. */
export const isFailure = (code: number, grpcStatus: number | null): boolean =>
  code === 0 || code >= 500 || (grpcStatus !== null && serverFaults.has(grpcStatus))

/** Istio configures gateways as clients and waypoints as servers, whatever the span's kind. */
export function telemetryOf({ kind, reporter }: Pick<Span, 'kind' | 'reporter'>): SideTelemetry {
  const { client, server } = reporter.telemetry
  if (reporter.proxy === 'gateway') return client
  return reporter.proxy === 'waypoint' || kind === 'SERVER' ? server : client
}
