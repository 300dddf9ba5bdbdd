import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { answer } from './answers.ts'
import { arrivedAtGateway, enter } from './enter.ts'
import { greet } from './greet.ts'
import { clusterOutside, inside } from './inside.ts'
import { limitedAtSource } from './limits.ts'
import type { Flow, Outcome } from './outcome.ts'
import { base, delayFlag, detailsOf, type Place, stopped } from './place.ts'
import { reportsOf } from './reports.ts'
import { type Leg, routing } from './route.ts'
import type { Target } from './target.ts'

/**
 * The one seam between configuration and traffic: what exists now, and a flow → what becomes of its requests.
 * Pure; the shares of the outcomes sum to 1.
 */
export function decide(snapshot: Snapshot, flow: Flow): Outcome[] {
  return decideAll(snapshot, flow).outcomes
}

export interface Decision {
  outcomes: Outcome[]
  /** What becomes of copies that a rule has sent elsewhere: their shares are of the flow's requests and sum to nothing in particular. */
  mirrored: Outcome[]
}

export function decideAll(snapshot: Snapshot, flow: Flow): Decision {
  const arrived = arrivedAtGateway(snapshot, flow)
  const asked = routing(snapshot, arrived.flow)
  const closed = asked.legs.filter(leg => leg.way.kind === 'answer' && leg.way.isUnseen)
  if (closed.length > 0)
    return { outcomes: closed.flatMap(leg => beyond({ snapshot, flow: leg.flow, way: asked, leg })), mirrored: [] }
  const enterFor = (leg: Leg) => enter({ snapshot, flow: arrived.flow, way: asked, leg }, arrived)
  const gate = enterFor(asked.plain)
  // Refused before any fault delays it, but told of by where it would have gone.
  const limited = (leg: Leg, outcomes: Outcome[]) =>
    limitedAtSource({ snapshot, flow: arrived.flow, way: asked, leg }, outcomes)
  if (gate.outcome !== null) {
    const refusal = gate.outcome
    const refused = asked.legs.flatMap(leg => limited(leg, [enterFor({ ...leg, delay: 0 }).outcome ?? refusal]))
    return { outcomes: refused, mirrored: [] }
  }
  // A waypoint routes what it let pass, with the headers it made of a token.
  const way = asked.waypoint ? routing(snapshot, gate.flow) : asked
  const sent = (leg: Leg) => beyond({ snapshot, flow: { ...leg.flow, validated: null }, way, leg })
  const outcomes = way.legs.flatMap(leg => limited(leg, sent(leg)))
  return {
    outcomes: gate.rbac.length === 0 ? outcomes : outcomes.map(one => ({ ...one, rbac: [...gate.rbac, ...one.rbac] })),
    mirrored: way.mirrors.flatMap(sent).map(unseen),
  }
}

/** Envoy sends copies beside its filters: of the two proxies only the destination's writes about them. */
const unseen = (outcome: Outcome): Outcome => ({
  ...outcome,
  retries: { attempts: 0, perTryTimeout: null, on: new Set() },
  reports: outcome.reports.filter(report => report.reporter === 'destination'),
})

function beyond(place: Place): Outcome[] {
  const { flow, leg } = place
  if (leg.way.kind === 'answer') {
    const { code, grpcStatus, flags, details } = leg.way
    const given = answer(flow.protocol, code, leg.delay + 0.3)
    if (grpcStatus !== null && flow.protocol === 'grpc') given.grpcStatus = grpcStatus
    const marked = leg.delay > 0 ? `DI,${flags}`.replace(/,-$/, '') : flags
    const ended = stopped(place, { answer: given, flags: marked, details })
    return [leg.way.isUnseen ? { ...ended, reports: [] } : ended]
  }
  const { target } = leg.way
  if (target.kind === 'outside') return outside(place, target)
  return target.known ? inside(place, target.service) : passThrough(place, target)
}

/** To an address that the proxy knows nothing of: in plaintext, by no DestinationRule, past kube-proxy to any of the pods. */
function passThrough(place: Place, { service, name }: Extract<Target, { kind: 'service' }>): Outcome[] {
  const { snapshot, way } = place
  const config = { ...snapshot.config, enableAutoMtls: false }
  const unread = { ...place, snapshot: { ...snapshot, config }, way: { ...way, by: 'nobody' as const } }
  return inside(unread, service).map(outcome => ({
    ...outcome,
    cluster: outcome.cluster && { ...outcome.cluster, name: passthroughCluster },
    upstreamCluster: passthroughCluster,
    service: name,
    reports: outcome.reports.map(report => (report.reporter === 'source' ? { ...report, service: name } : report)),
  }))
}

const passthroughCluster = 'PassthroughCluster'

function outside(place: Place, target: Extract<Target, { kind: 'outside' }>): Outcome[] {
  const { flow, snapshot, way, leg } = place
  const service = target.name
  const cluster = clusterOutside(place, target)
  const misunderstood = greet(place, service.host, cluster.policy)
  const nobody = { answer: answer(flow.protocol, 503, 5), flags: 'UF', details: detailsOf('UF') }
  return target.among.map(({ external, share }) => {
    const failed = external ? misunderstood : nobody
    const isReached = external !== null && (failed === null || failed.flags === '-')
    return {
      ...base(place, service.host),
      share: leg.share * share,
      ...(target.known ? {} : { upstreamCluster: passthroughCluster }),
      ...(failed ? { answer: failed.answer, details: failed.details } : {}),
      cluster: failed ? null : cluster,
      external: failed ? null : external,
      service,
      reports: reportsOf({
        flow,
        service,
        end: isReached ? 'destination' : 'source',
        waypoint: way.waypoint,
        destination: null,
        mtls: false,
        discovery: snapshot.discovery,
        flags: { source: failed && !isReached ? failed.flags : delayFlag(place), waypoint: '-', destination: '-' },
      }),
    }
  })
}
