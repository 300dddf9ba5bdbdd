import type { PodRef } from '#lab/contract.ts'
import { fillPath, spanId } from '#lab/mesh/requests/ids.ts'
import { type Facts, type Hop, type Packed, requestsIn } from '#lab/mesh/requests/pack.ts'
import { type Window, windowsOf } from '#lab/mesh/requests/windows.ts'
import { createDice, type Dice, hashText } from '#lab/mesh/traffic/random.ts'
import { isFailure, type Span, telemetryOf } from './span.ts'

/**
 * The spans that Envoy proxies would have written for a request and all it caused: a client and a server span per hop,
 * where there is a proxy to write them. ztunnel writes none, TCP leaves none, a waypoint adds a server and a client span,
 * and where a connection never came to be there is no server span. Every span lies within its parent's time. The same
 * request has the same ids whenever it is asked. Empty where no proxy saw the request.
 */
export function spansOf(packed: Packed): Span[] {
  const { exchange } = packed[0]
  const spans: Span[] = []
  const dice = createDice(hashText(exchange.traceId), hashText(exchange.requestId), 0x5ba2)
  follow(packed, null, { from: -Infinity, to: Infinity }, { dice, spans, begin: Math.round(exchange.start * 1000) })
  return spans
}

interface Trace {
  /** For ids. */
  dice: Dice
  spans: Span[]
  /** Microseconds since the epoch. */
  begin: number
}

function follow(hops: readonly Hop[], parent: string | null, within: Window, trace: Trace): void {
  for (const attempts of requestsIn(hops)) {
    const [first] = attempts
    if (first.facts.protocol === 'tcp') for (const hop of attempts) follow(hop.children, parent, within, trace)
    else request(attempts, parent, within, trace)
  }
}

/** Envoy writes one client span over all tries of a request. */
function request(attempts: Packed, parent: string | null, within: Window, trace: Trace): void {
  const last = attempts.at(-1) ?? attempts[0]
  const { facts } = last
  const whole = clip(
    { from: Math.min(...attempts.map(hop => hop.from)), to: Math.max(...attempts.map(hop => hop.to)) },
    within,
  )
  let above = parent
  // A copy is sent beside the request, which has its own span.
  if (facts.source !== null && hasEnvoy(facts.source) && !facts.isMirror)
    above = write(trace, {
      parent,
      window: whole,
      kind: 'CLIENT',
      reporter: facts.source,
      hop: last,
      upstreamCluster: facts.upstreamCluster,
      code: facts.code,
      grpcStatus: facts.grpcStatus,
      flags: facts.flags,
    })
  for (const hop of attempts) attempt(hop, above, clip(hop, whole), trace)
}

/** What lies behind the caller's proxy: a waypoint, the destination's proxy, and what the destination called. */
function attempt(hop: Hop, parent: string | null, window: Window, trace: Trace): void {
  const { facts } = hop
  const { stage, destination, waypoint } = facts
  const answer = answerOf(facts)
  const windows = windowsOf(hop, window)
  let above = parent
  let left = window
  if (waypoint && stage !== 'source') {
    // Behind ztunnel the waypoint is the first that can say what went wrong.
    const isFirst = facts.source === null || !hasEnvoy(facts.source)
    const seen = isFirst
      ? { code: facts.code, grpcStatus: facts.grpcStatus, flags: facts.flags }
      : { ...answer, flags: facts.destinationFlags }
    const told = { reporter: waypoint, hop, upstreamCluster: waypointCluster(facts), ...seen }
    above = write(trace, { ...told, parent: above, window: windows.waypoint, kind: 'SERVER' })
    if (destination) above = write(trace, { ...told, parent: above, window: windows.beyond, kind: 'CLIENT' })
    left = destination ? windows.beyond : windows.waypoint
  }
  if (destination && hasEnvoy(destination) && (stage === 'destination' || stage === 'application')) {
    left = windows.destination
    const next = hop.children[0]?.facts.upstreamCluster ?? '-'
    above = write(trace, {
      parent: above,
      window: windows.destination,
      kind: 'SERVER',
      reporter: destination,
      hop,
      isArrived: true,
      upstreamCluster: destination.proxy === 'gateway' ? next : `inbound|${facts.port}||`,
      ...answer,
      flags: facts.destinationFlags,
    })
  }
  follow(hop.children, above, left, trace)
}

const hasEnvoy = (pod: PodRef): boolean =>
  pod.proxy === 'sidecar' || pod.proxy === 'gateway' || pod.proxy === 'waypoint'

/** Flags by which a caller gives up on a destination that may yet have answered. */
const gaveUp = new Set(['UT', 'SI', 'DT', 'UMSDR'])

/** What the destination answered, which is not what the caller saw when the caller gave up first. */
export function answerOf(facts: Facts): { code: number; grpcStatus: number | null } {
  if (facts.destinationFlags.split(',').includes('DC')) return { code: 0, grpcStatus: null }
  if (facts.flags.split(',').some(flag => gaveUp.has(flag)) && facts.flags !== facts.destinationFlags)
    return { code: 200, grpcStatus: facts.grpcStatus === null ? null : 0 }
  return { code: facts.code, grpcStatus: facts.grpcStatus }
}

const waypointCluster = (facts: Facts): string => `inbound-vip|${facts.port}|http|${facts.host.replace(/:\d+$/, '')}`

const clip = ({ from, to }: Window, within: Window): Window => {
  const start = Math.min(Math.max(from, within.from), within.to)
  return { from: start, to: Math.max(start, Math.min(to, within.to)) }
}

interface Draft extends Pick<Span, 'kind' | 'reporter' | 'upstreamCluster' | 'code' | 'grpcStatus' | 'flags'> {
  parent: string | null
  window: Window
  hop: Hop
  /** Seen at the destination: with what proxies on the way made of Host and path. */
  isArrived?: boolean
}

function write(trace: Trace, { parent, window, hop, isArrived, ...draft }: Draft): string {
  const { facts, exchange } = hop
  const { authority, path } = isArrived ? facts.arriving : facts
  const id = spanId(trace.dice)
  // A proxy that does not report hands its id on all the same: those behind it have a parent that nobody has seen.
  if (!telemetryOf(draft).reportsSpans) return id
  trace.spans.push({
    traceId: exchange.traceId,
    spanId: id,
    parentSpanId: parent,
    service: `${draft.reporter.service}.${draft.reporter.namespace}`,
    operation: operationOf(hop),
    start: trace.begin + window.from,
    duration: window.to - window.from,
    isError: isFailure(draft.code, draft.grpcStatus),
    requestId: exchange.requestId,
    url: `http://${authority}${fillPath(path, exchange.requestId)}`,
    facts,
    ...draft,
  })
  return id
}

/** A gateway names its route by where it leads. */
function operationOf({ facts, children }: Hop): string {
  const target = facts.destination?.proxy === 'gateway' && facts.source === null ? (children[0]?.facts ?? facts) : facts
  return `${/:\d+$/.test(target.host) ? target.host : `${target.host}:${target.port}`}/*`
}
