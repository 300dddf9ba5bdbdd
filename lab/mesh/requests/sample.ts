import type { Marks, RequestTree } from '#lab/contract.ts'
import type { Node, Plan, PlannedCall, PlannedFlow } from '#lab/mesh/traffic/plan.ts'
import type { Category } from '#lab/mesh/traffic/categories.ts'
import { createDice, type Dice } from '#lab/mesh/traffic/random.ts'
import { rateAt } from '#lab/mesh/traffic/rhythm.ts'
import type { Step } from '#lab/mesh/traffic/step.ts'
import { requestId, traceId } from './ids.ts'
import { refOf, requestsOf, shift } from './tree.ts'
import { throwFlow } from './throw.ts'

/** How many of the requests are thrown one by one. All that are thrown are logged; some of them are traced, too. */
export interface Sampling {
  /** Share of the requests, 0–1. */
  logShare: number
  /** Null: what Telemetry objects and the mesh config say where a request begins. */
  traceShare: number | null
  /** How many times likelier a request is traced that fails or takes unusually long. */
  traceBias: number
  /** A flow, however rare, is seen about this often, in seconds, unless it is rarer itself. */
  atLeastEvery: number
  /** Requests thrown in one step, and those traced. Beyond them all shares shrink alike. */
  limit: number
  traceLimit: number
}

export interface Sampled {
  root: RequestTree
  marks: Marks
}

interface Wish {
  node: Node
  call: PlannedCall
  flow: PlannedFlow
  thrown: number
  traced: number
}

const all: readonly Category[] = [0, 1, 2, 3, 4, 5]

/** Some of the requests that began in this step, out of the same model that counted them; each ends when the step does, at the latest. */
export function sampleRequests(plan: Plan, at: Step, sampling: Sampling): Sampled[] {
  const wishes = wishesOf(plan, at, sampling)
  const total = (of: (wish: Wish) => number) => wishes.reduce((sum, wish) => sum + of(wish), 0)
  const scale = Math.min(1, sampling.limit / total(wish => wish.thrown))
  const traceScale = Math.min(1, sampling.traceLimit / total(wish => wish.traced))
  const sampled: Sampled[] = []
  for (const wish of wishes) {
    const dice = createDice(wish.flow.hash, at.seed, Math.floor(at.time / 1000) >>> 0)
    const thrown = wish.thrown * scale
    const share = thrown > 0 ? Math.min(1, (wish.traced * traceScale) / thrown) : 0
    for (let left = Math.floor(thrown + dice.next()); left > 0; left--) {
      const one = begin(wish, share, sampling.traceBias, at, dice)
      if (one) sampled.push(one)
    }
  }
  return sampled
}

function wishesOf(plan: Plan, at: Step, { logShare, traceShare, atLeastEvery }: Sampling): Wish[] {
  const wishes: Wish[] = []
  for (const node of plan.nodes) {
    if (node.origin === null || node.workload === null || node.workload.ready.length === 0) continue
    const rate = rateAt(node.origin, node.hash, at.seed, at.time, at.seconds)
    for (const call of node.originCalls)
      for (const flow of call.flows) {
        const expected = rate * call.call.perRequest * flow.share * at.seconds
        const seldom = Math.min(expected, at.seconds / atLeastEvery)
        const wanted = (share: number) => (share > 0 ? Math.max(expected * share, seldom) : 0)
        const traced = wanted(traceShare ?? node.workload.telemetry.client.traceShare)
        wishes.push({ node, call, flow, thrown: Math.max(wanted(logShare), traced), traced })
      }
  }
  return wishes
}

function begin({ node, call, flow }: Wish, share: number, bias: number, at: Step, dice: Dice): Sampled | null {
  const { workload } = node
  const pod = workload?.ready[Math.floor(dice.next() * workload.ready.length)]
  const thrown = throwFlow([flow], all, dice)
  if (!workload || !pod || !thrown) return null
  // The door of the gateway stayed shut: there never was a request.
  if (node.forwards && thrown.planned.outcome.reports.length === 0) return null
  const { requests, mirrored, duration } = requestsOf(thrown, pod, 0, dice)
  const last = requests.at(-1)
  if (last === undefined) return null
  const ended = at.time - dice.next() * at.seconds * 1000
  const own = node.forwards ? 0.2 + dice.next() * 0.4 : 0
  for (const request of [...requests, ...mirrored]) shift(request, ended - duration - own)
  const notable = last.code === 0 || last.code >= 400 || duration > call.mean + 3 * Math.sqrt(call.variance)
  const marks = {
    traceId: traceId(dice),
    requestId: requestId(dice),
    isTraced: dice.next() < share * (notable ? bias : 1),
  }
  if (!node.forwards) return { root: last, marks: { ...marks, before: requests.slice(0, -1) } }
  // What comes from the internet is one request to the gateway, which passes it on.
  const root: RequestTree = {
    ...last,
    source: null,
    destination: refOf(workload, pod),
    waypoint: null,
    host: flow.flow.host,
    port: flow.flow.port,
    upstreamCluster: '-',
    flags: '-',
    destinationFlags: last.flags,
    mtls: false,
    stage: 'application',
    refusedBy: null,
    attempt: 0,
    start: ended - duration - 2 * own,
    duration: duration + 2 * own,
    children: [...mirrored, ...requests],
  }
  return { root, marks: { ...marks, before: [] } }
}
