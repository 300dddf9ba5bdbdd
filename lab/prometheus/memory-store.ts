import type { Labels, Matcher, MetricMetadata, SampleSeries, SampleStore } from '#lab/contract.ts'
import { formatMetadata, formatSampleLine, parseExposition } from './exposition.ts'
import { compareLabels, keyOf, metricName } from './labels.ts'
import { compileMatchers } from './matcher.ts'
import { isStale, writeStale } from './stale.ts'

interface StoredSeries {
  labels: Labels
  length: number
  times: Float64Array
  values: Float64Array
}

type Target = ReturnType<SampleStore['targets']>[number]

/** Samples in plain memory: what tests feed the query engine from. Series come out in the order of their labels. */
export class MemoryStore implements SampleStore {
  readonly scrapeInterval: number
  readonly #byKey = new Map<string, StoredSeries>()
  readonly #byName = new Map<string, StoredSeries[]>()
  readonly #metadata: Record<string, MetricMetadata> = {}
  readonly #targets: Target[]

  constructor({ scrapeInterval = 15, targets = [] }: { scrapeInterval?: number; targets?: Target[] } = {}) {
    this.scrapeInterval = scrapeInterval
    this.#targets = targets
  }

  /** Adds a sample, `'stale'` for the marker of a series that ended. Times (milliseconds) rise within a series. */
  append(labels: Labels, time: number, value: number | 'stale'): void {
    const series = this.#seriesOf(labels)
    if (series.length > 0 && time <= (series.times[series.length - 1] ?? 0))
      throw new Error(`a sample at ${time} is not after the last one of ${JSON.stringify(labels)}`)
    if (series.length === series.times.length) grow(series)
    series.times[series.length] = time
    if (value === 'stale') writeStale(series.values, series.length)
    else series.values[series.length] = value
    series.length++
  }

  /** Adds what an exposition says, at `time` (milliseconds) where its lines name none. */
  ingest(exposition: string, time: number): void {
    const { samples, metadata } = parseExposition(exposition)
    Object.assign(this.#metadata, metadata)
    for (const sample of samples) this.append(sample.labels, sample.time ?? time, sample.value)
  }

  select(matchers: readonly Matcher[], from: number, to: number): SampleSeries[] {
    const matches = compileMatchers(matchers)
    const name = matchers.find(matcher => matcher.name === metricName && matcher.op === '=')
    const candidates = name ? (this.#byName.get(name.value) ?? []) : [...this.#byKey.values()]
    const found: SampleSeries[] = []
    for (const { labels, times, values, length } of candidates) {
      if (!matches(labels)) continue
      const first = firstAtOrAfter(times, length, from)
      const end = firstAtOrAfter(times, length, to + 0.5)
      if (first < end) found.push({ labels, times: times.subarray(first, end), values: values.subarray(first, end) })
    }
    return found.sort((a, b) => compareLabels(a.labels, b.labels))
  }

  labelNames(matchers: readonly Matcher[], from: number, to: number): string[] {
    return [...new Set(this.select(matchers, from, to).flatMap(({ labels }) => Object.keys(labels)))].sort()
  }

  labelValues(name: string, matchers: readonly Matcher[], from: number, to: number): string[] {
    const values = this.select(matchers, from, to).flatMap(({ labels }) => labels[name] ?? [])
    return [...new Set(values)].sort()
  }

  metadata(): Record<string, MetricMetadata> {
    return this.#metadata
  }

  *exposition(): Generator<string> {
    for (const name of [...this.#byName.keys()].sort()) {
      const metadata = this.#metadata[name]
      if (metadata) yield formatMetadata(name, metadata)
      const series = (this.#byName.get(name) ?? []).toSorted((a, b) => compareLabels(a.labels, b.labels))
      for (const { labels, values, length } of series)
        if (!isStale(values, length - 1)) yield formatSampleLine(labels, values[length - 1] ?? 0)
    }
  }

  targets(): Target[] {
    return this.#targets
  }

  #seriesOf(labels: Labels): StoredSeries {
    const key = keyOf(labels)
    let series = this.#byKey.get(key)
    if (!series) {
      const kept = Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== ''))
      series = { labels: kept, length: 0, times: new Float64Array(16), values: new Float64Array(16) }
      this.#byKey.set(key, series)
      const name = labels[metricName] ?? ''
      const siblings = this.#byName.get(name)
      if (siblings) siblings.push(series)
      else this.#byName.set(name, [series])
    }
    return series
  }
}

function grow(series: StoredSeries): void {
  const [times, values] = [series.times, series.values]
  series.times = new Float64Array(times.length * 2)
  series.values = new Float64Array(times.length * 2)
  series.times.set(times)
  series.values.set(values)
}

function firstAtOrAfter(times: Float64Array, length: number, time: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((times[middle] ?? 0) < time) low = middle + 1
    else high = middle
  }
  return low
}
