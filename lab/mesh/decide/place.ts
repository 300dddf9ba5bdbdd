import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Flow, Outcome } from './outcome.ts'
import { type Journey, reportsOf } from './reports.ts'
import type { Leg, Routing } from './route.ts'

/** Everything that is known of a part of a flow once its routing proxy has chosen its way. */
export interface Place {
  snapshot: Snapshot
  flow: Flow
  way: Routing
  leg: Leg
}

/** Ended by the proxy that routes, before any pod was chosen. */
export function stopped(
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

export function base(place: Place, host: string): Outcome {
  const { leg, flow, way } = place
  const { subset, port } = leg.way.kind === 'send' ? leg.way : { subset: null, port: flow.port }
  return {
    share: leg.share,
    answer: null,
    destination: null,
    pods: [],
    cluster: null,
    external: null,
    waypoint: way.waypoint,
    service: leg.way.target.name,
    port,
    upstreamCluster: `outbound|${port}|${subset ?? ''}|${host}`,
    delay: leg.delay,
    timeout: leg.timeout,
    retries: leg.retries,
    mtls: false,
    onward: flow,
    reports: [],
    rbac: [],
    refusedBy: null,
    details: 'via_upstream',
    routeName: 'default',
  }
}

export const delayFlag = (place: Place) => (place.leg.delay > 0 ? 'DI' : '-')
