import type { RequestTree } from '#lab/contract.ts'
import type { Node, Plan, PlannedFlow } from '#lab/mesh/traffic/plan.ts'
import type { Category } from '#lab/mesh/traffic/categories.ts'
import { createDice, type Dice } from '#lab/mesh/traffic/random.ts'
import { rateAt } from '#lab/mesh/traffic/rhythm.ts'
import type { Step } from '#lab/mesh/traffic/step.ts'
import { refOf, requestsOf, shift } from './tree.ts'
import { throwFlow } from './throw.ts'

export interface Sampling {
  /** Share of the requests, 0–1. */
  ratio: number
  /** A flow, however rare, is seen about this often, in seconds, unless it is rarer itself. */
  atLeastEvery: number
  /** Trees in one step. */
  limit: number
}

const all: readonly Category[] = [0, 1, 2, 3, 4, 5]

/** Some of the requests that began in this step, out of the same model that counted them; each ends when the step does, at the latest. */
export function sampleRequests(plan: Plan, at: Step, sampling: Sampling): RequestTree[] {
  const trees: RequestTree[] = []
  for (const node of plan.nodes) {
    if (node.origin === null || node.workload === null || node.workload.ready.length === 0) continue
    const rate = rateAt(node.origin, node.hash, at.seed, at.time, at.seconds)
    for (const call of node.originCalls)
      for (const flow of call.flows) {
        const dice = createDice(flow.hash, at.seed, Math.floor(at.time / 1000) >>> 0)
        const expected = rate * call.call.perRequest * flow.share * at.seconds
        const wanted = Math.max(expected * sampling.ratio, Math.min(expected, at.seconds / sampling.atLeastEvery))
        const many = Math.floor(wanted + dice.next())
        for (let one = 0; one < many && trees.length < sampling.limit; one++) trees.push(...begin(node, flow, at, dice))
      }
  }
  return trees
}

function begin(node: Node, flow: PlannedFlow, at: Step, dice: Dice): RequestTree[] {
  const { workload } = node
  const pod = workload?.ready[Math.floor(dice.next() * workload.ready.length)]
  const thrown = throwFlow([flow], all, dice)
  if (!workload || !pod || !thrown) return []
  const { requests, duration } = requestsOf(thrown, pod, 0, dice)
  const ended = at.time - dice.next() * at.seconds * 1000
  if (!node.forwards) return requests.map(request => shift(request, ended - duration))
  const last = requests.at(-1)
  if (last === undefined) return []
  // What comes from the internet is one request to the gateway, which passes it on.
  const own = 0.2 + dice.next() * 0.4
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
    refusedBy: null,
    attempt: 0,
    start: 0,
    duration: duration + 2 * own,
    children: requests.map(request => shift(request, own)),
  }
  return [shift(root, ended - root.duration)]
}
