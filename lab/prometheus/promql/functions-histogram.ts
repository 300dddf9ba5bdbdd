import type { Labels } from '#lab/contract.ts'
import { dropper, keyOf, metricName } from '#lab/prometheus/labels.ts'
import { parseGoFloat } from './number.ts'
import { joinRows, type VectorValue, VectorBuilder } from './value.ts'

interface Bucket {
  upperBound: number
  count: number
}

const withoutBound = dropper(['le'])
const withoutBoundAndName = dropper(['le', metricName])

/** histogram_quantile over classic buckets: rows that differ in `le` only are one histogram. */
export function histogramQuantile(quantiles: Float64Array, vector: VectorValue): VectorValue {
  const { steps, labels, values, present } = vector
  const histograms = new Map<string, { labels: Labels; rows: { row: number; upperBound: number }[] }>()
  for (const [row, rowLabels] of labels.entries()) {
    const upperBound = parseGoFloat(rowLabels['le'] ?? '')
    if (upperBound === undefined) continue
    // Names still tell histograms apart here; if that was all, the result has two equal rows and is refused.
    const key = keyOf(withoutBound(rowLabels))
    const histogram = histograms.get(key) ?? { labels: withoutBoundAndName(rowLabels), rows: [] }
    histograms.set(key, histogram)
    histogram.rows.push({ row, upperBound })
  }
  const builder = new VectorBuilder(steps, histograms.size)
  for (const histogram of histograms.values()) {
    for (let step = 0; step < steps; step++) {
      const buckets: Bucket[] = []
      for (const { row, upperBound } of histogram.rows) {
        const at = row * steps + step
        if (present[at]) buckets.push({ upperBound, count: values[at] ?? 0 })
      }
      if (buckets.length > 0) builder.set(step, bucketQuantile(quantiles[step] ?? 0, buckets))
    }
    builder.end(histogram.labels)
  }
  return joinRows(builder.build())
}

function bucketQuantile(q: number, unsorted: Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN
  if (q < 0) return Number.NEGATIVE_INFINITY
  if (q > 1) return Number.POSITIVE_INFINITY
  const buckets = monotonic(merged(unsorted.toSorted((a, b) => a.upperBound - b.upperBound || 0)))
  const last = buckets.at(-1)
  if (last?.upperBound !== Number.POSITIVE_INFINITY || buckets.length < 2 || last.count === 0) return Number.NaN
  const rank = q * last.count
  const index = firstReaching(rank, buckets)
  const bucket = buckets[index] ?? last
  const before = buckets[index - 1]
  if (index === buckets.length - 1) return before?.upperBound ?? Number.NaN
  if (!before) {
    if (bucket.upperBound <= 0) return bucket.upperBound
    return bucket.upperBound * (rank / bucket.count)
  }
  const share = (rank - before.count) / (bucket.count - before.count)
  return before.upperBound + (bucket.upperBound - before.upperBound) * share
}

/** `le="1"` and `le="1.0"` are the same bucket, counted together. */
function merged(sorted: Bucket[]): Bucket[] {
  const buckets: Bucket[] = []
  for (const bucket of sorted) {
    const last = buckets.at(-1)
    if (last && last.upperBound === bucket.upperBound) last.count += bucket.count
    else buckets.push({ ...bucket })
  }
  return buckets
}

/** Buckets are cumulative; scrapes or rates that say otherwise are lifted to the largest count before. */
function monotonic(buckets: Bucket[]): Bucket[] {
  let most = buckets[0]?.count ?? 0
  for (const bucket of buckets) {
    if (bucket.count > most) most = bucket.count
    else if (bucket.count < most) bucket.count = most
  }
  return buckets
}

/** Binary search as Go does it, which also says where a search among NaNs ends. The last bucket is not asked. */
function firstReaching(rank: number, buckets: Bucket[]): number {
  let [low, high] = [0, buckets.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((buckets[middle]?.count ?? 0) >= rank) high = middle
    else low = middle + 1
  }
  return low
}
