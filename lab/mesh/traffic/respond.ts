import { categories, category } from './categories.ts'
import { below, muOf, sigmaOf } from './lognormal.ts'
import type { Choice, Cohort, Node, Plan, PlannedCall, PlannedOutcome } from './plan.ts'

/** What callers get to see follows from what callees do: from the leaves up, with the load of the step before. */
export function respond(plan: Plan): void {
  for (let index = plan.nodes.length - 1; index >= 0; index--) {
    const node = plan.nodes[index]
    if (node) respondAt(node)
  }
}

function respondAt(node: Node): void {
  for (const call of node.originCalls) answerCall(call)
  const called = callAll(node)
  const [first] = node.cohorts
  for (const cohort of node.cohorts) answerCohort(cohort, called)
  if (first !== undefined && first.now !== node.now) average(node)
}

/** Waiting grows as the load nears what the pods can serve; beyond it requests pile up. */
export function queued(cohort: Cohort): { mean: number; variance: number } {
  if (cohort.capacity === Number.POSITIVE_INFINITY) return cohort
  const load = cohort.capacity > 0 ? cohort.now.rate / cohort.capacity : cohort.now.rate > 0 ? 2 : 0
  const near = Math.min(load, 0.97)
  const factor = 1 + near ** 4 / (1 - near)
  const overflow = load > 0.97 ? Math.min(60_000, (load - 0.97) * 8000) : 0
  const mean = cohort.mean * factor + overflow
  return { mean, variance: cohort.variance * factor * factor + (overflow * overflow) / 4 }
}

/** What a request's calls mean for it, whichever pod makes them. */
interface Called {
  mean: number
  variance: number
  /** By category: ended by a call. */
  ends: Float64Array
  survive: number
}

/** Calls one after the other add up; neighbours marked parallel run together and the slowest counts. A required call that fails ends the request. */
function callAll(node: Node): Called {
  const called: Called = { mean: 0, variance: 0, ends: new Float64Array(categories), survive: 1 }
  let index = 0
  while (index < node.calls.length) {
    const begin = index
    let slowest = 0
    let variance = 0
    let after = called.survive
    do {
      const call = node.calls[index++]
      if (call === undefined) break
      call.reach = called.survive
      answerCall(call)
      const times = call.call.perRequest
      const spent = called.survive * times * call.mean
      if (spent >= slowest) {
        slowest = spent
        variance = called.survive * times * (call.variance + Math.max(0, 1 - times) * call.mean * call.mean)
      }
      if (!call.call.optional) after -= lose(called.ends, call, after, times, node.forwards)
    } while (isParallel(node, index) && isParallel(node, begin))
    called.mean += slowest
    called.variance += variance
    called.survive = after
  }
  return called
}

/** Its own work, and the errors it makes of its own of the requests that came so far. */
function answerCohort(cohort: Cohort, called: Called): void {
  const { now, errorRatio, clientErrorRatio } = cohort
  const work = queued(cohort)
  now.mean = work.mean + called.mean
  now.variance = work.variance + called.variance
  const { ends } = now
  ends.set(called.ends)
  ends[category.failed] = (ends[category.failed] ?? 0) + called.survive * errorRatio
  const clientErrors = called.survive * (1 - errorRatio) * clientErrorRatio
  ends[category.clientError] = (ends[category.clientError] ?? 0) + clientErrors
  let rest = 1
  for (let end = 1; end < categories; end++) rest -= ends[end] ?? 0
  ends[category.ok] = Math.max(0, rest)
}

