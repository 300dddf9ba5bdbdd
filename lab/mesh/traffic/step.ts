import type { Node, Plan, PlannedCall } from './plan.ts'
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
  for (const { now } of plan.nodes) {
    now.rate = now.late
    now.late = 0
  }
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

function flow(node: Node, call: PlannedCall, callers: number, at: Step, count: Count): void {
  if (callers <= 0) return
  const expected = callers * call.call.perRequest
  // What is passed on was counted before: it has no noise of its own.
  const isPassedOn = node.forwards && node.origin === null
  const rate = isPassedOn ? expected : expected * noise(expected, call.hash, at.seed, at.time, at.seconds)
  for (const { node: callee, perCall } of call.arrivals) arrive(node, callee, rate * perCall)
  count(call, rate * at.seconds)
}

function arrive(from: Node, to: Node, rate: number): void {
  if (to.order > from.order) to.now.rate += rate
  else to.now.late += rate
}
