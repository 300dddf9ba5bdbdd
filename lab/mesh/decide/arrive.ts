import type { Endpoints, Service } from '#lab/mesh/snapshot/facts.ts'
import type { TlsMode } from '#lab/mesh/snapshot/destination-rules.ts'
import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { answer } from './answers.ts'
import type { Verdict } from './authorize.ts'
import { clientSends, connect } from './mtls.ts'
import type { Outcome, RbacCount } from './outcome.ts'
import { base, delayFlag, type Place, stopped } from './place.ts'
import { type Journey, reportsOf } from './reports.ts'
import { countOf, verdictAt } from './verdict.ts'

/** At the door of the destination's pods: the connection first, then who may pass. */
export function arrive(
  place: Place,
  service: Service,
  { workload, pods }: Endpoints,
  targetPort: number,
  mode: TlsMode | null,
): Outcome {
  const { snapshot, flow, way } = place
  const peer = way.waypoint ?? flow.source
  const server = effectiveMode(snapshot.peerAuthentications, workload, targetPort, snapshot.mesh.rootNamespace)
  const connection = connect(clientSends(peer, workload, server, mode), workload, server)
  if (connection.kind !== 'open') {
    const flags = peer.proxy === 'ztunnel' ? 'CONNECT' : connection.kind === 'closed' ? 'UC' : 'UF,URX'
    const failing = stopped(place, { answer: answer(flow.protocol, 503, 2), flags, destination: workload })
    return { ...failing, pods }
  }
  const { mtls } = connection
  const journey: Journey = {
    flow,
    service,
    end: 'destination',
    waypoint: way.waypoint,
    destination: workload,
    mtls,
    discovery: snapshot.discovery,
    flags: { source: way.waypoint ? '-' : delayFlag(place), waypoint: delayFlag(place), destination: '-' },
  }
  const open: Outcome = {
    ...base(place, service.host),
    destination: workload,
    pods,
    service,
    mtls,
    reports: reportsOf(journey),
  }
  const kind = workload.proxy
  // Nobody stands before the pod, or a gateway, which is asked by its own policies in the next hop.
  if (kind !== 'sidecar' && kind !== 'ztunnel') return open
  const verdict = verdictAt(snapshot, { kind, workload }, flow, mtls ? peer.principal : null, targetPort)
  const rbac = kind === 'ztunnel' ? [] : countOf(workload, flow, targetPort, verdict)
  if (verdict.allowed) return { ...open, rbac }
  return refused(place, open, journey, rbac, verdict)
}

/** A sidecar answers 403 to HTTP and closes TCP; ztunnel refuses the connection, whatever is spoken on it. */
function refused(place: Place, open: Outcome, journey: Journey, rbac: RbacCount[], verdict: Verdict): Outcome {
  const { flow, way } = place
  const byZtunnel = journey.destination?.proxy === 'ztunnel'
  const flags = byZtunnel
    ? {
        source: way.waypoint ? '-' : flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UF',
        waypoint: 'UF',
        destination: 'DENY',
      }
    : journey.flags
  return {
    ...open,
    answer: answer(flow.protocol, byZtunnel ? 503 : 403, 1),
    rbac,
    refusedBy: verdict.refusedBy,
    reports: reportsOf({ ...journey, flags }).map(report =>
      report.flags === 'DENY' || report.flags === 'CONNECT' ? { ...report, failed: true } : report,
    ),
  }
}
