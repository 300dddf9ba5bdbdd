import { categories, category } from './categories.ts'
import { below, muOf, sigmaOf } from './lognormal.ts'
import type { Node, Plan, PlannedCall, PlannedOutcome } from './plan.ts'

/** What callers get to see follows from what callees do: from the leaves up, with the load of the step before. */
export function respond(plan: Plan): void {
  for (let index = plan.nodes.length - 1; index >= 0; index--) {
    const node = plan.nodes[index]
    if (node) respondAt(node)
  }
}

function respondAt(node: Node): void {
  for (const call of node.originCalls) answerCall(call)
  const work = queued(node)
  node.now.mean = work.mean
  node.now.variance = work.variance
  combine(node)
}

/** Waiting grows as the load nears what the pods can serve; beyond it requests pile up. */
export function queued(node: Node): { mean: number; variance: number } {
  if (node.capacity === Number.POSITIVE_INFINITY) return node
  const load = node.capacity > 0 ? node.now.rate / node.capacity : 0
  const near = Math.min(load, 0.97)
  const factor = 1 + near ** 4 / (1 - near)
  const overflow = load > 0.97 ? Math.min(60_000, (load - 0.97) * 8000) : 0
  const mean = node.mean * factor + overflow
  return { mean, variance: node.variance * factor * factor + (overflow * overflow) / 4 }
}

/** Calls one after the other add up; neighbours marked parallel run together and the slowest counts. A required call that fails ends the request. */
function combine(node: Node): void {
  const { now } = node
  const ends = now.ends.fill(0)
  let survive = 1
  let index = 0
  while (index < node.calls.length) {
    const begin = index
    let slowest = 0
    let variance = 0
    let after = survive
    do {
      const call = node.calls[index++]
      if (call === undefined) break
      call.reach = survive
      answerCall(call)
      const times = call.call.perRequest
      const spent = survive * times * call.mean
      if (spent >= slowest) {
        slowest = spent
        variance = survive * times * (call.variance + Math.max(0, 1 - times) * call.mean * call.mean)
      }
      if (!call.call.optional) after -= lose(ends, call, after, times, node.forwards)
    } while (isParallel(node, index) && isParallel(node, begin))
    now.mean += slowest
    now.variance += variance
    survive = after
  }
  ends[category.failed] = (ends[category.failed] ?? 0) + survive * node.errorRatio
  const clientErrors = survive * (1 - node.errorRatio) * node.clientErrorRatio
  ends[category.clientError] = (ends[category.clientError] ?? 0) + clientErrors
  let rest = 1
  for (let end = 1; end < categories; end++) rest -= ends[end] ?? 0
  ends[category.ok] = Math.max(0, rest)
}

const isParallel = (node: Node, index: number): boolean => node.calls[index]?.call.parallel ?? false

/** Adds the requests that end because this call failed, by what it failed of; returns their share. */
function lose(ends: Float64Array, call: PlannedCall, alive: number, times: number, forwards: boolean): number {
  let lost = 0
  const first = forwards ? category.clientError : category.failed
  for (let end: number = first; end < categories; end++) {
    const share = call.ends[end] ?? 0
    if (share <= 0) continue
    // Several calls per request fail it if any of them fails.
    const part = alive * (times <= 1 ? times * share : 1 - (1 - share) ** times)
    const kind = end === category.timeout ? category.deadline : end
    ends[kind] = (ends[kind] ?? 0) + part
    lost += part
  }
  return Math.min(lost, alive)
}

function answerCall(call: PlannedCall): void {
  call.ends.fill(0)
  let mean = 0
  let square = 0
  for (const flow of call.flows)
    for (const outcome of flow.outcomes) {
      answerOutcome(outcome)
      const share = flow.share * outcome.outcome.share
      for (let end = 0; end < categories; end++)
        call.ends[end] = (call.ends[end] ?? 0) + share * (outcome.ends[end] ?? 0)
      mean += share * outcome.mean
      square += share * (outcome.variance + outcome.mean * outcome.mean)
    }
  call.mean = mean
  call.variance = Math.max(0, square - mean * mean)
}

function answerOutcome(planned: PlannedOutcome): void {
  const { node, outcome, ends, tryEnds } = planned
  ends.fill(0)
  tryEnds.fill(0)
  planned.tries = 1
  if (node === null || outcome.answer !== null) {
    ends[planned.category] = tryEnds[planned.category] = 1
    planned.mean = (outcome.answer?.after ?? 0) + planned.overhead
    planned.variance = (planned.mean * 0.3) ** 2
    planned.serverMean = planned.mean * 0.5
    planned.serverVariance = planned.variance * 0.25
    return
  }
  const { now } = node
  planned.serverMean = now.mean + 0.2
  planned.serverVariance = now.variance
  const mean = now.mean + planned.overhead
  const sigma = sigmaOf(mean, now.variance)
  const late = planned.limit >= 1e8 ? 0 : 1 - below(planned.limit, muOf(mean, sigma), sigma)
  // The approximated tail of a distribution that never comes near the limit is not traffic.
  const timeout = late < 1e-5 ? 0 : late
  for (let end = 0; end < category.timeout; end++) tryEnds[end] = (now.ends[end] ?? 0) * (1 - timeout)
  tryEnds[category.timeout] = timeout
  repeat(planned)
  planned.mean = outcome.delay + Math.min(mean * planned.tries, planned.limit)
  planned.variance = now.variance * planned.tries
}

/** With chance r of an end that is tried again and n retries: 1 + r + … + rⁿ tries. */
function repeat(planned: PlannedOutcome): void {
  const { tryEnds, ends, retried, retries } = planned
  let again = 0
  for (let end = 0; end < categories; end++) if (retried[end]) again += tryEnds[end] ?? 0
  const last = again ** retries
  const tries = again >= 1 ? retries + 1 : (1 - last * again) / (1 - again)
  planned.tries = tries
  for (let end = 0; end < categories; end++) ends[end] = (tryEnds[end] ?? 0) * (retried[end] ? last : tries)
}
