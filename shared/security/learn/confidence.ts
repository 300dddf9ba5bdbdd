import type { EpochMilliseconds, Ratio } from '#shared/units.ts'

/** How far one may trust that what was seen is all there is. */
export interface Confidence {
  /** How often something was really seen, and how many kinds of calls that were. */
  sightings: number
  kinds: number
  /** Kinds that were seen once only. */
  once: number
  /** Good–Turing: of what comes, the share whose kind was never seen. */
  unseenMass: Ratio
  /** Not more than this, at 95 % (McAllester and Schapire, 2000). It supposes that calls come independently. */
  unseenAtMost: Ratio
  /** The share that belongs to kinds seen too seldom to be granted. */
  heldBack: Ratio
  /** Is a whole week in the window? What happens on Sundays only is otherwise not known to. */
  hasWeek: boolean
  /** Sightings for each request: 1 where every one was counted. */
  sampling: Ratio
}

export interface Counted {
  sightings: number
  requests: number
}

/** Seen less often than this, a kind of call is offered apart. */
export const enough = 3

const week = 7 * 86_400_000

export function confidenceIn(
  kinds: readonly Counted[],
  window: { from: EpochMilliseconds; to: EpochMilliseconds } | null,
): Confidence {
  const sum = (of: (kind: Counted) => number) => kinds.reduce((total, kind) => total + of(kind), 0)
  const sightings = sum(kind => kind.sightings)
  const requests = sum(kind => kind.requests)
  const once = kinds.filter(kind => kind.sightings <= 1).length
  const unseenMass = sightings === 0 ? 1 : Math.min(1, once / sightings)
  const margin = (2 * Math.SQRT2 + Math.sqrt(3)) * Math.sqrt(Math.log(3 / 0.05) / Math.max(1, sightings))
  return {
    sightings,
    kinds: kinds.length,
    once,
    unseenMass,
    unseenAtMost: Math.min(1, unseenMass + margin),
    heldBack: sightings === 0 ? 0 : sum(kind => (kind.sightings < enough ? kind.sightings : 0)) / sightings,
    hasWeek: window !== null && window.to - window.from >= week,
    sampling: requests === 0 ? 1 : Math.min(1, sightings / requests),
  }
}
