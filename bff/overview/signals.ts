import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { Prometheus, Sample, Series } from '#bff/sources/source.ts'
import type { Signals } from '#shared/overview/api.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { bucketsQuery, namespaceLabel, slowerQuery, sumsQuery } from './queries.ts'
import { type Bucket, quantileOf } from './quantile.ts'

const points = 60
const step: Seconds = 60
const hour: Seconds = 3600

/** Of the whole mesh, before anybody's rights are cut from it. */
export interface Whole {
  at: EpochMilliseconds
  sums: readonly Series[]
  buckets: readonly Series[]
  slower: readonly Sample[]
  queries: Signals['queries']
}

export type ReadWhole = (query: null, signal: AbortSignal) => Promise<Whole>

/** Three questions for all who look, four times a minute at most. */
export function signalReadings(deps: {
  prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
  now: () => EpochMilliseconds
}): ReadWhole {
  const { prometheus, now } = deps
  const fresh: Milliseconds = 14_000
  return sharedReading<null, Whole>({
    key: () => '',
    fresh: () => fresh,
    now,
    read: async (_, signal) => {
      const { interval } = await prometheus.scrapeInterval(signal)
      const window = Math.max(step, 4 * interval)
      const at = now()
      // On whole steps: a line that is asked again holds still.
      const end = Math.floor(at / 1000 / step) * step * 1000
      const range = { start: end - (points - 1) * step * 1000, end, step }
      const asked = {
        sums: sumsQuery(window),
        latencies: bucketsQuery(window),
        slower: slowerQuery(Math.max(300, window), hour),
      }
      const [sums, buckets, slower] = await Promise.all([
        prometheus.queryRange(asked.sums, range, signal),
        prometheus.queryRange(asked.latencies, range, signal),
        prometheus.query(asked.slower, at, signal),
      ])
      return {
        at: end,
        sums,
        buckets,
        slower,
        queries: Object.entries(asked).map(([name, query]) => ({ name, query })),
      }
    },
  })
}

/** As somebody may see it, of the namespaces that were asked for; none named: all. */
export function cutSignals(whole: Whole, namespaces: readonly string[], sight: Sight): Signals {
  const wanted = (name: string) => (namespaces.length === 0 || namespaces.includes(name)) && isSeen(sight, name)
  const own = (series: Series) => wanted(series.metric[namespaceLabel] ?? '')
  const times = Array.from({ length: points }, (_, index) => whole.at - (points - 1 - index) * step * 1000)
  const place = new Map(times.map((time, index) => [time, index]))
  const sums = whole.sums.filter(own)
  const sum = (...names: string[]) => {
    const line: (number | null)[] = times.map(() => null)
    for (const { metric, times: at, values } of sums) {
      if (!names.includes(metric['part'] ?? '')) continue
      at.forEach((time, index) => {
        const to = place.get(time)
        if (to !== undefined) line[to] = (line[to] ?? 0) + (values[index] ?? 0)
      })
    }
    return line
  }
  const all = sum('all')
  const over = (part: readonly (number | null)[], whole: readonly (number | null)[]) =>
    whole.map((value, index) => (value === null || value <= 0 ? null : Math.min(1, (part[index] ?? 0) / value)))
  const quantiles = quantileLines(whole.buckets.filter(own), place, [0.5, 0.95, 0.99])
  const [p50 = [], p95 = [], p99 = []] = quantiles
  return {
    times,
    requestRate: all,
    errorRatio: over(sum('failed', 'grpcFailed', 'grpcUnanswered'), all),
    p50,
    p95,
    p99,
    mtlsRatio: over(sum('mtls'), sum('known')),
    byteRate: sum('sent', 'received'),
    slower: slowerOf(whole.slower, wanted),
    queries: whole.queries,
  }
}

function quantileLines(
  series: readonly Series[],
  place: ReadonlyMap<number, number>,
  quantiles: readonly number[],
): (number | null)[][] {
  const moments = Array.from({ length: place.size }, () => new Map<number, number>())
  for (const { metric, times, values } of series) {
    const le = metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le'])
    if (Number.isNaN(le)) continue
    times.forEach((time, index) => {
      const moment = moments[place.get(time) ?? -1]
      moment?.set(le, (moment.get(le) ?? 0) + (values[index] ?? 0))
    })
  }
  return quantiles.map(quantile => moments.map(moment => quantileOf(quantile, [...moment] satisfies Bucket[])))
}

function slowerOf(samples: readonly Sample[], wanted: (namespace: string) => boolean): Signals['slower'] {
  const found = new Map<string, { namespace: string; name: string; now?: number; before?: number }>()
  for (const { metric, value } of samples) {
    const [namespace, name] = [metric['destination_service_namespace'] ?? '', metric['destination_service_name'] ?? '']
    if (name === '' || !wanted(namespace)) continue
    const key = `${namespace}/${name}`
    const one = found.get(key) ?? { namespace, name }
    if (metric['part'] === 'now') one.now = value
    else one.before = value
    found.set(key, one)
  }
  return [...found.values()]
    .flatMap(({ namespace, name, now, before }) =>
      now === undefined || before === undefined || before <= 0 ? [] : [{ namespace, name, p95: now, before }],
    )
    .sort((a, b) => b.p95 / b.before - a.p95 / a.before)
    .slice(0, 10)
}
