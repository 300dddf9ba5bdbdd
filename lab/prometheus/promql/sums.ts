/** Kahan's summation in Neumaier's form, as Prometheus sums over time: the last digits have to agree with it. */
export class KahanSum {
  #sum = 0
  #lost = 0

  add(value: number): void {
    const total = this.#sum + value
    this.#lost += Math.abs(this.#sum) >= Math.abs(value) ? this.#sum - total + value : value - total + this.#sum
    this.#sum = total
  }

  /** The running sum without what was lost to rounding. */
  get rough(): number {
    return this.#sum
  }

  get exact(): number {
    return this.#sum + this.#lost
  }
}

/** Whether a mean that is already infinite stays as it is when `value` comes in. */
export function keepsInfiniteMean(mean: number, value: number): boolean {
  if (Number.isFinite(mean) || Number.isNaN(mean)) return false
  return Number.isFinite(value) || (!Number.isNaN(value) && mean > 0 === value > 0)
}

/** Prometheus' quantile: linear between ranks, NaN as the smallest value, infinities outside 0 … 1. Sorts `values`. */
export function quantileOf(q: number, values: number[]): number {
  if (values.length === 0 || Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  values.sort((a, b) => (Number.isNaN(a) ? (Number.isNaN(b) ? 0 : -1) : Number.isNaN(b) ? 1 : a - b))
  const last = values.length - 1
  const rank = q * last
  const lower = Math.max(0, Math.floor(rank))
  const upper = Math.min(last, lower + 1)
  const weight = rank - Math.floor(rank)
  return (values[lower] ?? 0) * (1 - weight) + (values[upper] ?? 0) * weight
}
