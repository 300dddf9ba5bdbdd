/** Upper bounds of buckets and how much is at or below each, as `le` tells it. */
export type Bucket = readonly [le: number, count: number]

/**
 * As Prometheus' `histogram_quantile` (docs, "Query functions"): linear within a bucket, the highest finite bound where
 * it falls into the last, null where there is nothing.
 */
export function quantileOf(quantile: number, buckets: readonly Bucket[]): number | null {
  const sorted = [...buckets].sort(([a], [b]) => a - b)
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
