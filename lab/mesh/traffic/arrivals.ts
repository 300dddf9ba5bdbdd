import { category } from './categories.ts'
import { isEjected } from './detector.ts'
import type { Load } from './gates.ts'
import type { Arrival, Choice, Cohort, PlannedCall, PlannedFlow } from './plan.ts'

/** Where the requests of a call go, and what they add to what is measured: per request, as its callees answer now. */

export function arrivalsOf(call: PlannedCall): Arrival[] {
  const found = new Map<Cohort, Arrival>()
  for (const flow of call.flows)
    for (const { node, cohort, outcome, share, tries } of [...flow.outcomes, ...flow.mirrored]) {
      if (node === null || cohort === null || outcome.answer !== null) continue
      const perCall = flow.share * share * tries
      const known = found.get(cohort)
      if (known) known.perCall += perCall
      else found.set(cohort, { node, cohort, perCall })
    }
  return [...found.values()]
}

export function offersOf(call: PlannedCall): PlannedCall['offers'] {
  const offers: PlannedCall['offers'] = []
  const offer = (load: Load, rate: number, work: number) => {
    if (rate > 0) offers.push({ load, rate, work })
  }
  for (const flow of call.flows) {
    // Whoever is behind a gate, or was stopped at it, came as far as the gate.
    for (const { gates, share, tries } of flow.outcomes)
      for (const { gate } of gates) if (gate.kind === 'bucket') offer(gate.load, flow.share * share * tries, 0)
    for (const choice of flow.choices) {
      offerPool(flow, choice, offer)
      offerHosts(flow, choice, offer)
    }
  }
  return offers
}

type Offer = (load: Load, rate: number, work: number) => void

/** What would be under way at once if the pool let everything through. */
function offerPool(flow: PlannedFlow, { outcomes, pool }: Choice, offer: Offer): void {
  if (pool === null) return
  let first = 0
  let time = 0
  let retries = 0
  for (const planned of outcomes) {
    const { share, tries, cohort } = planned
    const mean = cohort === null ? planned.mean : Math.min(planned.tryMean - pool.wait, planned.limit)
    first += share * tries
    time += share * tries * mean
    retries += share * (tries - 1) * mean
  }
  // What got through tells how long requests take; what was stopped would take as long.
  const scale = pool.passing > 1e-6 ? flow.share / pool.passing : 0
  if (scale > 0) offer(pool.load, first * scale, time * scale)
  else offer(pool.load, flow.share, flow.share * (outcomes[0]?.tryMean ?? 0))
  if (retries > 0) offer(pool.retries, flow.share, retries * flow.share)
}

/** What each pod answers, as an outlier detector counts it. */
function offerHosts(flow: PlannedFlow, { outcomes, detector }: Choice, offer: Offer): void {
  if (detector === null) return
  const { splitsLocalOrigin } = detector.settings
  for (const planned of outcomes) {
    const { share, tries, tryEnds, outcome, cohort } = planned
    const used = outcome.pods.filter(pod => !isEjected(detector, pod.name))
    const rate = (flow.share * share * tries) / (used.length || 1)
    const gateway =
      (tryEnds[category.unavailable] ?? 0) +
      (tryEnds[category.deadline] ?? 0) +
      (planned.limitIsRoute ? (tryEnds[category.timeout] ?? 0) : 0)
    // A connection that fails is nothing the server said.
    const isLocal = cohort === null
    const refused = isLocal && outcome.answer !== null && failsToConnect(outcome.answer)
    for (const pod of used) {
      const host = detector.hosts.get(pod.name)
      if (host === undefined) continue
      const answered = isLocal ? (refused && !splitsLocalOrigin ? 1 : 0) : gateway
      offer(host.errors, rate, rate * (answered + (isLocal ? 0 : (tryEnds[category.failed] ?? 0))))
      offer(host.gatewayErrors, rate, rate * answered)
      if (splitsLocalOrigin) offer(host.localErrors, rate, refused ? rate : 0)
    }
  }
}

/** Of the answers a caller gets from a pod, those that no pod gave. */
const failsToConnect = ({ code }: { code: number }): boolean => code === 503 || code === 0
