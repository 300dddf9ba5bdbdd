import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { answer } from './answers.ts'
import { authenticate, type Authenticated } from './authenticate.ts'
import { type Door, gatewayDoor, isJudgedAtGateway, waypointDoor } from './door.ts'
import type { Flow, Outcome, RbacCount } from './outcome.ts'
import { type Place, stopped } from './place.ts'
import { countOf, verdictAt } from './verdict.ts'

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
  isJudgedAtGateway(flow) ? authenticate(snapshot, gatewayDoor(flow).point, flow) : { flow, refusal: null }

export function enter(place: Place, arrived: Authenticated): Gate {
  const { flow, way } = place
  if (way.waypoint !== null) return atWaypoint(place, way.waypoint)
  return isJudgedAtGateway(flow) ? judged(place, gatewayDoor(flow), arrived) : { outcome: null, rbac: [], flow }
}

/** The waypoint answers for its services: it must live, and its own policies must let the caller pass. */
function atWaypoint(place: Place, waypoint: NonNullable<Place['way']['waypoint']>): Gate {
  const { snapshot, flow, way, leg } = place
  if (waypoint.ready.length === 0) {
    const flags = flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UH'
    const outcome = stopped(place, { answer: answer(flow.protocol, 503), flags, end: 'source' })
    return { outcome: { ...outcome, details: 'no_healthy_upstream' }, rbac: [], flow }
  }
  const door = waypointDoor(flow, waypoint, way.asked, leg.way.kind === 'send' ? leg.way.port : flow.port)
  return judged(place, door, authenticate(snapshot, door.point, flow))
}

function judged(place: Place, { point, arrival }: Door, { flow, refusal }: Authenticated): Gate {
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
