import { type Fitness, evenly, sharesOf } from '#lab/mesh/decide/balance.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { isEjected, watch } from './detector.ts'
import { settleGate } from './gates.ts'
import type { Choice, Plan, PlannedFlow, PlannedOutcome } from './plan.ts'
import { warmth } from './warmup.ts'

/**
 * What proxies do about load, health and age: how much passes the gates, and how the requests spread over the pods.
 * From what the last step measured; `respond` then finds what callers get to see of it.
 */
export function settle(plan: Plan, now: number): void {
  const seconds = Number.isNaN(plan.settled) ? 1 : Math.max(0, now - plan.settled) / 1000
  plan.settled = now
  for (const gate of plan.gates.values()) settleGate(gate, seconds || 1)
  for (const detector of plan.detectors.values()) watch(detector, now, seconds)
  for (const flow of plan.unsettled) settleFlow(flow, now)
}

function settleFlow(flow: PlannedFlow, now: number): void {
  for (const choice of flow.choices) spread(choice, now)
  for (const outcome of flow.outcomes) {
    if (outcome.twin) outcome.base = outcome.twin.base
    pass(outcome)
  }
}

/** The share of an outcome is what is left of it behind its gates. */
function pass(planned: PlannedOutcome): void {
  let { base } = planned
  for (const { gate, isStopped } of planned.gates) base *= isStopped ? 1 - gate.passing : gate.passing
  planned.share = base
}

function spread(choice: Choice, now: number): void {
  const { cluster, outcomes, detector, unhealthy } = choice
  const { loadBalancer } = cluster.policy
  if (cluster.pods.length === 0 || (cluster.pods.length === 1 && detector === null)) return
  const favours = leastRequest(choice)
  const isWell = wellness(choice)
  const fitness: Fitness = pod =>
    isWell(pod)
      ? (favours.get(pod) ?? 1) * (loadBalancer?.warmup ? warmth(loadBalancer.warmup, now - pod.since) : 1)
      : 0
  const shares = sharesOf(cluster.preferences ?? evenly(cluster.pods), fitness)
  let rest = cluster.share
  for (const outcome of outcomes) {
    let part = 0
    for (const pod of outcome.outcome.pods) part += shares.get(pod) ?? 0
    outcome.base = cluster.share * part
    rest -= cluster.share * part
  }
  if (unhealthy) unhealthy.base = Math.max(0, rest)
}

/** Envoy docs, "Panic threshold": with too few left, all are used as if they were well. */
function wellness({ cluster, detector }: Choice): (pod: Pod) => boolean {
  if (detector === null || cluster.policy.loadBalancer?.simple === 'PASSTHROUGH') return () => true
  let well = 0
  for (const pod of cluster.pods) if (!isEjected(detector, pod.name)) well++
  if ((well / cluster.pods.length) * 100 < detector.settings.minHealthPercent) return () => true
  return pod => !isEjected(detector, pod.name)
}

/**
 * Envoy docs, "Weighted least request": of two pods the one with fewer requests under way. Where many are under way,
 * shares go against the pods' durations; where hardly any are, it is as good as random.
 */
function leastRequest({ outcomes, cluster }: Choice): Map<Pod, number> {
  const favours = new Map<Pod, number>()
  const { loadBalancer } = cluster.policy
  const isLeast = loadBalancer === null || (loadBalancer.simple === 'LEAST_REQUEST' && loadBalancer.hash === null)
  const reached = outcomes.filter(({ cohort }) => cohort !== null)
  if (!isLeast || reached.length < 2) return favours
  let total = 0
  let mean = 0
  for (const { share, tryMean } of reached) {
    total += share
    mean += share * tryMean
  }
  if (total <= 0 || mean <= 0) return favours
  mean /= total
  const underWay = underWayOf(reached)
  const exponent = underWay / (1 + underWay)
  for (const planned of reached) {
    // Half of the way each time, so that shares and durations come to rest together.
    const wanted = (mean / Math.max(planned.tryMean, 0.01)) ** exponent
    planned.favour = (planned.favour + Math.min(4, Math.max(0.25, wanted))) / 2
    for (const pod of planned.outcome.pods) favours.set(pod, planned.favour)
  }
  return favours
}

/** Requests under way at one pod. */
function underWayOf(reached: readonly PlannedOutcome[]): number {
  let busy = 0
  let pods = 0
  for (const { cohort, outcome } of reached) {
    if (cohort === null) continue
    busy += ((cohort.now.rate * cohort.now.mean) / 1000) * (outcome.pods.length / (cohort.pods?.length || 1))
    pods += outcome.pods.length
  }
  return pods > 0 ? busy / pods : 0
}
