import { answer } from './answers.ts'
import type { EnforcementPoint } from './attach.ts'
import type { Outcome, RbacCount } from './outcome.ts'
import { type Place, stopped } from './place.ts'
import { type Arrival, countOf, verdictAt } from './verdict.ts'

/** A proxy between the caller and the pods that has policies of its own: it may end a request before it goes anywhere. */
export interface Gate {
  /** Null: the request passes. */
  outcome: Outcome | null
  rbac: RbacCount[]
}

const open: Gate = { outcome: null, rbac: [] }

export function enter(place: Place): Gate {
  const { flow, way } = place
  if (way.waypoint !== null) return atWaypoint(place, way.waypoint)
  return flow.source.proxy === 'gateway' && !flow.passedOn ? atGateway(place) : open
}

/** The waypoint answers for its services: it must live, and its own policies must let the caller pass. */
function atWaypoint(place: Place, waypoint: NonNullable<Place['way']['waypoint']>): Gate {
  const { flow, way, leg } = place
  if (waypoint.ready.length === 0) {
    const flags = flow.source.proxy === 'ztunnel' ? 'CONNECT' : 'UH'
    const outcome = stopped(place, { answer: answer(flow.protocol, 503), flags, end: 'source' })
    return { outcome: { ...outcome, details: 'no_healthy_upstream' }, rbac: [] }
  }
  const { asked } = way
  const service = { ...asked.name, isEntry: asked.kind === 'outside' }
  return judged(
    place,
    { kind: 'waypoint', workload: waypoint, service },
    {
      peer: flow.source,
      principal: flow.source.principal,
      sni: null,
      destinationAddress: asked.kind === 'service' ? asked.service.address : '',
      port: leg.way.kind === 'send' ? leg.way.port : flow.port,
      token: null,
    },
  )
}

/** Requests begin here: they come from outside, in plaintext or with the client's own TLS. */
function atGateway(place: Place): Gate {
  const { source, sni, port } = place.flow
  const destinationAddress = source.ready[0]?.ip ?? ''
  return judged(
    place,
    { kind: 'gateway', workload: source },
    { peer: null, principal: null, sni, destinationAddress, port, token: null },
  )
}

function judged(place: Place, point: EnforcementPoint, arrival: Arrival): Gate {
  const { snapshot, flow } = place
  const verdict = verdictAt(snapshot, point, flow, arrival)
  const rbac = countOf(point.workload, flow, arrival.port, verdict)
  if (verdict.allowed) return { outcome: null, rbac }
  const { code, flags, refusedBy, details } = verdict
  return {
    outcome: { ...stopped(place, { answer: answer(flow.protocol, code, 0.8), flags }), rbac, refusedBy, details },
    rbac,
  }
}
