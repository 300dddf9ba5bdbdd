import type { PodRef, RequestTree } from '#lab/contract.ts'
import { isFailure, type Span } from './span.ts'

/**
 * The spans that Envoy proxies would have written for a request and all it caused: a client and a server span per hop,
 * where there is a proxy to write them. ztunnel writes none, TCP leaves none, a waypoint adds a server and a client span.
 * Every span lies within its parent's time. The same `rng` gives the same ids. Empty where no proxy saw the request.
 * @param rng uniform in [0, 1)
 */
export function spansOf(tree: RequestTree, traceId: string, rng: () => number): Span[] {
  const spans: Span[] = []
  const trace: Trace = { traceId, requestId: uuid(rng), rng, spans }
  follow([tree], null, { from: -Infinity, to: Infinity }, trace)
  return spans
}

interface Trace {
  traceId: string
  requestId: string
  rng: () => number
  spans: Span[]
}

/** Milliseconds since the epoch. */
interface Window {
  from: number
  to: number
}

function follow(hops: RequestTree[], parent: string | null, within: Window, trace: Trace): void {
  for (const attempts of byRequest(hops)) {
    const [first] = attempts
    if (first === undefined) continue
    if (first.protocol === 'tcp') for (const hop of attempts) follow(hop.children, parent, within, trace)
    else request(attempts, parent, within, trace)
  }
}

/** Attempts of one request are siblings that follow each other; Envoy writes one client span over all of them. */
function byRequest(hops: RequestTree[]): RequestTree[][] {
  const requests: RequestTree[][] = []
  for (const hop of hops) {
    const earlier = requests.findLast(attempts => {
      const last = attempts.at(-1)
      return last?.host === hop.host && last.path === hop.path && last.attempt === hop.attempt - 1
    })
    if (hop.attempt > 0 && earlier) earlier.push(hop)
    else requests.push([hop])
  }
  return requests
}

function request(attempts: RequestTree[], parent: string | null, within: Window, trace: Trace): void {
  const last = attempts.at(-1) as RequestTree
  const whole = clip(
    {
      from: Math.min(...attempts.map(hop => hop.start)),
      to: Math.max(...attempts.map(hop => hop.start + hop.duration)),
    },
    within,
  )
  const url = urlOf(last, trace.rng)
  let above = parent
  if (last.source !== null && hasEnvoy(last.source))
    above = write(trace, {
      parent,
      window: whole,
      kind: 'CLIENT',
      reporter: last.source,
      hop: last,
      url,
      upstreamCluster: last.upstreamCluster,
      code: last.code,
      grpcStatus: last.grpcStatus,
      flags: last.flags,
    })
  for (const hop of attempts)
    attempt(hop, url, above, clip({ from: hop.start, to: hop.start + hop.duration }, whole), trace)
}

/** What lies behind the caller's proxy: a waypoint, the destination's proxy, and what the destination called. */
function attempt(hop: RequestTree, url: string, parent: string | null, window: Window, trace: Trace): void {
  const answer = answerOf(hop)
  let above = parent
  let left = window
  if (hop.waypoint) {
    // Behind ztunnel the waypoint is the first that can say what went wrong.
    const isFirst = hop.source === null || !hasEnvoy(hop.source)
    const seen = isFirst
      ? { code: hop.code, grpcStatus: hop.grpcStatus, flags: hop.flags }
      : { ...answer, flags: hop.destinationFlags }
    const waypoint = { reporter: hop.waypoint, hop, url, upstreamCluster: waypointCluster(hop), ...seen }
    left = inside(left, hop, trace.rng)
    above = write(trace, { ...waypoint, parent: above, window: left, kind: 'SERVER' })
    if (hop.destination) {
      left = inside(left, hop, trace.rng)
      above = write(trace, { ...waypoint, parent: above, window: left, kind: 'CLIENT' })
    }
  }
  if (hop.destination && hasEnvoy(hop.destination)) {
    left = inside(left, hop, trace.rng)
    above = write(trace, {
      parent: above,
      window: left,
      kind: 'SERVER',
      reporter: hop.destination,
      hop,
      url,
      upstreamCluster:
        hop.destination.proxy === 'gateway' ? (hop.children[0]?.upstreamCluster ?? '-') : `inbound|${hop.port}||`,
      ...answer,
      flags: hop.destinationFlags,
    })
  }
  follow(hop.children, above, left, trace)
}

