import type { Node, NodeNow, Plan, PlannedCall } from './plan.ts'
import { noise, rateAt } from './rhythm.ts'

/** Takes so many requests of a call. */
export type Count = (call: PlannedCall, requests: number) => void

export interface Step {
  seed: number
  /** Milliseconds since the epoch: the end of the step. */
  time: number
  /** Length. */
  seconds: number
}

/** One step of the traffic: who calls whom how often, with callees that answer as `respond` last found. */
export function step(plan: Plan, at: Step, count: Count): void {
  for (const node of plan.nodes) {
    const [only, ...more] = node.cohorts
    begin(node.now, more.length > 0 ? node.cohorts.reduce((sum, { capacity }) => sum + capacity, 0) : only?.capacity)
    if (more.length > 0) for (const cohort of node.cohorts) begin(cohort.now, cohort.capacity)
  }
  for (const load of plan.loads) load.rate = load.work = 0
  for (const node of plan.nodes) {
    const pods = node.workload?.ready.length ?? 1
    if (pods === 0) node.now.rate = 0
    else {
      if (node.origin && node.originCalls.length > 0) {
        const begun = rateAt(node.origin, node.hash, at.seed, at.time, at.seconds)
        // A gateway's own load is what comes in from outside.
        if (node.forwards) node.now.rate += begun
        for (const call of node.originCalls) flow(node, call, begun, at, count)
      }
      if (!(node.forwards && node.origin))
        for (const call of node.calls) flow(node, call, node.now.rate * call.reach, at, count)
    }
  }
}

/**
 * What comes round in a circle is worked off in the next step; where each round causes a further one, no more of it
 * than many times what the pods can serve: the rest never gets through to them.
 */
function begin(now: NodeNow, capacity = 0): void {
  now.rate = Math.min(now.late, 10 * capacity)
  now.late = 0
}

function flow(node: Node, call: PlannedCall, callers: number, at: Step, count: Count): void {
  call.rate = 0
  if (callers <= 0) return
  const expected = callers * call.call.perRequest
  // What is passed on was counted before: it has no noise of its own.
  const isPassedOn = node.forwards && node.origin === null
  const rate = isPassedOn ? expected : expected * noise(expected, call.hash, at.seed, at.time, at.seconds)
  call.rate = rate
  for (const { node: callee, cohort, perCall } of call.arrivals) {
    arrive(node, callee, callee.now, rate * perCall)
    if (cohort.now !== callee.now) arrive(node, callee, cohort.now, rate * perCall)
  }
  for (const { load, rate: perCall, work } of call.offers) {
    load.rate += rate * perCall
    load.work += rate * work
  }
  count(call, rate * at.seconds)
}

function arrive(from: Node, to: Node, now: NodeNow, rate: number): void {
  if (to.order > from.order) now.rate += rate
  else now.late += rate
}
