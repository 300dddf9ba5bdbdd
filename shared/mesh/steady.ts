import { round3, roundRatio } from './decimal.ts'

/** How far the truth may drift from what is shown before a live page says a new number. */
const tolerance = 0.02

/** Three digits; the number shown before while the true one is near it. */
export function quantity(value: number, shown: number | null | undefined): number {
  return shown != null && isNear(value, shown) ? shown : round3(value)
}

/** How many something was counted of, which nobody compares: a tenth more or less needs no word. */
export function sampleSize(value: number, shown: number | null | undefined): number {
  return shown != null && Math.abs(value - shown) <= 0.1 * shown ? shown : round3(value)
}

/** Between nothing and all of it a ratio may rest; at both ends it is exact. */
export function ratio(value: number | null, shown?: number | null): number | null {
  if (value === null) return null
  if (shown != null && shown > 0 && shown < 1 && value > 0 && value < 1 && isNear(value, shown)) return shown
  return roundRatio(value)
}

const isNear = (value: number, shown: number): boolean => Math.abs(value - shown) <= tolerance * Math.abs(shown)
