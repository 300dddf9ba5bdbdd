/** Upper bounds of buckets and how much is at or below each, as `le` tells it. */
export type Bucket = readonly [le: number, count: number]

/**
 * As Prometheus' `histogram_quantile` (docs, "Query functions"): linear within a bucket, the highest finite bound where
 * it falls into the last, null where there is nothing.
 */
export function quantileOf(quantile: number, buckets: readonly Bucket[]): number | null {
  const sorted = cumulative(buckets)
  const total = sorted.at(-1)?.[1] ?? 0
  if (sorted.length < 2 || sorted.at(-1)?.[0] !== Number.POSITIVE_INFINITY || !(total > 0)) return null
  const rank = quantile * total
  const index = sorted.findIndex(([, count]) => count >= rank)
  const [upper, count] = sorted[index] ?? [0, 0]
  if (index === sorted.length - 1) return sorted.at(-2)?.[0] ?? null
  const [lower, below] = index === 0 ? [0, 0] : (sorted[index - 1] ?? [0, 0])
  if (index === 0 && upper <= 0) return upper
  return count === below ? upper : lower + ((upper - lower) * (rank - below)) / (count - below)
}

/**
 * In the order of their bounds, each with at least what is below it. Rates of buckets need not rise: proxies count them
 * one after the other, and a scrape comes between. Prometheus lifts such a bucket to the most before it, and adds up
 * bounds that are one (`1` and `1.0`).
 */
function cumulative(buckets: readonly Bucket[]): Bucket[] {
  const counts = new Map<number, number>()
  for (const [le, count] of buckets) counts.set(le, (counts.get(le) ?? 0) + count)
  let most = Number.NEGATIVE_INFINITY
  return [...counts].sort(([a], [b]) => a - b).map(([le, count]) => [le, (most = Math.max(most, count))])
}
