import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { answer } from './answers.ts'
import type { EnforcementPoint } from './attach.ts'
import { authenticate, type Authenticated } from './authenticate.ts'
import type { Flow, Outcome, RbacCount } from './outcome.ts'
import { type Place, stopped } from './place.ts'
import { type Arrival, countOf, verdictAt } from './verdict.ts'

/** A proxy between the caller and the pods that has policies of its own: it may end a request before it goes anywhere. */
export interface Gate {
  /** Null: the request passes. */
  outcome: Outcome | null
  rbac: RbacCount[]
  /** The request as it goes on. */
  flow: Flow
}

/** A gateway looks at tokens first: what it finds may decide the route. */
export const arrivedAtGateway = (snapshot: Snapshot, flow: Flow): Authenticated =>
  isJudgedAtGateway(flow)
    ? authenticate(snapshot, { kind: 'gateway', workload: flow.source }, flow)
    : { flow, refusal: null }

const isJudgedAtGateway = ({ source, passedOn }: Flow): boolean => source.proxy === 'gateway' && !passedOn

export function enter(place: Place, arrived: Authenticated): Gate {
  const { flow, way } = place
  if (way.waypoint !== null) return atWaypoint(place, way.waypoint)
  return isJudgedAtGateway(flow) ? atGateway(place, arrived) : { outcome: null, rbac: [], flow }
}

/** The waypoint answers for its services: it must live, and its own policies must let the caller pass. */
function atWaypoint(place: Place, waypoint: NonNullable<Place['way']['waypoint']>): Gate {
  const { snapshot, flow, way, leg } = place
  if (waypoint.ready.length === 0) {
    const flags = flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UH'
    const outcome = stopped(place, { answer: answer(flow.protocol, 503), flags, end: 'source' })
    return { outcome: { ...outcome, details: 'no_healthy_upstream' }, rbac: [], flow }
  }
  const { asked } = way
  const service = { ...asked.name, isEntry: asked.kind === 'outside' }
  const point: EnforcementPoint = { kind: 'waypoint', workload: waypoint, service }
  return judged(place, point, authenticate(snapshot, point, flow), {
    peer: flow.source,
    principal: flow.source.principal,
    sni: null,
    destinationAddress: asked.kind === 'service' ? asked.service.address : '',
    port: leg.way.kind === 'send' ? leg.way.port : flow.port,
  })
}

/** Requests begin here: they come from outside, in plaintext or with the client's own TLS. */
function atGateway(place: Place, arrived: Authenticated): Gate {
  const { source, sni, port } = place.flow
  const arrival = { peer: null, principal: null, sni, destinationAddress: source.ready[0]?.ip ?? '', port }
  return judged(place, { kind: 'gateway', workload: source }, arrived, arrival)
}

function judged(place: Place, point: EnforcementPoint, { flow, refusal }: Authenticated, arrival: Arrival): Gate {
  const end = (how: { code: number; flags: string; details: string; refusedBy: string | null }, rbac: RbacCount[]) => ({
    ...stopped(place, { answer: answer(flow.protocol, how.code, 0.8), flags: how.flags }),
    rbac,
    refusedBy: how.refusedBy,
    details: how.details,
  })
  const onward = { ...flow, validated: null }
  if (refusal) return { outcome: end({ ...refusal, flags: '-', refusedBy: null }, []), rbac: [], flow: onward }
  const verdict = verdictAt(place.snapshot, point, flow, arrival)
  const rbac = countOf(point.workload, flow, arrival.port, verdict)
  return { outcome: verdict.allowed ? null : end(verdict, rbac), rbac, flow: onward }
}
