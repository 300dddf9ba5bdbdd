/**
 * Whole parts in a hundred, moved together: weights of a route. What holds before and after everything here: parts are
 * whole, none is below nothing, and together they are 100. Nobody's part is ever changed while it is locked.
 */
export interface Share {
  part: number
  isLocked?: boolean
}

export const ALL = 100

/**
 * Weights as they are written, whatever they sum up to, as parts in a hundred: the largest remainders get what rounding
 * leaves, the first of equals first. Where nothing has a weight, all get the same.
 */
export function inHundred(weights: readonly number[]): number[] {
  return shareOut(ALL, weights)
}

/**
 * One part is moved, the others that are not locked take what is left in the proportion they had. It goes as far as
 * locked parts allow. To follow a hand, move from where it took hold: proportions are lost where others are at nothing.
 */
export function moveShare(shares: readonly Share[], index: number, to: number): Share[] {
  const moved = shares[index]
  const others = shares.filter((share, at) => at !== index && !share.isLocked)
  if (!moved || moved.isLocked || others.length === 0) return [...shares]
  const free = moved.part + sum(others.map(({ part }) => part))
  const part = Math.min(free, Math.max(0, Math.round(Number.isFinite(to) ? to : moved.part)))
  return spread(
    shares.map((share, at) => (at === index ? { ...share, part } : share)),
    (share, at) => at !== index && !share.isLocked,
    free - part,
  )
}

/** How far one part can be moved. */
export function rangeOf(shares: readonly Share[], index: number): { min: number; max: number } {
  const moved = shares[index]
  if (!moved) return { min: 0, max: 0 }
  const others = shares.filter((share, at) => at !== index && !share.isLocked)
  if (moved.isLocked || others.length === 0) return { min: moved.part, max: moved.part }
  return { min: 0, max: moved.part + sum(others.map(({ part }) => part)) }
}

/** The newcomer begins at nothing; alone it has all. */
export function addShare(shares: readonly Share[]): Share[] {
  return [...shares, { part: shares.length === 0 ? ALL : 0 }]
}

/** What it had goes to those that are not locked, in their proportion; where all are locked, to all. */
export function removeShare(shares: readonly Share[], index: number): Share[] {
  const rest = shares.filter((_, at) => at !== index)
  const takes = rest.some(({ isLocked }) => !isLocked) ? ({ isLocked }: Share) => !isLocked : () => true
  const kept = sum(rest.filter(share => !takes(share)).map(({ part }) => part))
  return spread(rest, takes, ALL - kept)
}

function spread(shares: readonly Share[], takes: (share: Share, at: number) => boolean, whole: number): Share[] {
  const taking = shares.flatMap((share, at) => (takes(share, at) ? [at] : []))
  const parts = shareOut(
    whole,
    taking.map(at => shares[at]?.part ?? 0),
  )
  return shares.map((share, at) => {
    const part = parts[taking.indexOf(at)]
    return part === undefined ? share : { ...share, part }
  })
}

function shareOut(whole: number, weights: readonly number[]): number[] {
  const known = weights.map(weight => (Number.isFinite(weight) && weight > 0 ? weight : 0))
  const most = Math.max(...known, 0)
  // Scaled first: the sum of the largest numbers there are is no number any more.
  const scaled = known.map(weight => (most === 0 ? 1 : weight / most))
  const all = sum(scaled)
  const exact = scaled.map(weight => (whole * weight) / all)
  const parts = exact.map(Math.floor)
  const left = whole - sum(parts)
  const byRemainder = exact
    .map((part, at) => ({ at, remainder: part - Math.floor(part) }))
    .sort((one, other) => other.remainder - one.remainder || one.at - other.at)
  for (const { at } of byRemainder.slice(0, left)) parts[at] = (parts[at] ?? 0) + 1
  return parts
}

const sum = (parts: readonly number[]): number => parts.reduce((total, part) => total + part, 0)
