import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { answer } from './answers.ts'
import type { Authenticated } from './authenticate.ts'
import { arrivedAtGateway, enter } from './enter.ts'
import { clusterOutside, inside } from './inside.ts'
import type { Flow, Outcome } from './outcome.ts'
import { base, delayFlag, type Place, stopped } from './place.ts'
import { reportsOf } from './reports.ts'
import { type Leg, type Routing, routing } from './route.ts'
import type { Target } from './target.ts'

/**
 * The one seam between configuration and traffic: what exists now, and a flow → what becomes of its requests.
 * Pure; the shares of the outcomes sum to 1.
 */
export function decide(snapshot: Snapshot, flow: Flow): Outcome[] {
  const arrived = arrivedAtGateway(snapshot, flow)
  const way = routing(snapshot, arrived.flow)
  return way.legs.flatMap(leg => legOutcomes(snapshot, arrived, way, leg))
}

function legOutcomes(snapshot: Snapshot, arrived: Authenticated, way: Routing, leg: Leg): Outcome[] {
  const place = { snapshot, flow: arrived.flow, way, leg }
  const gate = enter(place, arrived)
  if (gate.outcome) return [gate.outcome]
  return beyond({ ...place, flow: gate.flow }).map(outcome =>
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

function outside(place: Place, target: Extract<Target, { kind: 'outside' }>): Outcome {
  const { flow, snapshot, way } = place
  const service = target.name
  const dead = target.external === null
  const cluster = clusterOutside(place, target)
  return {
    ...base(place, service.host),
    ...(target.known ? {} : { upstreamCluster: 'PassthroughCluster' }),
    answer: dead ? answer(flow.protocol, 503, 5) : null,
    cluster: dead ? null : cluster,
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
