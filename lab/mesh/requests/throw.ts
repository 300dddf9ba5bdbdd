import type { Call, RequestTree } from '#lab/contract.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { categories, type Category } from '#lab/mesh/traffic/categories.ts'
import type { PlannedCall, PlannedFlow, PlannedOutcome } from '#lab/mesh/traffic/plan.ts'
import type { Dice } from '#lab/mesh/traffic/random.ts'

/** Which of the ways a call can go one request went, weighed as the traffic model weighs them. */

export interface Throw {
  flow: PlannedFlow
  planned: PlannedOutcome
  /** After all tries. */
  end: Category
  /** Tries before the last one: each may have gone elsewhere. */
  before: Try[]
}

export interface Try {
  planned: PlannedOutcome
  end: Category
}

/** All tries of a request, one after the other. Milliseconds. */
export interface Made {
  requests: RequestTree[]
  /** Copies of it that a proxy sent elsewhere. */
  mirrored: RequestTree[]
  duration: number
}

export type MakeRequests = (thrown: Throw, source: Pod, start: number, dice: Dice) => Made

/** A request of the call whose end is one of `allowed`; undefined where the model has none. */
export function throwCall(call: PlannedCall, allowed: readonly Category[], dice: Dice): Throw | undefined {
  return throwFlow(call.flows, allowed, dice)
}

export function throwFlow(flows: readonly PlannedFlow[], allowed: readonly Category[], dice: Dice): Throw | undefined {
  let total = 0
  const each = (visit: (flow: PlannedFlow, planned: PlannedOutcome, end: Category, weight: number) => boolean) => {
    for (const flow of flows)
      for (const planned of flow.outcomes)
        for (const end of allowed) {
          const weight = flow.share * planned.share * (planned.ends[end] ?? 0)
          if (weight > 0 && visit(flow, planned, end, weight)) return
        }
  }
  each((_, __, ___, weight) => {
    total += weight
    return false
  })
  if (total <= 0) return undefined
  let left = dice.next() * total
  let chosen: Throw | undefined
  each((flow, planned, end, weight) => {
    left -= weight
    chosen = { flow, planned, end, before: [] }
    return left <= 0
  })
  if (chosen) chosen.before = triesBefore(chosen.flow, chosen.planned, chosen, dice)
  return chosen
}

/** Tries that failed before: all that were allowed if the last one failed so too, else as many as chance has it. */
function triesBefore(flow: PlannedFlow, { retried, retries }: PlannedOutcome, last: Try, dice: Dice): Try[] {
  if (retries <= 0) return []
  const choice = flow.choices.find(({ outcomes }) => outcomes.includes(last.planned))
  if (choice === undefined) return []
  const failures: (Try & { weight: number })[] = []
  let total = 0
  let again = 0
  for (const planned of choice.outcomes) {
    total += planned.share
    for (let end = 0; end < categories; end++) {
      const weight = planned.retried[end] ? planned.share * (planned.tryEnds[end] ?? 0) : 0
      if (weight > 0) failures.push({ planned, end: end as Category, weight })
      again += weight
    }
  }
  const [first] = failures
  if (first === undefined || total <= 0) return []
  let count = 0
  if (retried[last.end]) count = retries
  else while (count < retries && dice.next() < again / total) count++
  return Array.from({ length: count }, () => {
    let left = dice.next() * again
    return failures.find(failure => (left -= failure.weight) <= 0) ?? first
  })
}

/** How often one request makes this call. */
export function timesOf({ perRequest }: Call, dice: Dice): number {
  const whole = Math.floor(perRequest)
  return whole + (dice.next() < perRequest - whole ? 1 : 0)
}
