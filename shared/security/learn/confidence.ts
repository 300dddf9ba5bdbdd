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
  const sightings = sumOf(kinds, kind => kind.sightings)
  const requests = sumOf(kinds, kind => kind.requests)
  // What was counted whole and what was sampled are two draws: each says how much of its own part may be unseen.
  const draws = [kinds.filter(isSampled), kinds.filter(kind => !isSampled(kind))].filter(some => some.length > 0)
  const of = (ratio: (draw: readonly Counted[]) => Ratio): Ratio =>
    draws.reduce((total, draw) => total + ratio(draw) * partOf(draw, requests, draws.length), 0)
  const margin = (draw: readonly Counted[]): number =>
    (2 * Math.SQRT2 + Math.sqrt(3)) *
    Math.sqrt(
      Math.log((3 * draws.length) / 0.05) /
        Math.max(
          1,
          sumOf(draw, kind => kind.sightings),
        ),
    )
  const unseenMass = sightings === 0 ? 1 : Math.min(1, of(unseenIn))
  return {
    sightings,
    kinds: kinds.length,
    once: onceIn(kinds),
    unseenMass,
    unseenAtMost: Math.min(1, unseenMass + (sightings === 0 ? 0 : of(margin))),
    heldBack: sightings === 0 ? 0 : of(seldomIn),
    hasWeek: window !== null && window.to - window.from >= week,
    sampling: requests === 0 ? 1 : Math.min(1, sightings / requests),
  }
}

const isSampled = ({ sightings, requests }: Counted): boolean => sightings < requests

const sumOf = (kinds: readonly Counted[], of: (kind: Counted) => number): number =>
  kinds.reduce((total, kind) => total + of(kind), 0)

const onceIn = (kinds: readonly Counted[]): number => kinds.filter(({ sightings }) => sightings <= 1).length

/** Of a draw that saw nothing all may be unseen. */
function unseenIn(draw: readonly Counted[]): Ratio {
  const sightings = sumOf(draw, kind => kind.sightings)
  return sightings === 0 ? 1 : Math.min(1, onceIn(draw) / sightings)
}

function seldomIn(draw: readonly Counted[]): Ratio {
  const sightings = sumOf(draw, kind => kind.sightings)
  return sightings === 0 ? 0 : sumOf(draw, kind => (kind.sightings < enough ? kind.sightings : 0)) / sightings
}

/** By requests: a sample stands for many. */
const partOf = (draw: readonly Counted[], requests: number, draws: number): Ratio =>
  draws === 1 ? 1 : sumOf(draw, kind => kind.requests) / requests
