import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Backend, HttpRule, Retries, Route } from '#lab/mesh/snapshot/routes.ts'
import { firstRule } from './match.ts'
import type { Flow } from './outcome.ts'
import { resolve, type Target } from './target.ts'

/** A part of a flow that its routing proxy sends one way. */
export interface Leg {
  share: number
  /** Milliseconds a fault adds. */
  delay: number
  timeout: number | null
  retries: Retries | null
  way:
    | { kind: 'send'; target: Target; subset: string | null; port: number }
    | { kind: 'answer'; code: number; grpcStatus: number | null; flags: string; target: Target }
}

/** Who decides about L7: the caller's own proxy, the destination's waypoint, or nobody. */
export interface Routing {
  by: 'source' | 'waypoint' | 'nobody'
  waypoint: Workload | null
  asked: Target
  legs: Leg[]
}

export function routing(snapshot: Snapshot, flow: Flow): Routing {
  const { source } = flow
  const asked = resolve(snapshot, flow.host, source.namespace)
  const plain: Leg = {
    share: 1,
    delay: 0,
    timeout: null,
    retries: null,
    way: { kind: 'send', target: asked, subset: null, port: flow.port },
  }
  if (source.proxy === 'gateway') {
    const routes = snapshot.router.atGateway(source, flow.host.toLowerCase())
    const legs =
      flow.protocol === 'tcp'
        ? tcpLegs(snapshot, flow, routes[0], plain)
        : httpLegs(snapshot, flow, routes, asked, plain)
    return { by: 'source', waypoint: null, asked, legs }
  }
  const waypoint = asked.kind === 'service' && takesWaypoint(source) ? asked.service.waypoint : null
  const by = waypoint ? 'waypoint' : source.proxy === 'sidecar' ? 'source' : 'nobody'
  if (by === 'nobody') return { by, waypoint, asked, legs: [plain] }
  const router = waypoint ?? source
  const route = snapshot.router.inMesh(asked.name.host, flow.port, source.namespace)
  if (flow.protocol === 'tcp') return { by, waypoint, asked, legs: tcpLegs(snapshot, flow, route, plain) }
  const legs =
    route === undefined || route.http.length === 0
      ? [plain]
      : httpLegs(snapshot, flow, [route], asked, { ...plain, way: { ...plain.way } }, router)
  return { by, waypoint, asked, legs }
}

/** Callers outside the mesh know nothing of waypoints; an ingress gateway goes straight to the pods unless asked otherwise. */
const takesWaypoint = (source: Workload) => source.proxy === 'sidecar' || source.proxy === 'ztunnel'

function httpLegs(
  snapshot: Snapshot,
  flow: Flow,
  routes: readonly Route[],
  asked: Target,
  plain: Leg,
  router: Workload = flow.source,
): Leg[] {
  const rule = firstRule(routes, flow)
  const end = (share: number, code: number, flags: string, grpcStatus: number | null = null): Leg => ({
    ...plain,
    share,
    way: { kind: 'answer', code, grpcStatus, flags, target: asked },
  })
  if (rule === undefined) return [end(1, 404, 'NR')]
  if (rule.directCode !== null) return [end(1, rule.directCode, '-')]
  const abort = rule.fault?.abort
  const aborted = abort?.share ?? 0
  const passing = { ...plain, timeout: rule.timeout, retries: rule.retries }
  const legs = spread(snapshot, flow, rule, router, passing, end)
  const delay = rule.fault?.delay
  const delayed = delay?.share ?? 0
  // Envoy's fault filter delays before it aborts, each by its own throw of the dice.
  const waits = [
    { share: 1 - delayed, wait: 0 },
    { share: delayed, wait: delay?.milliseconds ?? 0 },
  ].filter(part => part.share > 0)
  return waits.flatMap(({ share, wait }) => [
    ...(aborted > 0 && abort ? [{ ...end(share * aborted, abort.code, 'FI', abort.grpcStatus), delay: wait }] : []),
    ...(aborted < 1 ? legs.map(leg => ({ ...leg, share: leg.share * share * (1 - aborted), delay: wait })) : []),
  ])
}

/** Backends share by weight; one that resolves to nothing answers 500 for its share (HTTPRoute, `backendRefs`). */
function spread(
  snapshot: Snapshot,
  flow: Flow,
  rule: HttpRule,
  router: Workload,
  passing: Leg,
  end: (share: number, code: number, flags: string) => Leg,
): Leg[] {
  const total = rule.backends.reduce((sum, backend) => sum + backend.weight, 0)
  if (total === 0) return [end(1, 500, '-')]
  return rule.backends
    .filter(backend => backend.weight > 0)
    .map(backend => {
      const share = backend.weight / total
      if (backend.host === '') return end(share, 500, '-')
      return { ...passing, share, way: sendTo(snapshot, flow, backend, router) }
    })
}

const sendTo = (snapshot: Snapshot, flow: Flow, backend: Backend, router: Workload): Leg['way'] => {
  const target = resolve(snapshot, backend.host, router.namespace)
  const only =
    target.kind === 'service' && target.service.ports.length === 1 ? target.service.ports[0]?.port : undefined
  return { kind: 'send', target, subset: backend.subset, port: backend.port ?? only ?? flow.port }
}

function tcpLegs(snapshot: Snapshot, flow: Flow, route: Route | undefined, plain: Leg): Leg[] {
  const rule = route?.tcp.find(candidate => candidate.ports.length === 0 || candidate.ports.includes(flow.port))
  const total = rule?.backends.reduce((sum, backend) => sum + backend.weight, 0) ?? 0
  if (rule === undefined || total === 0) return [plain]
  return rule.backends
    .filter(backend => backend.weight > 0)
    .map(backend => ({ ...plain, share: backend.weight / total, way: sendTo(snapshot, flow, backend, flow.source) }))
}
