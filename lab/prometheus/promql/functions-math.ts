/** Functions of one value, by name. Where Go and JavaScript differ, Go wins. */
export const mathFunctions: Record<string, (value: number) => number> = {
  abs: Math.abs,
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  deg: value => (value * 180) / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  rad: value => (value * Math.PI) / 180,
  sgn: value => (value < 0 ? -1 : value > 0 ? 1 : value),
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
}

/** Go's Max: an infinite operand decides before NaN does. */
export function maxOf(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b)
}

export function minOf(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b)
}

/** To the nearest multiple, halves upwards. */
export function roundTo(value: number, nearest: number): number {
  // Multiplied by the inverse as Prometheus does: dividing would round other values in the last digit.
  const inverse = 1 / nearest
  return Math.floor(value * inverse + 0.5) / inverse
}
