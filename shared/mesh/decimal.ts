/**
 * Numbers of three significant digits, and their place in the order of all such numbers: 1.00 → 1.01 is one step,
 * 9.99 → 10.0 too. A rate that moved by 3 % is a step of one or two digits whatever its size: that is what makes a
 * change of the graph small on the wire.
 */

/** The nearest number of three significant digits. Keeps zero, and keeps the smallest rate from becoming it. */
export const round3 = (value: number): number => Number(value.toPrecision(3))

/** A part of a whole in three digits; what is not all of it never becomes 1 (a lock closes at 100 % only). */
export function roundRatio(value: number): number {
  const rounded = round3(value)
  return rounded >= 1 && value < 1 ? 0.999 : rounded
}

/** The place of a positive number of three digits; null for any other number. */
export function ordinal(value: number): number | null {
  if (!(value > 0) || value === Number.POSITIVE_INFINITY) return null
  const text = value.toExponential(2)
  if (Number(text) !== value) return null
  const mantissa = Number(text[0] ?? '') * 100 + Number(text.slice(2, 4))
  return Number(text.slice(5)) * 900 + mantissa - 100
}

/** The number at a place: the inverse of `ordinal`. */
export function atOrdinal(place: number): number {
  const exponent = Math.floor(place / 900)
  return Number(`${place - exponent * 900 + 100}e${exponent - 2}`)
}
