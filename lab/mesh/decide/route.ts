import { type Snapshot, type Workload, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { Backend, HttpRule, Retries, Route } from '#lab/mesh/snapshot/rules.ts'
import { anyRequest, noEdits } from '#lab/mesh/snapshot/rules.ts'
import type { Sidecar } from '#lab/mesh/snapshot/sidecars.ts'
import { httpCodeOf } from './answers.ts'
import { type Fit, firstFit, firstTcpRule, firstTlsRule } from './match.ts'
import type { Flow } from './outcome.ts'
import { receive } from './receive.ts'
import { locationOf, rewritten } from './rewrite.ts'
import { named, resolve, type Target } from './target.ts'

/** A part of a flow that its routing proxy sends one way. */
export interface Leg {
  share: number
  /** As it leaves the proxy: with its headers, Host and path edited. */
  flow: Flow
  /** Milliseconds a fault adds. */
  delay: number
  timeout: number | null
  retries: Retries | null
  routeName: string
  way: { kind: 'send'; target: Target; subset: string | null; port: number } | ({ kind: 'answer' } & OwnAnswer)
}

/** What the proxy answers by itself. */
export interface OwnAnswer {
  code: number
  grpcStatus: number | null
  flags: string
  details: string
  /** Of a redirect. */
  location: string | null
  target: Target
  upstreamCluster: string
  /** No proxy tells of it: it never became a request. */
  isUnseen: boolean
}

/** Who decides about L7: the caller's own proxy, the destination's waypoint, or nobody. */
export interface Routing {
  by: 'source' | 'waypoint' | 'nobody'
  waypoint: Workload | null
  asked: Target
  /** All of it, to what was asked for, as if nobody routed. */
  plain: Leg
  /** Their shares sum to 1. */
  legs: Leg[]
  /** Copies that are sent beside, with the share of the requests that are copied. */
  mirrors: Leg[]
}

export function routing(snapshot: Snapshot, asking: Flow): Routing {
  const { source } = asking
  if (source.proxy === 'gateway') return atGateway(snapshot, asking)
  const flow: Flow = isOpaque(asking) ? { ...asking, protocol: 'tcp' } : asking
  const asked = resolve(toldTo(snapshot, source), flow.host, flow.port, source)
  const plain: Leg = {
    share: 1,
    flow,
    delay: 0,
    timeout: null,
    retries: null,
    routeName: asked.known ? 'default' : 'allow_any',
    way: { kind: 'send', target: asked, subset: null, port: flow.port },
  }
  const through = { snapshot, flow, asked, plain, router: source }
  const waypoint = asked.kind === 'service' && takesWaypoint(source) ? asked.service.waypoint : null
  const by = waypoint ? 'waypoint' : source.proxy === 'sidecar' ? 'source' : 'nobody'
  const way = { by, waypoint, asked, plain } as const
  if (by === 'nobody') return { ...way, legs: [plain], mirrors: [] }
  const router = waypoint ?? source
  const told = toldTo(snapshot, router)
  const sidecar = router.proxy === 'sidecar' ? told.sidecars.of(router) : null
  const route = told.router.inMesh(asked.name.host, flow.port, {
    namespace: router.namespace,
    sidecar,
    isWaypoint: waypoint !== null,
  })
  const unrouted = { ...through, router, plain: isBlocked(told, asked, sidecar) ? blackHole(through) : plain }
  if (isOpaque(flow)) return { ...way, legs: tcpLegs(unrouted, route), mirrors: [] }
  if (route === undefined || route.http.length === 0) return { ...way, legs: [unrouted.plain], mirrors: [] }
  return { ...way, ...httpLegs({ ...through, router }, firstFit(route.http, flow, router)) }
}

/** What a gateway cannot name has no name at all in its metrics. */
const nobody: Target = {
  kind: 'outside',
  known: false,
  name: { host: 'unknown', name: 'unknown', namespace: 'unknown' },
  among: [{ external: null, share: 1 }],
  ports: null,
}

/** A gateway knows only what it was given routes for. */
function atGateway(snapshot: Snapshot, asking: Flow): Routing {
  const reception = receive(
    toldTo(snapshot, asking.source).router.atGateway(asking.source, asking.port),
    asking,
    snapshot.now,
  )
  const isConnection = reception.kind === 'connection' || reception.kind === 'named'
  const flow: Flow = isConnection ? { ...asking, protocol: 'tcp' } : asking
  const plain: Leg = {
    share: 1,
    flow,
    delay: 0,
    timeout: null,
    retries: null,
    routeName: 'default',
    way: { kind: 'send', target: nobody, subset: null, port: flow.port },
  }
  const through = { snapshot, flow, asked: nobody, plain, router: flow.source }
  const own = { by: 'source', waypoint: null, asked: nobody, plain } as const
  const closed = (details: string) => [ownAnswer(through, 1, { code: 0, details, isUnseen: true })]
  switch (reception.kind) {
    case 'closed':
      return { ...own, legs: closed(reception.details), mirrors: [] }
    case 'toHttps': {
      const redirect = { path: null, authority: null, scheme: 'https', port: null, code: 301 } as const
      const location = locationOf(flow, redirect, anyRequest)
      return { ...own, legs: [ownAnswer(through, 1, { code: 301, location })], mirrors: [] }
    }
    case 'http': {
      const { legs, mirrors } = httpLegs(through, firstFit(reception.rules ?? [], flow, flow.source))
      // Its own TLS ends here.
      const ended = (leg: Leg): Leg => (leg.flow.sni === null ? leg : { ...leg, flow: { ...leg.flow, sni: null } })
      return { ...own, legs: legs.map(ended), mirrors: mirrors.map(ended) }
    }
    case 'named': {
      const { host, port, subset } = reception
      const backend = { host, port, subset, weight: 1, headers: noEdits, missing: 503 } as const
      return { ...own, legs: [sendTo(through, backend)], mirrors: [] }
    }
    case 'connection': {
      const { routes } = reception
      const legs = connectionLegs(through, {
        tls: routes.flatMap(route => route.tls),
        tcp: routes.flatMap(route => route.tcp),
      })
      return { ...own, legs: legs ?? closed('filter_chain_not_found'), mirrors: [] }
    }
  }
}

/** Callers outside the mesh know nothing of waypoints; an ingress gateway goes straight to the pods unless asked otherwise. */
const takesWaypoint = (source: Workload) => source.proxy === 'sidecar' || source.proxy === 'ztunnel'

/** Istio docs, `outboundTrafficPolicy`: the Sidecar's own before the mesh's, for what nobody registered. */
const isBlocked = (snapshot: Snapshot, asked: Target, sidecar: Sidecar | null): boolean =>
  !asked.known && (sidecar?.outboundTrafficPolicy ?? snapshot.config.outboundTrafficPolicy) === 'REGISTRY_ONLY'

/** HTTP is answered by the route `block_all`; a connection finds a cluster without anybody in it. */
function blackHole(through: Through): Leg {
  const { flow, asked, plain } = through
  const target = { ...asked, name: { ...asked.name, name: 'BlackHoleCluster' } }
  return isOpaque(flow)
    ? ownAnswer(through, 1, {
        code: 0,
        flags: 'UH',
        details: 'no_healthy_upstream',
        upstreamCluster: 'BlackHoleCluster',
        target,
      })
    : ownAnswer({ ...through, plain: { ...plain, routeName: 'block_all' } }, 1, { code: 502, target })
}

/** A client that speaks TLS itself shows proxies a server name and nothing else. */
const isOpaque = (flow: Flow): boolean => flow.protocol === 'tcp' || flow.sni !== null

interface Through {
  snapshot: Snapshot
  flow: Flow
  asked: Target
  plain: Leg
  /** Whose proxy routes. */
  router: Workload
}

const ownAnswer = (through: Through, share: number, how: Partial<OwnAnswer> & { code: number }): Leg => ({
  ...through.plain,
  share,
  way: {
    kind: 'answer',
    grpcStatus: null,
    flags: '-',
    details: 'direct_response',
    location: null,
    target: through.asked,
    upstreamCluster: '-',
    isUnseen: false,
    ...how,
  },
})

function httpLegs(through: Through, fit: Fit | undefined): Pick<Routing, 'legs' | 'mirrors'> {
  if (fit === undefined)
    return { legs: [ownAnswer(through, 1, { code: 404, flags: 'NR', details: 'route_not_found' })], mirrors: [] }
  const { rule, match } = fit
  const passing = {
    ...through.plain,
    timeout: rule.timeout,
    retries: rule.retries,
    routeName: [rule.name, match.name].filter(part => part !== '').join('.') || 'default',
  }
  const from = { ...through, plain: passing }
  const abort = rule.fault?.abort
  const aborted = abort?.share ?? 0
  const legs = ways(from, fit)
  const delayed = rule.fault?.delay?.share ?? 0
  // Envoy's fault filter delays before it aborts, each by its own throw of the dice.
  const waits = [
    { share: 1 - delayed, wait: 0 },
    { share: delayed, wait: rule.fault?.delay?.milliseconds ?? 0 },
  ].filter(part => part.share > 0)
  return {
    legs: waits.flatMap(({ share, wait }) => [
      ...(abort && aborted > 0
        ? [{ ...ownAnswer(from, share * aborted, abortOf(from.flow, abort)), delay: wait }]
        : []),
      ...(aborted < 1 ? legs.map(leg => ({ ...leg, share: leg.share * share * (1 - aborted), delay: wait })) : []),
    ]),
    mirrors: rule.answer || aborted >= 1 ? [] : mirrorLegs(from, fit, 1 - aborted),
  }
}

function abortOf(flow: Flow, abort: NonNullable<NonNullable<HttpRule['fault']>['abort']>) {
  const { grpcStatus } = abort
  // Who speaks no gRPC gets the HTTP status that means the same.
  const code = grpcStatus !== null && flow.protocol === 'http' ? httpCodeOf(grpcStatus) : abort.code
  return { code, grpcStatus, flags: 'FI', details: 'fault_filter_abort' }
}

/** The rule's own answer, or its backends by weight. */
function ways(through: Through, { rule, match }: Fit): Leg[] {
  if (rule.answer?.kind === 'direct') return [ownAnswer(through, 1, { code: rule.answer.code })]
  if (rule.answer?.kind === 'redirect') {
    const { redirect } = rule.answer
    return [ownAnswer(through, 1, { code: redirect.code, location: locationOf(through.flow, redirect, match) })]
  }
  const total = rule.backends.reduce((sum, backend) => sum + backend.weight, 0)
  // HTTPRoute, `backendRefs`: none that may get anything is 500.
  if (total === 0) return [ownAnswer(through, 1, { code: 500 })]
  return rule.backends
    .filter(backend => backend.weight > 0)
    .map(backend => {
      const edits = [backend.headers.request, rule.headers.request]
      const flow = rewritten(through.flow, rule.rewrite, match, edits)
      return { ...sendTo(through, backend), flow, share: backend.weight / total }
    })
}

/** Envoy marks the Host of a copy with `-shadow`; nobody waits for its answer. */
function mirrorLegs(through: Through, { rule, match }: Fit, share: number): Leg[] {
  const flow = rewritten(through.flow, rule.rewrite, match, [rule.headers.request])
  const shadow = { ...flow, host: flow.host.replace(/(:\d+)?$/, '-shadow$1') }
  return rule.mirrors.map(mirror => ({
    ...sendTo(through, mirror.backend),
    flow: shadow,
    share: share * mirror.share,
    timeout: null,
    retries: null,
  }))
}

/** To the cluster of a backend; there is none for a host that nobody registered. */
function sendTo(through: Through, backend: Backend): Leg {
  const { plain, snapshot, flow } = through
  const target = backend.host === '' ? undefined : named(snapshot, backend.host)
  const missing = ownAnswer(through, 1, { code: backend.missing, flags: 'NC', details: 'cluster_not_found' })
  if (target === undefined) return missing
  const ports = target.kind === 'service' ? target.service.ports.map(own => own.port) : target.ports
  const port = backend.port ?? (ports?.length === 1 ? ports[0] : undefined) ?? flow.port
  if (ports && !ports.includes(port)) return missing
  return { ...plain, way: { kind: 'send', target, subset: backend.subset, port } }
}

const tcpLegs = (through: Through, route: Route | undefined): Leg[] =>
  (route && connectionLegs(through, route)) ?? [through.plain]

/** Undefined: no rule is for such a connection. */
function connectionLegs(through: Through, route: Pick<Route, 'tls' | 'tcp'>): Leg[] | undefined {
  const { flow, router, asked } = through
  const address = asked.kind === 'service' ? asked.service.address : (asked.among[0]?.external?.address ?? '')
  const rule = firstTlsRule(route.tls, flow, router, address) ?? firstTcpRule(route.tcp, flow, router, address)
  const total = rule?.backends.reduce((sum, backend) => sum + backend.weight, 0) ?? 0
  if (rule === undefined || total === 0) return undefined
  return rule.backends
    .filter(backend => backend.weight > 0)
    .map(backend => ({ ...sendTo(through, backend), share: backend.weight / total }))
}
