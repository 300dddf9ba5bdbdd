import type { Endpoints, Service, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { ruleFor, tlsMode } from '#lab/mesh/snapshot/destination-rules.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import { answer } from './answers.ts'
import { arrive } from './arrive.ts'
import { enter } from './enter.ts'
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
  const way = routing(snapshot, flow)
  return way.legs.flatMap(leg => legOutcomes(snapshot, flow, way, leg))
}

function legOutcomes(snapshot: Snapshot, flow: Flow, way: Routing, leg: Leg): Outcome[] {
  const place = { snapshot, flow, way, leg }
  const gate = enter(place)
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
