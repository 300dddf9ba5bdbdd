import type { Line } from '#lab/mesh/series/lines.ts'
import { categories, category, type Category } from './categories.ts'
import type { Node, Plan, PlannedCall, PlannedFlow, PlannedOutcome } from './plan.ts'
import { respond } from './respond.ts'
import { noise, rateAt } from './rhythm.ts'

/** Where counted requests go. `mean` and `variance` are of their durations in milliseconds. */
export interface Counter {
  count(
    planned: PlannedOutcome,
    flow: PlannedFlow,
    line: Line,
    end: Category,
    requests: number,
    mean: number,
    variance: number,
  ): void
}

export interface Step {
  seed: number
  /** Milliseconds since the epoch: the end of the step. */
  time: number
  /** Length. */
  seconds: number
}

/** One step of the traffic: what callees answer, then who calls whom how often, counted. */
export function step(plan: Plan, at: Step, counter: Counter): void {
  respond(plan)
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
        for (const call of node.originCalls) flow(node, call, begun, at, counter)
      }
      if (!(node.forwards && node.origin))
        for (const call of node.calls) flow(node, call, node.now.rate * call.reach, at, counter)
    }
  }
}

function flow(node: Node, call: PlannedCall, callers: number, at: Step, counter: Counter): void {
  if (callers <= 0) return
  for (const planned of call.flows) {
    const expected = callers * call.call.perRequest * planned.share
    // What is passed on was counted before: it has no noise of its own.
    const rate =
      node.forwards && node.origin === null
        ? expected
        : expected * noise(expected, planned.hash, at.seed, at.time, at.seconds)
    for (const outcome of planned.outcomes) {
      const part = rate * outcome.outcome.share
      if (outcome.node !== null && outcome.outcome.answer === null) arrive(node, outcome.node, part * outcome.tries)
      count(outcome, planned, part * at.seconds, counter)
    }
  }
}

function arrive(from: Node, to: Node, rate: number): void {
  if (to.order > from.order) to.now.rate += rate
  else to.now.late += rate
}

function count(planned: PlannedOutcome, flow: PlannedFlow, requests: number, counter: Counter): void {
  for (const line of planned.lines) {
    const ends = line.perTry ? planned.tryEnds : planned.ends
    const many = line.perTry ? requests * planned.tries : requests
    const mean = line.perTry ? planned.serverMean : planned.mean
    const variance = line.perTry ? planned.serverVariance : planned.variance
    for (let end = 0; end < categories; end++) {
      const share = ends[end] ?? 0
      if (share <= 0) continue
      const isTimeout = end === category.timeout
      const spent = isTimeout ? planned.limit + (line.perTry ? 0 : planned.outcome.delay) : mean
      counter.count(planned, flow, line, end as Category, many * share, spent, isTimeout ? 1 : variance)
    }
  }
}