const hasEnvoy = (pod: PodRef): boolean =>
  pod.proxy === 'sidecar' || pod.proxy === 'gateway' || pod.proxy === 'waypoint'

/** Flags by which a caller gives up on a destination that may yet have answered. */
const gaveUp = new Set(['UT', 'SI', 'DT', 'UMSDR'])

/** What the destination answered, which is not what the caller saw when the caller gave up first. */
function answerOf(hop: RequestTree): { code: number; grpcStatus: number | null } {
  if (hop.destinationFlags.split(',').includes('DC')) return { code: 0, grpcStatus: null }
  if (hop.flags.split(',').some(flag => gaveUp.has(flag)) && hop.flags !== hop.destinationFlags)
    return { code: 200, grpcStatus: hop.grpcStatus === null ? null : 0 }
  return { code: hop.code, grpcStatus: hop.grpcStatus }
}

const waypointCluster = (hop: RequestTree): string => `inbound-vip|${hop.port}|http|${hop.host.replace(/:\d+$/, '')}`

const clip = ({ from, to }: Window, within: Window): Window => {
  const start = Math.min(Math.max(from, within.from), within.to)
  return { from: start, to: Math.max(start, Math.min(to, within.to)) }
}

/** One network hop further in: a little later, a little earlier done, but never so much as to cut into what it called. */
function inside(window: Window, hop: RequestTree, rng: () => number): Window {
  const wire = Math.min((window.to - window.from) * 0.08, 0.1 + rng() * 0.5)
  const begins = Math.min(...hop.children.map(child => child.start), Infinity)
  const ends = Math.max(...hop.children.map(child => child.start + child.duration), -Infinity)
  const from = Math.max(window.from, Math.min(window.from + wire, begins))
  return { from, to: Math.max(from, Math.min(window.to, Math.max(window.to - wire, ends))) }
}

interface Draft
  extends Pick<Span, 'kind' | 'reporter' | 'upstreamCluster' | 'code' | 'grpcStatus' | 'flags' | 'url' | 'hop'> {
  parent: string | null
  window: Window
}

/** Rounding both ends, not the duration, keeps a child within its parent. */
function write(trace: Trace, { parent, window, ...draft }: Draft): string {
  const start = Math.round(window.from * 1000)
  const spanId = hex(trace.rng, 16)
  trace.spans.push({
    traceId: trace.traceId,
    spanId,
    parentSpanId: parent,
    service: `${draft.reporter.service}.${draft.reporter.namespace}`,
    operation: operationOf(draft.hop),
    start,
    duration: Math.round(window.to * 1000) - start,
    isError: isFailure(draft.code, draft.grpcStatus),
    requestId: trace.requestId,
    ...draft,
  })
  return spanId
}

/** A gateway names its route by where it leads. */
function operationOf(hop: RequestTree): string {
  const target = hop.destination?.proxy === 'gateway' && hop.source === null ? (hop.children[0] ?? hop) : hop
  return `${authorityOf(target)}/*`
}

const authorityOf = (hop: RequestTree): string => (/:\d+$/.test(hop.host) ? hop.host : `${hop.host}:${hop.port}`)

/** Scenario paths carry placeholders; a real URL carries a value. */
function urlOf(hop: RequestTree, rng: () => number): string {
  const path = hop.path.replaceAll(/\{\w+\}/g, () => String(1000 + Math.floor(rng() * 9000)))
  return `http://${authorityOf(hop).replace(/:80$/, '')}${path}`
}

export function hex(rng: () => number, digits: number): string {
  let out = ''
  while (out.length < digits)
    out += Math.floor(rng() * 0x1_0000_0000)
      .toString(16)
      .padStart(8, '0')
  // An id of zeros means "none" on the wire.
  return /^0+$/.test(out) ? hex(rng, digits) : out.slice(0, digits)
}

function uuid(rng: () => number): string {
  const digits = hex(rng, 32)
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(13, 16)}-9${digits.slice(17, 20)}-${digits.slice(20)}`
}
