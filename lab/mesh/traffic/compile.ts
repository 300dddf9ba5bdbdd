import type { Behaviour, Call } from '#lab/contract.ts'
import { decide } from '#lab/mesh/decide/decide.ts'
import type { Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import { linesOf } from '#lab/mesh/series/lines.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { categories, category, categoryOf } from './categories.ts'
import { inCallOrder } from './order.ts'
import { externalNode, forwardNode, workloadNode } from './nodes.ts'
import type { Behaviours, Node, Plan, PlannedCall, PlannedFlow, PlannedOutcome } from './plan.ts'
import { hashText } from './random.ts'
import { retriesOf } from './retries.ts'

/** Decides every flow of every workload once, for as long as nothing changes. State of `before` that still means something goes on. */
export function compilePlan(snapshot: Snapshot, behaviours: Behaviours, perPod: boolean, before: Plan | null): Plan {
  const nodes = new Map<string, Node>()
  const unplanned: { node: Node; calls: readonly Call[]; origin: readonly Call[] }[] = []
  const add = (node: Node, calls: readonly Call[], origin: readonly Call[]) => {
    nodes.set(node.key, node)
    unplanned.push({ node, calls, origin })
    return node
  }
  const ofWorkload = (workload: Workload): Node => {
    const known = nodes.get(workload.key)
    if (known) return known
    const behaviour = behaviours.get(workload.key)
    return add(workloadNode(workload, behaviour), behaviour?.calls ?? [], behaviour?.origin?.calls ?? [])
  }
  const behind = (outcome: Outcome, flow: Flow, call: Call): Node | null => {
    const { destination, external } = outcome
    if (external) return nodes.get(`external:${external.host}`) ?? add(externalNode(external), [], [])
    if (destination === null || outcome.answer !== null) return null
    if (destination.proxy !== 'gateway') return ofWorkload(destination)
    const arriving = { ...flow, port: outcome.port }
    const node = forwardNode(destination, arriving, behaviours.get(destination.key))
    return nodes.get(node.key) ?? add(node, [forwarded(arriving, call)], [])
  }
  for (const behaviour of behaviours.values()) {
    const workload = snapshot.workloads.get(`${behaviour.namespace}/${behaviour.workload}`)
    if (workload && (workload.proxy !== 'gateway' || behaviour.origin)) ofWorkload(workload)
  }
  for (let next = unplanned.pop(); next !== undefined; next = unplanned.pop()) {
    const { node, calls, origin } = next
    const source = node.workload
    if (source === null) continue
    const plan = (call: Call, index: number, passedOn: boolean) =>
      planCall(snapshot, source, node.key, call, index, passedOn, behind, perPod)
    node.calls = calls.map((call, index) => plan(call, index, node.forwards))
    node.originCalls = origin.map((call, index) => plan(call, index + calls.length, false))
  }
  const ordered = inCallOrder([...nodes.values()])
  const past = new Map(before?.nodes.map(node => [node.key, node.now]))
  for (const node of ordered) node.now = past.get(node.key) ?? node.now
  return { nodes: ordered }
}

/** A gateway passes on what it got: same Host, same request, at the port it came in by. */
const forwarded = (flow: Flow, call: Call): Call => ({
  ...call,
  host: flow.host,
  port: flow.port,
  perRequest: 1,
  classes: call.classes
    .filter(candidate => candidate.method === flow.method && candidate.path === flow.path)
    .slice(0, 1)
    .map(candidate => ({ ...candidate, share: 1 })),
  optional: false,
  parallel: false,
  timeout: Number.POSITIVE_INFINITY,
})

type Behind = (outcome: Outcome, flow: Flow, call: Call) => Node | null

function planCall(
  snapshot: Snapshot,
  source: Workload,
  key: string,
  call: Call,
  index: number,
  passedOn: boolean,
  behind: Behind,
  perPod: boolean,
): PlannedCall {
  const mean = (size: (item: Call['classes'][number]) => number) =>
    call.classes.reduce((sum, item) => sum + item.share * size(item), 0)
  // One label set holds all classes of a call, so its sizes are theirs on average.
  const sizes = {
    request: call.tcp?.sentBytes ?? mean(item => item.requestBytes) + 420,
    response: call.tcp?.receivedBytes ?? mean(item => item.responseBytes) + 180,
    callsPerConnection: call.protocol === 'tcp' ? (call.tcp?.callsPerConnection ?? 100) : 0,
  }
  const flows = call.classes.map((item, number): PlannedFlow => {
    const flow: Flow = {
      source,
      host: call.host,
      port: call.port,
      protocol: call.protocol,
      method: item.method,
      path: item.path,
      headers: item.headers ?? {},
      token: item.token ?? null,
      remoteAddress: item.remoteAddress ?? null,
      sni: item.sni ?? null,
      passedOn,
    }
    const outcomes = decide(snapshot, flow).map(outcome => {
      const real = cutByCaller(outcome, call)
      return planOutcome(real, flow, call, behind(real, flow, call), linesOf(snapshot, real, sizes, perPod))
    })
    return { flow, share: item.share, hash: hashText(`${key}|${index}|${number}`), outcomes }
  })
  return {
    call,
    flows,
    reach: 1,
    ends: new Float64Array(categories),
    mean: 0,
    variance: 0,
    hash: hashText(`${key}|${index}`),
    first: 0,
    end: 0,
    arrivals: [],
  }
}

/** A caller that gives up while a fault still holds its request back: nothing ever left the proxy. */
function cutByCaller(outcome: Outcome, call: Call): Outcome {
  if (outcome.delay < call.timeout || outcome.delay === 0) return outcome
  const router = outcome.waypoint ? 'waypoint' : 'source'
  return {
    ...outcome,
    answer: { code: 0, grpcStatus: null, after: call.timeout },
    destination: null,
    external: null,
    rbac: [],
    reports: outcome.reports
      .filter(report => report.reporter !== 'destination')
      .map(report => (report.reporter === router ? { ...report, flags: 'DI,DC', destination: null } : report)),
  }
}

function planOutcome(
  outcome: Outcome,
  flow: Flow,
  call: Call,
  node: Node | null,
  lines: PlannedOutcome['lines'],
): PlannedOutcome {
  const { delay, timeout, waypoint, destination } = outcome
  const limitIsRoute = timeout !== null && timeout + delay < call.timeout
  const own = flow.source.proxy === 'none' ? 0.1 : 0.4
  return {
    outcome,
    node,
    category: outcome.answer ? categoryOf(outcome.answer) : category.ok,
    overhead: 0.3 + own + (waypoint ? 0.9 : 0) + (destination && destination.proxy !== 'none' ? 0.4 : 0),
    limit: limitIsRoute ? timeout : call.timeout - delay,
    limitIsRoute,
    ...retriesOf(outcome, flow.protocol),
    tryEnds: new Float64Array(categories),
    ends: new Float64Array(categories),
    tries: 1,
    serverMean: 0,
    serverVariance: 0,
    mean: 0,
    variance: 0,
    lines,
  }
}

/** By `namespace/workload`; of several for one workload the first counts. */
export function behavioursByKey(behaviours: readonly Behaviour[]): Behaviours {
  const byKey = new Map<string, Behaviour>()
  for (const behaviour of behaviours) {
    const key = `${behaviour.namespace}/${behaviour.workload}`
    if (!byKey.has(key)) byKey.set(key, behaviour)
  }
  return byKey
}
