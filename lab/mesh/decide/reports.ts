import type { ServiceName, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Flow, Report } from './outcome.ts'

/** Who writes what about a request, by the proxies it met. See Istio docs, "Istio Standard Metrics", and ztunnel's own. */

export interface Journey {
  flow: Flow
  service: ServiceName
  /** The last place the request came to. */
  end: 'source' | 'waypoint' | 'destination'
  waypoint: Workload | null
  destination: Workload | null
  /** Of the last connection, to the destination's pod. */
  mtls: boolean
  discovery: boolean
  flags: { source: string; waypoint: string; destination: string }
}

export function reportsOf(journey: Journey): Report[] {
  return [sourceReport(journey), waypointReport(journey), destinationReport(journey)].filter(report => report !== null)
}

function sourceReport(journey: Journey): Report | null {
  const { flow, waypoint, service } = journey
  const { source } = flow
  if (source.proxy === 'none') return null
  const seen = waypoint ?? journey.destination
  // A caller's proxy meets the waypoint, which speaks HBONE with every proxy.
  const mtls = waypoint !== null ? true : journey.mtls
  const ztunnel = source.proxy === 'ztunnel'
  const failed = ztunnel && journey.end === 'source'
  return {
    reporter: 'source',
    layer: ztunnel || flow.protocol === 'tcp' ? 'tcp' : 'http',
    by: source,
    ztunnel,
    source,
    destination: seen,
    service,
    protocol: ztunnel ? 'tcp' : flow.protocol,
    sourcePrincipal: mtls ? source.principal : null,
    destinationPrincipal: mtls && seen ? seen.principal : null,
    // Envoy's client side cannot tell and says so; ztunnel knows only of mutual TLS.
    security: ztunnel && mtls ? 'mutual_tls' : 'unknown',
    // ztunnel sees connections: an answer of the waypoint is none of its flags.
    flags:
      ztunnel && journey.end !== 'source'
        ? waypoint
          ? '-'
          : ztunnelFlags(journey.flags.source)
        : journey.flags.source,
    failed,
  }
}

const ztunnelFlags = (flags: string) => (flags === 'CONNECT' || flags === 'DENY' ? flags : '-')

function waypointReport(journey: Journey): Report | null {
  const { flow, waypoint, destination } = journey
  if (waypoint === null || journey.end === 'source') return null
  return {
    reporter: 'waypoint',
    layer: flow.protocol === 'tcp' ? 'tcp' : 'http',
    by: waypoint,
    ztunnel: false,
    source: flow.source,
    destination,
    service: journey.service,
    protocol: flow.protocol,
    sourcePrincipal: flow.source.principal,
    destinationPrincipal: destination?.principal ?? null,
    security: 'mutual_tls',
    flags: journey.flags.waypoint,
    failed: false,
  }
}

function destinationReport(journey: Journey): Report | null {
  const { flow, destination, waypoint } = journey
  // Gateways report only as clients of what they call.
  if (journey.end !== 'destination' || destination === null) return null
  if (destination.proxy !== 'sidecar' && destination.proxy !== 'ztunnel') return null
  const ztunnel = destination.proxy === 'ztunnel'
  const peer = waypoint ?? flow.source
  const mtls = journey.mtls
  // Metadata travels in HTTP headers between proxies; otherwise only a certificate or workload discovery names the peer.
  const tellsItself = peer.proxy !== 'none' && (mtls || (!ztunnel && flow.protocol !== 'tcp'))
  return {
    reporter: 'destination',
    layer: ztunnel || flow.protocol === 'tcp' ? 'tcp' : 'http',
    by: destination,
    ztunnel,
    source: tellsItself || journey.discovery ? peer : null,
    destination,
    service: journey.service,
    protocol: ztunnel ? 'tcp' : flow.protocol,
    sourcePrincipal: mtls ? peer.principal : null,
    destinationPrincipal: mtls ? destination.principal : null,
    security: mtls ? 'mutual_tls' : ztunnel ? 'unknown' : 'none',
    flags: journey.flags.destination,
    failed: false,
  }
}
