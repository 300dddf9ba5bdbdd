import type { RequestTree } from '#lab/contract.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { category, type Category } from '#lab/mesh/traffic/categories.ts'
import { fromQuantiles, muOf, sigmaOf } from '#lab/mesh/traffic/lognormal.ts'
import type { Cohort, Node, PlannedCall } from '#lab/mesh/traffic/plan.ts'
import type { Dice } from '#lab/mesh/traffic/random.ts'
import { queued } from '#lab/mesh/traffic/respond.ts'
import { type Made, type MakeRequests, throwCall, timesOf } from './throw.ts'

/** What a workload did for one request that ended so: the calls it made, and how long it took with them. */
export interface Served {
  children: RequestTree[]
  /** Milliseconds. */
  duration: number
}

const good: readonly Category[] = [category.ok, category.clientError]
const all: readonly Category[] = [0, 1, 2, 3, 4, 5]

/** @param begin milliseconds, on the clock of the whole tree. @param make how a thrown call becomes requests: a tree grows by both. */
export function serve(node: Node, pod: Pod, end: Category, begin: number, dice: Dice, make: MakeRequests): Served {
  const cohort = cohortOf(node, pod)
  const work = queued(cohort)
  const sigma = sigmaOf(work.mean, work.variance)
  const own = Math.min(Math.exp(muOf(work.mean, sigma) + sigma * dice.normal()), 60_000)
  const culprit = culpritOf(node, cohort, end, dice)
  const children: RequestTree[] = []
  // Some of the work comes before the first call, the rest after the last one.
  let clock = begin + own * 0.3
  let index = 0
  while (index < node.calls.length) {
    const first = index
    let slowest = 0
    let isOver = false
    do {
      const call = node.calls[index]
      if (call === undefined) break
      const made = callOnce(node, call, pod, clock, ends(node, call, end, culprit), call === culprit, dice, make)
      children.push(...made.mirrored, ...made.requests)
      slowest = Math.max(slowest, made.duration)
      isOver ||= call === culprit
      index++
    } while (node.calls[index]?.call.parallel && node.calls[first]?.call.parallel)
    clock += slowest
    if (isOver) break
  }
  return { children, duration: clock - begin + own * 0.7 }
}

/** Those whose behaviour this pod shares. */
const cohortOf = (node: Node, pod: Pod): Cohort =>
  (node.cohorts.length > 1 ? node.cohorts.find(cohort => cohort.pods?.includes(pod)) : undefined) ??
  (node.cohorts[0] as Cohort)

/** The required call whose failure ended the request, if one did: chosen as often as the model lets each of them. */
function culpritOf(node: Node, cohort: Cohort, end: Category, dice: Dice): PlannedCall | null {
  if (end === category.ok || (end === category.clientError && !node.forwards)) return null
  const blamed = node.calls
    .filter(call => !call.call.optional)
    .map(call => ({ call, weight: call.reach * Math.min(1, call.call.perRequest) * shareOf(call, end) }))
  const own = end === category.failed ? cohort.errorRatio : 0
  let left = dice.next() * blamed.reduce((sum, item) => sum + item.weight, own)
  for (const { call, weight } of blamed) {
    left -= weight
    if (weight > 0 && left <= 0) return call
  }
  return null
}

const shareOf = (call: PlannedCall, end: Category): number =>
  causes(end).reduce<number>((sum, cause) => sum + (call.ends[cause] ?? 0), 0)

/** Ends of a call that make its caller end so. */
const causes = (end: Category): readonly Category[] =>
  end === category.deadline ? [category.deadline, category.timeout] : [end]

function ends(node: Node, call: PlannedCall, end: Category, culprit: PlannedCall | null): readonly Category[] {
  if (call === culprit) return causes(end)
  if (node.forwards) return [end]
  return call.call.optional ? all : good
}

/** A call as often as the request needs it, one after the other; a culprit is called at least once and fails last. */
function callOnce(
  node: Node,
  call: PlannedCall,
  pod: Pod,
  start: number,
  allowed: readonly Category[],
  isCulprit: boolean,
  dice: Dice,
  make: MakeRequests,
): Made {
  const requests: RequestTree[] = []
  const mirrored: RequestTree[] = []
  const times = isCulprit || node.forwards ? Math.max(1, timesOf(call.call, dice)) : timesOf(call.call, dice)
  let clock = start
  for (let time = 0; time < times; time++) {
    const isLast = time === times - 1
    const thrown = throwCall(call, isCulprit && !isLast ? good : allowed, dice)
    if (thrown === undefined) continue
    const made = make(thrown, pod, clock, dice)
    requests.push(...made.requests)
    mirrored.push(...made.mirrored)
    clock += made.duration
  }
  return { requests, mirrored, duration: clock - start }
}

/** A host outside works by itself. */
export function serveOutside(latency: { median: number; p99: number }, dice: Dice): number {
  const { mean, variance } = fromQuantiles(latency.median, latency.p99)
  const sigma = sigmaOf(mean, variance)
  return Math.exp(muOf(mean, sigma) + sigma * dice.normal())
}
