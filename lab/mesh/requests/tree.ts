import type { DryRun, PodRef, RequestTree } from '#lab/contract.ts'
import type { Line, Told } from '#lab/mesh/series/lines.ts'
import type { Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import type { Pod, Workload } from '#lab/mesh/snapshot/facts.ts'
import { category, type Category, grpcCodes, httpCodes } from '#lab/mesh/traffic/categories.ts'
import type { PlannedFlow, PlannedOutcome } from '#lab/mesh/traffic/plan.ts'
import type { Dice } from '#lab/mesh/traffic/random.ts'
import { tell } from '#lab/mesh/traffic/tell.ts'
import { serve, type Served, serveOutside } from './serve.ts'
import type { Made, Throw } from './throw.ts'

/** One request with all its tries, each with what it caused. Times are milliseconds on the clock of the whole tree. */
export function requestsOf(thrown: Throw, pod: Pod, start: number, dice: Dice, room = wholeRoom()): Made {
  const requests: RequestTree[] = []
  let clock = start
  for (const [attempt, { planned, end }] of [...thrown.before, thrown].entries()) {
    const request = tryOnce(thrown.flow, planned, pod, end, attempt, clock, dice, room)
    requests.push(request)
    clock += request.duration
  }
  const mirrored = thrown.flow.mirrored
    .filter(copy => dice.next() < copy.share)
    .map(planned => tryOnce(thrown.flow, planned, pod, endOf(planned, dice), 0, start, dice, room))
  return { requests, mirrored, duration: clock - start }
}

/** A route may lead in a circle: a request that causes itself is followed so far and no further. */
interface Room {
  /** Hops one behind the other. */
  depth: number
  /** All that one request causes. */
  left: number
}

const wholeRoom = (): Room => ({ depth: 30, left: 1000 })

/** How a single try ends, by chance. */
function endOf({ tryEnds }: PlannedOutcome, dice: Dice): Category {
  let left = dice.next()
  for (let end = 0; end < tryEnds.length; end++) {
    left -= tryEnds[end] ?? 0
    if (left <= 0) return end as Category
  }
  return category.ok
}

function tryOnce(
  flow: PlannedFlow,
  planned: PlannedOutcome,
  pod: Pod,
  end: Category,
  attempt: number,
  start: number,
  dice: Dice,
  room: Room,
): RequestTree {
  const { outcome } = planned
  const { source, protocol, method, path } = flow.flow
  const target = pick(outcome.pods, dice)
  const within = start + outcome.delay + planned.overhead / 2
  const served = servedBy(planned, target, end, within, dice, room)
  const natural = outcome.answer ? outcome.answer.after : outcome.delay + served.duration
  const duration = (end === category.timeout ? planned.tryLimit + outcome.delay : natural) + planned.overhead
  const last = start + duration - planned.overhead / 2
  const seen = told(planned, flow, end, 'source')
  const atDestination = lineOf(planned, 'destination')
  return {
    source: refOf(source, pod),
    destination: outcome.destination && target ? refOf(outcome.destination, target) : null,
    waypoint: outcome.waypoint ? waypointRef(outcome.waypoint, dice) : null,
    host: outcome.service.host,
    port: outcome.port,
    authority: authorityOf(flow.flow),
    headers: flow.flow.headers,
    arriving: arrivingOf(outcome.arriving),
    isMirror: flow.mirrored.includes(planned),
    upstreamCluster: outcome.upstreamCluster,
    protocol,
    method,
    path,
    code: seen.code,
    grpcStatus: seen.grpcStatus,
    flags: seen.flags,
    destinationFlags: atDestination ? tell(planned, flow, atDestination, end).flags : '-',
    mtls: outcome.mtls,
    requestBytes: Math.round(sizeOf(planned, 'request')),
    responseBytes: Math.round(sizeOf(planned, 'response')),
    start,
    duration,
    stage: stageOf(outcome),
    refusedBy: outcome.refusedBy,
    details: detailsOf(planned, end),
    dryRuns: dryRunsOf(outcome),
    routeName: outcome.routeName,
    token: flow.flow.token,
    remoteAddress: flow.flow.remoteAddress,
    attempt,
    children: clipAll(served.children, last),
  }
}

/** As clients write it: port 80 goes without saying. */
const authorityOf = ({ host, port }: PlannedFlow['flow']): string => (port === 80 ? host : `${host}:${port}`)

const dryRuns = new WeakMap<Outcome, readonly DryRun[]>()
const noDryRuns: readonly DryRun[] = []

function dryRunsOf(outcome: Outcome): readonly DryRun[] {
  if (outcome.rbac.every(({ shadow }) => shadow === null)) return noDryRuns
  const known = dryRuns.get(outcome)
  if (known) return known
  const made = outcome.rbac.flatMap(({ at, shadow }) => (shadow === null ? [] : [{ at: at.key, ...shadow }]))
  dryRuns.set(outcome, made)
  return made
}

/** One object per decision, however many requests tell of it. */
const arrivals = new WeakMap<Flow, RequestTree['arriving']>()

function arrivingOf(flow: Flow): RequestTree['arriving'] {
  const known = arrivals.get(flow)
  if (known) return known
  const made = { authority: authorityOf(flow), path: flow.path, headers: flow.headers }
  arrivals.set(flow, made)
  return made
}

function detailsOf({ outcome, limit, tryLimit, limitIsRoute }: PlannedOutcome, end: Category): string {
  if (end !== category.timeout || outcome.answer !== null) return outcome.details
  if (!limitIsRoute) return 'downstream_remote_disconnect'
  return tryLimit < limit ? 'upstream_per_try_timeout' : 'upstream_response_timeout'
}

function stageOf({ answer, reports }: PlannedOutcome['outcome']): RequestTree['stage'] {
  if (answer === null) return 'application'
  if (reports.some(report => report.reporter === 'destination')) return 'destination'
  return reports.some(report => report.reporter === 'waypoint') ? 'waypoint' : 'source'
}

function servedBy(
  planned: PlannedOutcome,
  target: Pod | undefined,
  end: Category,
  begin: number,
  dice: Dice,
  room: Room,
): Served {
  const { node, outcome } = planned
  if (outcome.answer !== null || node === null) return { children: [], duration: 0 }
  if (node.external) return { children: [], duration: serveOutside(node.external.latency, dice) }
  if (target === undefined || room.depth <= 0 || --room.left <= 0) return { children: [], duration: 0 }
  room.depth--
  const served = serve(node, target, end, begin, dice, (...thrown) => requestsOf(...thrown, room))
  room.depth++
  return served
}

/** What the nearest proxy on the given side wrote; where there is none, what the application saw. */
function told(planned: PlannedOutcome, flow: PlannedFlow, end: Category, side: 'source' | 'destination'): Told {
  const line = lineOf(planned, side) ?? lineOf(planned, 'waypoint') ?? lineOf(planned, 'destination')
  const { answer } = planned.outcome
  if (flow.flow.protocol === 'tcp') return { code: 0, grpcStatus: null, flags: line?.report?.flags ?? '-' }
  if (line) return tell(planned, flow, line, end)
  if (answer) return { ...answer, flags: '-' }
  return flow.flow.protocol === 'grpc'
    ? { code: 200, grpcStatus: grpcCodes[end], flags: '-' }
    : { code: httpCodes[end], grpcStatus: null, flags: '-' }
}

const lineOf = (planned: PlannedOutcome, reporter: 'source' | 'waypoint' | 'destination'): Line | undefined =>
  planned.lines.find(line => line.kind === 'http' && line.report?.reporter === reporter)

const sizeOf = (planned: PlannedOutcome, side: 'request' | 'response'): number => planned.lines[0]?.sizes[side] ?? 0

const pick = (pods: readonly Pod[], dice: Dice): Pod | undefined => pods[Math.floor(dice.next() * pods.length)]

function waypointRef(waypoint: Workload, dice: Dice): PodRef | null {
  const pod = pick(waypoint.ready, dice)
  return pod ? refOf(waypoint, pod) : null
}

/** One name per pod and snapshot, however many requests tell of it. */
const refs = new WeakMap<Pod, PodRef>()

export function refOf(workload: Workload, pod: Pod): PodRef {
  const known = refs.get(pod)
  if (known?.workload === workload.name && known.telemetry === workload.telemetry) return known
  const ref: PodRef = {
    namespace: workload.namespace,
    workload: workload.name,
    pod: pod.name,
    ip: pod.ip,
    service: workload.canonicalService,
    version: workload.canonicalRevision,
    serviceAccount: workload.serviceAccount,
    proxy: workload.proxy,
    node: pod.node,
    telemetry: workload.telemetry,
  }
  refs.set(pod, ref)
  return ref
}

/** Makes it later by so many milliseconds, with all it caused. */
export function shift(tree: RequestTree, by: number): void {
  tree.start += by
  for (const child of tree.children) shift(child, by)
}

/** Nothing lasts longer than what waits for it: a caller that gave up is where the picture ends. */
function clipAll(trees: RequestTree[], last: number): RequestTree[] {
  for (const tree of trees) {
    if (tree.start + tree.duration <= last) continue
    tree.start = Math.min(tree.start, last)
    tree.duration = Math.max(tree.start, last) - tree.start
    clipAll(tree.children, tree.start + tree.duration)
  }
  return trees
}
