import type { Endpoints, Service, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { TlsMode } from '#lab/mesh/snapshot/traffic-policy.ts'
import { answer } from './answers.ts'
import { authenticate } from './authenticate.ts'
import { rejected, type Verdict } from './authorize.ts'
import { connectionTo, podDoor } from './door.ts'
import type { Connection } from './mtls.ts'
import type { Outcome, RbacCount } from './outcome.ts'
import { base, delayFlag, type Place, stopped } from './place.ts'
import { type Journey, reportsOf } from './reports.ts'
import { countOf, verdictAt } from './verdict.ts'

/** At the door of the destination's pods: the connection first, then who may pass. */
export function arrive(
  place: Place,
  service: Service,
  endpoints: Endpoints,
  targetPort: number,
  mode: TlsMode | null,
): Outcome {
  const { snapshot, flow, way } = place
  const { workload, pods } = endpoints
  const peer = way.waypoint ?? flow.source
  const connection = connectionTo(snapshot, peer, workload, targetPort, mode)
  if (connection.kind !== 'open') return unconnected(place, service, endpoints, peer, connection)
  const { mtls } = connection
  const journey = journeyTo(place, service, workload, mtls)
  const open: Outcome = {
    ...base(place, service.host),
    destination: workload,
    pods,
    service,
    mtls,
    reports: reportsOf(journey),
  }
  const door = podDoor(peer, workload, pods, { mtls, upstreamCluster: open.upstreamCluster, port: targetPort })
  if (door === null) return open
  const { point, arrival } = door
  const authenticated = authenticate(snapshot, point, flow)
  const { refusal } = authenticated
  if (refusal) return refused(place, open, journey, [], { ...refusal, refusedBy: null, flags: '-' })
  const verdict = verdictAt(snapshot, point, authenticated.flow, arrival)
  const rbac = point.kind === 'ztunnel' ? [] : countOf(workload, flow, targetPort, verdict)
  if (verdict.allowed) return { ...open, rbac, onward: { ...authenticated.flow, validated: null } }
  return refused(place, open, journey, rbac, verdict)
}

const journeyTo = (place: Place, service: Service, destination: Workload, mtls: boolean): Journey => ({
  flow: place.flow,
  service,
  end: 'destination',
  waypoint: place.way.waypoint,
  destination,
  mtls,
  discovery: place.snapshot.discovery,
  flags: { source: place.way.waypoint ? '-' : delayFlag(place), waypoint: delayFlag(place), destination: '-' },
})

function unconnected(
  place: Place,
  service: Service,
  { workload, pods }: Endpoints,
  peer: Workload,
  { kind, details }: Exclude<Connection, { kind: 'open' }>,
): Outcome {
  const { snapshot, flow } = place
  const flags = peer.proxy === 'ztunnel' ? 'CONNECT' : kind === 'closed' ? 'UC' : 'UF,URX'
  const failing: Outcome = {
    ...stopped(place, { answer: answer(flow.protocol, 503, 2), flags, destination: workload }),
    pods,
    // A caller without a proxy hears nothing; the server's listener has its own word for it.
    details: peer.proxy === 'none' ? 'filter_chain_not_found' : details,
  }
  if (kind !== 'closed' || workload.proxy !== 'ztunnel') return failing
  // istiod makes a policy for ztunnel out of STRICT, and ztunnel tells of it as of any other.
  const journey = journeyTo(place, service, workload, false)
  const seen = reportsOf({ ...journey, flags: { ...journey.flags, destination: 'DENY' } })
  return {
    ...failing,
    details: rejected(`explicitly denied by: ${snapshot.mesh.rootNamespace}/istio_converted_static_strict`),
    reports: [...failing.reports, ...seen.filter(report => report.reporter === 'destination').map(asFailed)],
  }
}

const asFailed = (report: Outcome['reports'][number]): Outcome['reports'][number] =>
  report.flags === 'DENY' || report.flags === 'CONNECT' ? { ...report, failed: true } : report

/** A sidecar answers 403 to HTTP and closes TCP; ztunnel refuses the connection, whatever is spoken on it. */
function refused(
  place: Place,
  open: Outcome,
  journey: Journey,
  rbac: RbacCount[],
  verdict: Pick<Verdict, 'code' | 'flags' | 'details' | 'refusedBy'>,
): Outcome {
  const { flow, way } = place
  const byZtunnel = journey.destination?.proxy === 'ztunnel'
  const flags = byZtunnel
    ? {
        source: way.waypoint ? '-' : flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UF',
        waypoint: 'UF',
        destination: 'DENY',
      }
    : { ...journey.flags, destination: verdict.flags }
  return {
    ...open,
    answer: answer(flow.protocol, byZtunnel ? 503 : verdict.code, 1),
    rbac,
    refusedBy: verdict.refusedBy,
    details: verdict.details,
    reports: reportsOf({ ...journey, flags }).map(asFailed),
  }
}
