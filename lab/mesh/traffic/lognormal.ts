/** Latencies are log-normal: known by mean and variance (they add up), told by μ and σ of the logarithm. All in milliseconds. */

export interface Moments {
  mean: number
  variance: number
}

/** Where 99 % of a normal distribution lie below, in standard deviations. */
const z99 = 2.3263478740408408

export function fromQuantiles(median: number, p99: number): Moments {
  const sigma = Math.log(Math.max(p99, median * 1.01) / median) / z99
  const mean = median * Math.exp((sigma * sigma) / 2)
  return { mean, variance: (Math.exp(sigma * sigma) - 1) * mean * mean }
}

export const sigmaOf = (mean: number, variance: number): number =>
  mean <= 0 ? 0 : Math.sqrt(Math.log1p(Math.max(0, variance) / (mean * mean)))

export const muOf = (mean: number, sigma: number): number => Math.log(Math.max(mean, 1e-6)) - (sigma * sigma) / 2

/** The share of a distribution at or below `value`. */
export function below(value: number, mu: number, sigma: number): number {
  if (value <= 0) return 0
  if (sigma < 1e-6) return Math.log(value) >= mu ? 1 : 0
  return normalBelow((Math.log(value) - mu) / sigma)
}

/** Abramowitz and Stegun, 7.1.26: right to 1.5e-7. */
export function normalBelow(z: number): number {
  const x = Math.abs(z) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * x)
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-x * x)
  return z >= 0 ? 1 - tail / 2 : tail / 2
}
