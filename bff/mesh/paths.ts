import type { Sample } from '#bff/sources/source.ts'
import type { Protocol } from '#shared/mesh/node.ts'
import type { GraphQueries } from './queries.ts'

/** The answers to a reading's queries. */
export type Readings = Record<keyof GraphQueries, readonly Sample[]>

export type Reporter = 'source' | 'destination' | 'waypoint'

/** Of a connection. */
export type Policy = 'mutual_tls' | 'none' | 'unknown'

/** Some requests (or connections) that ended alike. `rate` is 1/s. */
export interface Part {
  code: string
  grpcStatus: string
  flags: string
  policy: Policy
  /** Of the destination, as the series says it; empty where it does not. */
  version: string
  rate: number
}

/** What one reporter says of one path. Durations in milliseconds, bytes per second, connections 1/s. */
export interface Report {
  parts: Part[]
  /** Null where nobody measured. Every request is measured once, so the requests are its count. */
  durationSum: number | null
  bytes: number
  /** TCP: of the connections that carried bytes, also of those that opened long ago. */
  policies: Set<Policy>
  /** TCP: never opened. */
  failed: Part[]
  /** TCP: closed with flags. The same connections were counted when they opened. */
  flaggedAtClose: Part[]
  /** The node's ztunnel speaks: it sees connections only, whatever they carry. */
  isZtunnel: boolean
}

/** Who called what, as Istio's labels name it. `unknown` and missing labels are the empty text. */
export interface Path {
  key: string
  sourceNamespace: string
  sourceWorkload: string
  sourceService: string
  namespace: string
  workload: string
  canonicalService: string
  /** `destination_service_name` and `…_namespace`: what the caller asked for. */
  service: string
  serviceNamespace: string
  protocol: Protocol
  reports: Partial<Record<Reporter, Report>>
}

/** Longest label value that is kept: a DNS name has at most 253 characters (telemetry rule 10). */
const longestName = 253

/** Groups series by path and reporter, before anything is chosen or added up (telemetry rule 1). */
export function pathsOf(readings: Readings): Path[] {
  const paths = new Map<string, Path>()
  const find = (metric: Sample['metric'], protocol: Protocol): { path: Path; report: Report } | null => {
    const reporter = metric['reporter']
    if (reporter !== 'source' && reporter !== 'destination' && reporter !== 'waypoint') return null
    const path = pathAt(paths, metric, protocol)
    let report = path.reports[reporter]
    if (report === undefined) {
      report = emptyReport()
      path.reports[reporter] = report
    }
    return { path, report }
  }

  for (const { metric, value } of readings.requests) {
    if (value === 0) continue
    find(metric, requestProtocol(metric))?.report.parts.push(partOf(metric, value))
  }
  for (const { metric, value } of readings.connections) {
    const report = find(metric, 'tcp')?.report
    if (report === undefined) continue
    if (value > 0) report.parts.push(partOf(metric, value))
    report.isZtunnel ||= metric['app'] === 'ztunnel'
  }
  for (const { metric, value } of readings.connectionTroubles) {
    if (value === 0) continue
    const report = find(metric, 'tcp')?.report
    if (report === undefined) continue
    const part = partOf(metric, value)
    if (metric['part'] === 'failed') report.failed.push(part)
    else report.flaggedAtClose.push(part)
    report.isZtunnel ||= metric['app'] === 'ztunnel'
  }
  for (const { metric, value } of readings.tcpBytes) {
    if (value === 0) continue
    const report = find(metric, 'tcp')?.report
    if (report === undefined) continue
    report.bytes += value
    report.policies.add(policyOf(metric))
    report.isZtunnel ||= metric['app'] === 'ztunnel'
  }
  for (const { metric, value } of readings.bodyBytes) {
    const report = paths.get(keyOf(metric, requestProtocol(metric)))?.reports[metric['reporter'] as Reporter]
    if (report !== undefined) report.bytes += value
  }
  for (const { metric, value } of readings.durations) {
    const report = paths.get(keyOf(metric, requestProtocol(metric)))?.reports[metric['reporter'] as Reporter]
    if (report === undefined) continue
    report.durationSum = (report.durationSum ?? 0) + value
  }
  return [...paths.values()].filter(hasTraffic)
}

const hasTraffic = (path: Path): boolean =>
  Object.values(path.reports).some(
    ({ parts, failed, flaggedAtClose, bytes }) =>
      parts.length > 0 || failed.length > 0 || flaggedAtClose.length > 0 || bytes > 0,
  )

function pathAt(paths: Map<string, Path>, metric: Sample['metric'], protocol: Protocol): Path {
  const key = keyOf(metric, protocol)
  const known = paths.get(key)
  if (known !== undefined) {
    known.sourceService ||= named(metric['source_canonical_service'])
    known.canonicalService ||= named(metric['destination_canonical_service'])
    return known
  }
  const path: Path = {
    key,
    sourceNamespace: named(metric['source_workload_namespace']),
    sourceWorkload: named(metric['source_workload']),
    sourceService: named(metric['source_canonical_service']),
    namespace: named(metric['destination_workload_namespace']),
    workload: named(metric['destination_workload']),
    canonicalService: named(metric['destination_canonical_service']),
    service: named(metric['destination_service_name']),
    serviceNamespace: named(metric['destination_service_namespace']),
    protocol,
    reports: {},
  }
  paths.set(key, path)
  return path
}

/** A label cannot hold the separator: Kubernetes names have no line breaks, and a host with one is no host. */
const keyOf = (metric: Sample['metric'], protocol: Protocol): string =>
  `${metric['source_workload_namespace']}\n${metric['source_workload']}\n${metric['destination_workload_namespace']}\n${metric['destination_workload']}\n${metric['destination_service_namespace']}\n${metric['destination_service_name']}\n${protocol}`

const named = (value: string | undefined): string =>
  value === undefined || value === 'unknown' ? '' : value.slice(0, longestName)

const requestProtocol = (metric: Sample['metric']): Protocol =>
  metric['request_protocol'] === 'grpc' ? 'grpc' : metric['request_protocol'] === 'tcp' ? 'tcp' : 'http'

const partOf = (metric: Sample['metric'], value: number): Part => ({
  code: metric['response_code'] ?? '',
  grpcStatus: metric['grpc_response_status'] ?? '',
  flags: metric['response_flags'] ?? '-',
  policy: policyOf(metric),
  version: named(metric['destination_version']),
  rate: value,
})

/**
 * The destination's proxy says what it got. The caller's leaves it open, but names whose certificate it saw: mutual TLS
 * of the mesh. ztunnel has no word for plaintext: what it does not call mutual TLS is none.
 */
function policyOf(metric: Sample['metric']): Policy {
  const said = metric['connection_security_policy']
  if (said === 'mutual_tls' || said === 'none') return said
  if (metric['reporter'] === 'source' && metric['destination_principal']?.startsWith('spiffe://')) return 'mutual_tls'
  return metric['app'] === 'ztunnel' ? 'none' : 'unknown'
}

const emptyReport = (): Report => ({
  parts: [],
  durationSum: null,
  bytes: 0,
  policies: new Set(),
  failed: [],
  flaggedAtClose: [],
  isZtunnel: false,
})
