/** Chance without a state: the same keys give the same number, in any order, on every machine. */

/** A whole number below 2^32 from three. */
export function mix(a: number, b: number, c: number): number {
  let hash = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 15) ^ b, 0xc2b2ae35)
  hash = Math.imul(hash ^ (hash >>> 13) ^ c, 0x27d4eb2f)
  hash = Math.imul(hash ^ (hash >>> 16), 0x165667b1)
  return (hash ^ (hash >>> 15)) >>> 0
}

/** In [0, 1). */
export const chance = (a: number, b: number, c: number): number => mix(a, b, c) / 4294967296

/** Mean 0, variance 1, between −√6 and √6: the sum of two uniform throws. */
export const wobble = (a: number, b: number, c: number): number =>
  (chance(a, b, c) + chance(a, b ^ 0x5bd1e995, c ^ 0x2545f491) - 1) * 2.449489742783178

/** FNV-1a: a number for a name. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
  return hash >>> 0
}

/** A stream of throws for one sampled request. */
export interface Dice {
  /** In [0, 1). */
  next(): number
  /** Standard normal. */
  normal(): number
}

export function createDice(a: number, b: number, c: number): Dice {
  let state = mix(a, b, c)
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    return mix(state, 0x1b873593, c) / 4294967296
  }
  // Box–Muller.
  return { next, normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) }
}