/** What the node as a whole looks like: by how much each cohort gets, or as long as nobody gets anything, has pods. */
function average(node: Node): void {
  const { now, cohorts } = node
  const total = cohorts.reduce((sum, cohort) => sum + cohort.now.rate, 0)
  const pods = cohorts.reduce((sum, cohort) => sum + (cohort.pods?.length ?? 1), 0)
  now.ends.fill(0)
  now.mean = 0
  let square = 0
  for (const cohort of cohorts) {
    const part = total > 0 ? cohort.now.rate / total : (cohort.pods?.length ?? 1) / pods
    const { mean, variance, ends } = cohort.now
    now.mean += part * mean
    square += part * (variance + mean * mean)
    for (let end = 0; end < categories; end++) now.ends[end] = (now.ends[end] ?? 0) + part * (ends[end] ?? 0)
  }
  now.variance = Math.max(0, square - now.mean * now.mean)
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
  for (const flow of call.flows) {
    for (const outcome of flow.outcomes) answerTry(outcome)
    for (const outcome of flow.mirrored) answerTry(outcome)
    for (const choice of flow.choices) repeat(choice)
    for (const outcome of flow.outcomes) {
      const share = flow.share * outcome.share
      for (let end = 0; end < categories; end++)
        call.ends[end] = (call.ends[end] ?? 0) + share * (outcome.ends[end] ?? 0)
      mean += share * outcome.mean
      square += share * (outcome.variance + outcome.mean * outcome.mean)
    }
  }
  call.mean = mean
  call.variance = Math.max(0, square - mean * mean)
}

/** One try. */
function answerTry(planned: PlannedOutcome): void {
  const { cohort, outcome, ends, tryEnds } = planned
  tryEnds.fill(0)
  planned.tries = 1
  if (cohort === null || outcome.answer !== null) {
    ends.fill(0)
    ends[planned.category] = tryEnds[planned.category] = 1
    planned.mean = (outcome.answer?.after ?? 0) + planned.overhead
    planned.variance = (planned.mean * 0.3) ** 2
    planned.serverMean = planned.mean * 0.5
    planned.serverVariance = planned.variance * 0.25
    return
  }
  const { now } = cohort
  planned.serverMean = now.mean + 0.2
  planned.serverVariance = now.variance
  planned.tryMean = now.mean + planned.overhead + (planned.pool?.wait ?? 0)
  const sigma = sigmaOf(planned.tryMean, now.variance)
  const late = planned.tryLimit >= 1e8 ? 0 : 1 - below(planned.tryLimit, muOf(planned.tryMean, sigma), sigma)
  // The approximated tail of a distribution that never comes near the limit is not traffic.
  const timeout = late < 1e-5 ? 0 : late
  for (let end = 0; end < category.timeout; end++) tryEnds[end] = (now.ends[end] ?? 0) * (1 - timeout)
  tryEnds[category.timeout] = timeout
  ends.set(tryEnds)
  planned.tryMean = Math.min(planned.tryMean, planned.tryLimit)
  planned.mean = outcome.delay + planned.tryMean
  planned.variance = now.variance
}

/**
 * Each try chooses anew. With chance r of an end that is tried again and n retries there are 1 + r + … + rⁿ tries; how
 * the last one ends is how any of them does, but for ends that are tried again: those are left only of the last.
 */
function repeat({ outcomes, pool }: Choice): void {
  const retries = outcomes[0]?.retries ?? 0
  if (retries <= 0) return
  let total = 0
  let again = 0
  let mean = 0
  for (const { share, tryEnds, retried, tryMean, cohort } of outcomes) {
    total += share
    if (cohort === null) continue
    mean += share * tryMean
    for (let end = 0; end < categories; end++) if (retried[end]) again += share * (tryEnds[end] ?? 0)
  }
  if (again <= 0 || total <= 0) return
  again *= (pool?.retriesPassing ?? 1) / total
  mean /= total
  const last = again ** retries
  const tries = again >= 1 ? retries + 1 : (1 - last * again) / (1 - again)
  // Of the ends that are tried again, what is left: not tried again, or out of tries.
  const refused = 1 - (pool?.retriesPassing ?? 1)
  const left = last + refused * (tries - last)
  for (const planned of outcomes) {
    const { ends, tryEnds, retried, outcome, cohort } = planned
    planned.tries = tries
    for (let end = 0; end < categories; end++) ends[end] = (tryEnds[end] ?? 0) * (retried[end] ? left : tries)
    if (cohort === null) continue
    const spent = planned.tryMean + (tries - 1) * mean
    planned.mean = outcome.delay + Math.min(spent, planned.limit)
    planned.variance *= tries
  }
}
