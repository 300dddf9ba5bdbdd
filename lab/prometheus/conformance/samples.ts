import type { Labels } from '#lab/contract.ts'
import { metricName } from '#lab/prometheus/labels.ts'
import { Random } from './random.ts'

export interface TestSeries {
  labels: Labels
  /** Milliseconds and value, in order of time. */
  samples: [time: number, value: number | 'stale'][]
}

export const firstTime = 1_700_000_000_000
export const lastTime = firstTime + 9_000_000

/** Metrics, with the labels queries may ask for. */
export const vocabulary = {
  counters: ['requests_total', 'errors_total', 'latency_bucket', 'latency_count'],
  gauges: ['temperature', 'queue_length', 'build_info', 'up', 'sparse', 'strange'],
  labels: {
    job: ['api', 'web', 'db'],
    instance: ['one:80', 'two:80', 'three:80'],
    code: ['200', '404', '500'],
    zone: ['north', 'süd'],
    version: ['1.0', '1.1'],
    le: ['0.1', '0.5', '1', '2.5', '+Inf'],
  },
} as const

/**
 * The samples both engines answer from: counters with resets, gauges with NaN and infinities, histograms, series that
 * come late, end early, pause for longer than the lookback, or are scraped at another interval.
 */
export function makeSamples(seed: number): TestSeries[] {
  const random = new Random(seed)
  const all: TestSeries[] = []
  const add = (labels: Labels, next: (step: number) => number, interval = 15_000) => {
    all.push({ labels, samples: [...timeline(random, interval)].map((time, step) => [time, next(step)]) })
  }
  const { job: jobs, instance: instances, code: codes, zone: zones, le: bounds } = vocabulary.labels
  for (const job of jobs)
    for (const instance of instances) {
      const target = { job, instance }
      for (const code of codes)
        for (const name of ['requests_total', 'errors_total'])
          if (random.chance(0.8)) add({ [metricName]: name, ...target, code }, counter(random))
      const zone = random.pick(zones)
      add({ [metricName]: 'temperature', ...target, zone }, () => random.next() * 40 - 10)
      add({ [metricName]: 'queue_length', ...target }, () => random.int(0, 4), random.pick([15_000, 30_000, 60_000]))
      add({ [metricName]: 'up', ...target }, () => Number(random.chance(0.9)))
      if (random.chance(0.7))
        add({ [metricName]: 'build_info', ...target, version: random.pick(['1.0', '1.1']) }, () => 1)
      if (random.chance(0.4)) add({ [metricName]: 'sparse', ...target, zone }, () => random.next() * 1e6, 240_000)
      if (job !== 'db') addHistogram(random, target, bounds, all)
    }
  for (const zone of zones)
    add({ [metricName]: 'strange', zone }, () =>
      random.weighted<() => number>([
        [6, () => random.next() * 10 - 5],
        [1, () => Number.NaN],
        [1, () => Number.POSITIVE_INFINITY],
        [1, () => Number.NEGATIVE_INFINITY],
        [1, () => 0],
        [1, () => random.next() * 1e-3],
        [1, () => random.next() * 1e22],
      ])(),
    )
  return all
}

/** The same series with markers where they end or pause: a Prometheus that scrapes writes one as soon as a series is gone. */
export function withStaleMarkers(series: readonly TestSeries[]): TestSeries[] {
  return series.map(({ labels, samples }) => ({
    labels,
    samples: samples.flatMap(([time, value], index): TestSeries['samples'] => {
      const pause = (samples[index + 1]?.[0] ?? Number.POSITIVE_INFINITY) - time
      return pause > 25_000
        ? [
            [time, value],
            [time + 15_000, 'stale'],
          ]
        : [[time, value]]
    }),
  }))
}

/** Times of one series. Multiples of 125 ms: as seconds they are exact in binary, so no reader rounds them differently. */
function* timeline(random: Random, interval: number): Generator<number> {
  const begin = firstTime + (random.chance(0.2) ? random.int(0, 4_000_000) : 0)
  const end = lastTime - (random.chance(0.2) ? random.int(0, 4_000_000) : 0)
  const phase = random.int(0, interval / 125) * 125
  let pausedUntil = 0
  for (let time = firstTime + phase; time < end; time += interval) {
    if (time < begin || time < pausedUntil) continue
    if (random.chance(0.004)) pausedUntil = time + random.int(60_000, 900_000)
    if (random.chance(0.02)) continue
    yield time + random.int(-4, 4) * 125
  }
}

function counter(random: Random): () => number {
  let value = random.chance(0.3) ? 0 : random.int(0, 100_000)
  const rate = random.next() * 50
  return () => {
    if (random.chance(0.008)) value = random.int(0, 20)
    else if (!random.chance(0.1)) value += Math.round(random.next() * rate)
    return value
  }
}

function addHistogram(random: Random, target: Labels, bounds: readonly string[], all: TestSeries[]): void {
  const buckets = bounds.map(() => 0)
  const series = bounds.map(le => ({
    labels: { [metricName]: 'latency_bucket', ...target, le },
    samples: [] as [number, number][],
  }))
  const count = { labels: { [metricName]: 'latency_count', ...target }, samples: [] as [number, number][] }
  for (const time of timeline(random, 15_000)) {
    if (random.chance(0.005)) buckets.fill(0)
    for (let request = random.int(0, 20); request > 0; request--) {
      const place = random.int(0, buckets.length - 1)
      for (let index = place; index < buckets.length; index++) buckets[index] = (buckets[index] ?? 0) + 1
    }
    for (const [index, { samples }] of series.entries()) samples.push([time, buckets[index] ?? 0])
    count.samples.push([time, buckets.at(-1) ?? 0])
  }
  all.push(...series, count)
}
