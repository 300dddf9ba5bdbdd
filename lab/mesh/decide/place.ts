import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Flow, Outcome } from './outcome.ts'
import { type Journey, reportsOf } from './reports.ts'
import type { Leg, Routing } from './route.ts'

/** Everything that is known of a part of a flow once its routing proxy has chosen its way. */
export interface Place {
  snapshot: Snapshot
  /** As it leaves the proxy that routes. */
  flow: Flow
  way: Routing
  leg: Leg
}

/** Ended by the proxy that routes, before any pod was chosen. */
export function stopped(
  place: Place,
  how: {
    answer: Outcome['answer']
    flags: string
    end?: Journey['end']
    destination?: Workload | null
    /** Absent: what Envoy says beside these flags. */
    details?: string
  },
): Outcome {
  const { flow, way, snapshot, leg } = place
  const end = how.end ?? (way.waypoint ? 'waypoint' : 'source')
  const service = leg.way.target.name
  return {
    ...base(place, service.host),
    answer: how.answer,
    details: how.details ?? detailsOf(how.flags),
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

/** Envoy docs, "Response code details", by the last of the flags that means one. */
export function detailsOf(flags: string): string {
  for (const flag of flags.split(',')) {
    const known = detailsByFlag[flag]
    if (known !== undefined) return known
  }
  return 'via_upstream'
}

const reset = (why: string) => `upstream_reset_before_response_started{${why}}`

const detailsByFlag: Record<string, string> = {
  NR: 'route_not_found',
  NC: 'cluster_not_found',
  UH: 'no_healthy_upstream',
  UF: reset('connection_failure'),
  UC: reset('connection_termination'),
  UO: reset('overflow'),
  UT: 'upstream_response_timeout',
  FI: 'fault_filter_abort',
  RL: 'request_rate_limited',
  UAEX: 'ext_authz_denied',
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
    limits: [],
    external: null,
    waypoint: way.waypoint,
    service: leg.way.target.name,
    port,
    upstreamCluster: leg.way.kind === 'send' ? `outbound|${port}|${subset ?? ''}|${host}` : leg.way.upstreamCluster,
    arriving: flow,
    location: leg.way.kind === 'answer' ? leg.way.location : null,
    delay: leg.delay,
    timeout: leg.timeout,
    retries: leg.retries,
    mtls: false,
    onward: flow,
    reports: [],
    rbac: [],
    refusedBy: null,
    details: 'via_upstream',
    routeName: leg.routeName,
  }
}

export const delayFlag = (place: Place) => (place.leg.delay > 0 ? 'DI' : '-')
