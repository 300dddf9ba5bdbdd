import type { Endpoints, Service, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { ruleFor, tlsMode } from '#lab/mesh/snapshot/destination-rules.ts'
import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import { answer } from './answers.ts'
import { authorize, type EnforcementPoint, type Verdict } from './authorize.ts'
import { clientSends, connect } from './mtls.ts'
import type { Flow, Outcome, RbacCount } from './outcome.ts'
import { type Journey, reportsOf } from './reports.ts'
import { type Leg, type Routing, routing } from './route.ts'
import type { Target } from './target.ts'

/**
 * The one seam between configuration and traffic: what exists now, and a flow → what becomes of its requests.
 * Pure; the shares of the outcomes sum to 1.
 */
export function decide(snapshot: Snapshot, flow: Flow): Outcome[] {
  const way = routing(snapshot, flow)
  return way.legs.flatMap(leg => legOutcomes(snapshot, flow, way, leg))
}

interface Place {
  snapshot: Snapshot
  flow: Flow
  way: Routing
  leg: Leg
}

function legOutcomes(snapshot: Snapshot, flow: Flow, way: Routing, leg: Leg): Outcome[] {
  const place = { snapshot, flow, way, leg }
  const gate = waypointGate(place)
  if (gate.outcome) return [gate.outcome]
  return beyond(place).map(outcome =>
    gate.rbac.length > 0 ? { ...outcome, rbac: [...gate.rbac, ...outcome.rbac] } : outcome,
  )
}

function beyond(place: Place): Outcome[] {
  const { flow, leg } = place
  if (leg.way.kind === 'answer') {
    const { code, grpcStatus, flags } = leg.way
    const given = answer(flow.protocol, code, leg.delay + 0.3)
    if (grpcStatus !== null && flow.protocol === 'grpc') given.grpcStatus = grpcStatus
    return [stopped(place, { answer: given, flags: leg.delay > 0 ? `DI,${flags}`.replace(/,-$/, '') : flags })]
  }
  const { target } = leg.way
  return target.kind === 'outside' ? [outside(place, target)] : inside(place, target.service)
}

/** The waypoint answers for its services: it must live, and its own policies must let the caller pass. */
function waypointGate(place: Place): { outcome: Outcome | null; rbac: RbacCount[] } {
  const { snapshot, flow, way } = place
  const { waypoint, asked } = way
  if (waypoint === null) return { outcome: null, rbac: [] }
  if (waypoint.ready.length === 0) {
    const flags = flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UH'
    return { outcome: stopped(place, { answer: answer(flow.protocol, 503), flags, end: 'source' }), rbac: [] }
  }
  const point: EnforcementPoint = { kind: 'waypoint', workload: waypoint, service: asked.name }
  const verdict = verdictAt(
    snapshot,
    point,
    flow,
    flow.source.principal,
    place.leg.way.kind === 'send' ? place.leg.way.port : flow.port,
  )
  const rbac = countOf(waypoint, flow, flow.port, verdict)
  if (verdict.allowed) return { outcome: null, rbac }
  const outcome = stopped(place, { answer: answer(flow.protocol, 403, 0.8), flags: '-' })
  return { outcome: { ...outcome, rbac, refusedBy: verdict.refusedBy }, rbac }
}

/** Ended by the proxy that routes, before any pod was chosen. */
function stopped(
  place: Place,
  how: { answer: Outcome['answer']; flags: string; end?: Journey['end']; destination?: Workload | null },
): Outcome {
  const { flow, way, snapshot, leg } = place
  const end = how.end ?? (way.waypoint ? 'waypoint' : 'source')
  const service = leg.way.target.name
  return {
    ...base(place, service.host),
    answer: how.answer,
    destination: how.destination ?? null,
    service,
    reports: reportsOf({
      flow,
      service,
      end,
      waypoint: way.waypoint,
      destination: how.destination ?? null,
      mtls: false,
      discovery: snapshot.discovery,
      // Behind a waypoint the caller's proxy only hears the answer.
      flags: { source: end === 'waypoint' ? '-' : how.flags, waypoint: how.flags, destination: '-' },
    }),
  }
}

function base(place: Place, host: string): Outcome {
  const { leg, flow, way } = place
  const { subset, port } = leg.way.kind === 'send' ? leg.way : { subset: null, port: flow.port }
  return {
    share: leg.share,
    answer: null,
    destination: null,
    pods: [],
    external: null,
    waypoint: way.waypoint,
    service: leg.way.target.name,
    port,
    upstreamCluster: `outbound|${port}|${subset ?? ''}|${host}`,
    delay: leg.delay,
    timeout: leg.timeout,
    retries: leg.retries,
    mtls: false,
    reports: [],
    rbac: [],
    refusedBy: null,
  }
}

function outside(place: Place, target: Extract<Target, { kind: 'outside' }>): Outcome {
  const { flow, snapshot, way } = place
  const service = target.name
  const dead = target.external === null
  return {
    ...base(place, service.host),
    ...(target.known ? {} : { upstreamCluster: 'PassthroughCluster' }),
    answer: dead ? answer(flow.protocol, 503, 5) : null,
    external: target.external,
    service,
    reports: reportsOf({
      flow,
      service,
      end: dead ? 'source' : 'destination',
      waypoint: way.waypoint,
      destination: null,
      mtls: false,
      discovery: snapshot.discovery,
      flags: { source: dead ? 'UF' : delayFlag(place), waypoint: '-', destination: '-' },
    }),
  }
}

const delayFlag = (place: Place) => (place.leg.delay > 0 ? 'DI' : '-')

function inside(place: Place, service: Service): Outcome[] {
  const { snapshot, flow, way, leg } = place
  if (leg.way.kind !== 'send') return []
  const { subset, port } = leg.way
  const reader = way.waypoint ?? flow.source
  const isL7 = way.by !== 'nobody'
  const rule = isL7
    ? ruleFor(snapshot.destinationRules, service.host, [
        reader.namespace,
        service.namespace,
        snapshot.mesh.rootNamespace,
      ])
    : undefined
  const chosen = rule?.subsets.find(candidate => candidate.name === subset)
  if (subset !== null && chosen === undefined)
    return [stopped(place, { answer: answer(flow.protocol, 503), flags: 'NC' })]
  const endpoints = chosen ? within(service.endpoints, chosen.labels) : service.endpoints
  const total = endpoints.reduce((sum, group) => sum + group.pods.length, 0)
  if (total === 0) {
    const flags = flow.source.proxy === 'ztunnel' && !way.waypoint ? 'CONNECT' : 'UH'
    return [stopped(place, { answer: answer(flow.protocol, 503), flags })]
  }
  const servicePort = service.ports.find(candidate => candidate.port === port)
  // A Service without this port has no cluster for it.
  if (servicePort === undefined) return [stopped(place, { answer: answer(flow.protocol, 503), flags: 'NC' })]
  const mode = tlsMode(rule, subset, port)
  return endpoints.map(group => {
    const share = (leg.share * group.pods.length) / total
    return { ...arrive(place, service, group, servicePort.targetPort, mode), share }
  })
}

const within = (endpoints: readonly Endpoints[], labels: Record<string, string>): Endpoints[] =>
  endpoints.flatMap(group => {
    const pods = group.pods.filter(pod => hasLabels(pod.labels, labels))
    return pods.length > 0 ? [{ ...group, pods }] : []
  })

/** At the door of the destination's pods: the connection first, then who may pass. */
function arrive(
  place: Place,
  service: Service,
  { workload, pods }: Endpoints,
  targetPort: number,
  mode: ReturnType<typeof tlsMode>,
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

function verdictAt(
  snapshot: Snapshot,
  point: EnforcementPoint,
  flow: Flow,
  principal: string | null,
  port: number,
): Verdict {
  return authorize(snapshot, point, {
    principal,
    trustDomain: snapshot.mesh.trustDomain,
    address: flow.source.ready[0]?.ip ?? '',
    http: flow.protocol === 'tcp' ? null : flow,
    port,
  })
}

function countOf(at: Workload, flow: Flow, port: number, verdict: Verdict): RbacCount[] {
  if (!verdict.enforced && verdict.shadow === null) return []
  const enforced = verdict.enforced ? (verdict.allowed ? 'allowed' : 'denied') : null
  return [{ at, port, layer: flow.protocol === 'tcp' ? 'tcp' : 'http', enforced, shadow: verdict.shadow }]
}
