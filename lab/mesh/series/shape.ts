import { below, muOf, sigmaOf } from '#lab/mesh/traffic/lognormal.ts'

/** Upper bounds of Istio's histograms, in milliseconds or bytes; +Inf is the last one. */
export const bounds = [
  0.5,
  1,
  5,
  10,
  25,
  50,
  100,
  250,
  500,
  1000,
  2500,
  5000,
  10_000,
  30_000,
  60_000,
  300_000,
  600_000,
  1_800_000,
  3_600_000,
  Number.POSITIVE_INFINITY,
]
export const boundTexts = bounds.map(bound => (bound === Number.POSITIVE_INFINITY ? '+Inf' : String(bound)))

/** Durations of one scrape interval as 16 bits: μ in steps of 1/64 from ln 0.05, σ in steps of 1/20. */
const muLevels = 1024
const muFirst = Math.log(0.05)
const muStep = 1 / 64
const sigmaStep = 1 / 20

export function shapeOf(mean: number, variance: number): number {
  const sigma = sigmaOf(mean, variance)
  const level = Math.max(0, Math.min(63, Math.round(sigma / sigmaStep)))
  const mu = muOf(mean, level * sigmaStep)
  const place = Math.max(0, Math.min(muLevels - 1, Math.round((mu - muFirst) / muStep)))
  return level * muLevels + place
}

/** Shares at or below each bound; after them the mean. */
const known: (Float64Array | undefined)[] = []

export function sharesOf(shape: number): Float64Array {
  return (known[shape] ??= makeShares(shape))
}

/** Buckets and the sum: how many running numbers a histogram needs. */
export const width = bounds.length + 1

function makeShares(shape: number): Float64Array {
  const mu = muFirst + (shape % muLevels) * muStep
  const sigma = Math.floor(shape / muLevels) * sigmaStep
  const shares = new Float64Array(width)
  for (const [index, bound] of bounds.entries()) shares[index] = Number.isFinite(bound) ? below(bound, mu, sigma) : 1
  shares[bounds.length] = Math.exp(mu + (sigma * sigma) / 2)
  return shares
}

/** Body sizes vary around their mean and do not change with time. */
export function sizeShares(mean: number): Float64Array {
  const sigma = 0.6
  const mu = muOf(Math.max(mean, 1), sigma)
  return Float64Array.from(bounds, bound => (Number.isFinite(bound) ? below(bound, mu, sigma) : 1))
}
