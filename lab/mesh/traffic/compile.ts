import type { Behaviour, Call } from '#lab/contract.ts'
import { decideAll } from '#lab/mesh/decide/decide.ts'
import type { Cluster, Flow, Outcome } from '#lab/mesh/decide/outcome.ts'
import { type Line, linesOf, type Sizes } from '#lab/mesh/series/lines.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { divide, remember } from './cohorts.ts'
import { finer, type Grain, grainOf } from './grain.ts'
import { type Disturbance, surgeAt } from './disturbances.ts'
import { createMeasures } from './measures.ts'
import { inCallOrder } from './order.ts'
import { externalNode, forwardNode, workloadNode } from './nodes.ts'
import type { Behaviours, Node, Plan } from './plan.ts'
import { planCall } from './plan-call.ts'

/** What the plan is made of, beside what exists. */
export interface Circumstances {
  behaviours: Behaviours
  /** Series carry pods. */
  perPod: boolean
  disturbances?: readonly Disturbance[]
  /** Milliseconds. */
  now?: number
}

/** Decides every flow of every workload once, for as long as nothing changes. State of `before` that still means something goes on. */
export function compilePlan(snapshot: Snapshot, circumstances: Circumstances, before: Plan | null): Plan {
  const { behaviours, perPod, disturbances = [], now = 0 } = circumstances
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
    const node = workloadNode(workload, behaviour, surgeAt(disturbances, workload.key))
    return add(node, behaviour?.calls ?? [], behaviour?.origin?.calls ?? [])
  }
  const behind: Behind = (outcome, call, item) => {
    const { destination, external } = outcome
    if (external) return nodes.get(`external:${external.host}`) ?? add(externalNode(external), [], [])
    if (destination === null || outcome.answer !== null) return null
    if (destination.proxy !== 'gateway') return ofWorkload(destination)
    const arriving = { ...outcome.onward, port: outcome.port }
    const node = forwardNode(destination, arriving, behaviours.get(destination.key))
    return nodes.get(node.key) ?? add(node, [forwarded(arriving, call, item)], [])
  }
  for (const behaviour of behaviours.values()) {
    const workload = snapshot.workloads.get(`${behaviour.namespace}/${behaviour.workload}`)
    if (workload && (workload.proxy !== 'gateway' || behaviour.origin)) ofWorkload(workload)
  }
  const decided: { node: Node; calls: DecidedCall[]; origin: DecidedCall[] }[] = []
  const parted = new Map<Node, Grain>()
  const part = (node: Node, cluster: Cluster | null) => {
    const known = parted.get(node)
    if (known !== 'pod') parted.set(node, finer(known ?? 'none', grainOf(cluster, perPod)))
  }
  for (let next = unplanned.pop(); next !== undefined; next = unplanned.pop()) {
    const { node, calls, origin } = next
    const source = node.workload
    if (source === null) continue
    const ask = (call: Call, isPassedOn: boolean) => decideCall(snapshot, source, call, isPassedOn, behind, part)
    decided.push({
      node,
      calls: calls.map(call => ask(call, node.forwards)),
      origin: origin.map(call => ask(call, false)),
    })
  }
  for (const node of nodes.values()) divide(node, parted.get(node) ?? 'none', disturbances)
  const measures = createMeasures(before, now)
  // Without pods in their labels, all parts of an outcome write the same lines.
  const written = new Map<Outcome, Line[]>()
  const lines = (outcome: Outcome, write: (outcome: Outcome) => Line[]) => {
    const known = written.get(outcome) ?? write(outcome)
    written.set(outcome, known)
    return known
  }
  for (const { node, calls, origin } of decided) {
    const plan = (call: DecidedCall, index: number) => {
      const write = (outcome: Outcome) => linesOf(snapshot, outcome, call.sizes, perPod)
      return planCall(call, `${node.key}|${index}`, measures, perPod ? write : (_, whole) => lines(whole, write))
    }
    node.calls = calls.map(plan)
    node.originCalls = origin.map((call, index) => plan(call, index + calls.length))
  }
  const ordered = inCallOrder([...nodes.values()])
  const past = new Map(before?.nodes.map(node => [node.key, node]))
  for (const node of ordered) remember(node, past.get(node.key))
  return { nodes: ordered, ...measures.found(), settled: before?.settled ?? Number.NaN }
}

/** A gateway passes on what it got: same Host, same request, at the port it came in by. */
const forwarded = (flow: Flow, call: Call, item: RequestClass): Call => ({
  ...call,
  host: flow.host,
  port: flow.port,
  perRequest: 1,
  protocol: flow.protocol,
  classes: [
    {
      share: 1,
      method: flow.method,
      path: flow.path,
      headers: flow.headers,
      ...(flow.token === null ? {} : { token: flow.token }),
      requestBytes: item.requestBytes,
      responseBytes: item.responseBytes,
    },
  ],
  optional: false,
  parallel: false,
  timeout: Number.POSITIVE_INFINITY,
})

/** A call's flows, and what becomes of each. */
export interface DecidedCall {
  call: Call
  sizes: Sizes
  flows: { flow: Flow; share: number; ends: End[]; mirrored: End[] }[]
}

export interface End {
  outcome: Outcome
  node: Node | null
}

type RequestClass = Call['classes'][number]

type Behind = (outcome: Outcome, call: Call, item: RequestClass) => Node | null

/** @param part is told of each choice that leads to a node. */
function decideCall(
  snapshot: Snapshot,
  source: Workload,
  call: Call,
  passedOn: boolean,
  behind: Behind,
  part: (node: Node, cluster: Cluster | null) => void,
): DecidedCall {
  const mean = (size: (item: Call['classes'][number]) => number) =>
    call.classes.reduce((sum, item) => sum + item.share * size(item), 0)
  // One label set holds all classes of a call, so its sizes are theirs on average.
  const sizes = {
    request: call.tcp?.sentBytes ?? mean(item => item.requestBytes) + 420,
    response: call.tcp?.receivedBytes ?? mean(item => item.responseBytes) + 180,
    callsPerConnection: call.protocol === 'tcp' ? (call.tcp?.callsPerConnection ?? 100) : 0,
  }
  const flows = call.classes.map(item => {
    const flow: Flow = {
      source,
      host: call.host,
      port: call.port,
      protocol: call.protocol,
      method: item.method,
      path: item.path,
      headers: item.headers ?? {},
      token: item.token ?? null,
      validated: null,
      remoteAddress: item.remoteAddress ?? null,
      sni: item.sni ?? null,
      passedOn,
    }
    const decision = decideAll(snapshot, flow)
    const end = (outcome: Outcome): End => {
      const node = behind(outcome, call, item)
      if (node) part(node, outcome.cluster)
      return { outcome, node }
    }
    const ends = decision.outcomes.map(outcome => end(cutByCaller(outcome, call)))
    return { flow, share: item.share, ends, mirrored: decision.mirrored.map(end) }
  })
  return { call, sizes, flows }
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

/** By `namespace/workload`; of several for one workload the first counts. */
export function behavioursByKey(behaviours: readonly Behaviour[]): Behaviours {
  const byKey = new Map<string, Behaviour>()
  for (const behaviour of behaviours) {
    const key = `${behaviour.namespace}/${behaviour.workload}`
    if (!byKey.has(key)) byKey.set(key, behaviour)
  }
  return byKey
}
