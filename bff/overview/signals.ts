import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import { type Prometheus, type Sample, type Series, SourceError } from '#bff/sources/source.ts'
import type { Signals } from '#shared/overview/api.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { bucketsQuery, dayQuery, namespaceLabel, nowQuery, sumsQuery } from './queries.ts'
import { type Bucket, quantileOf } from '#bff/mesh/quantile.ts'

const points = 60
const step: Seconds = 60
/** A day moves slowly. */
const freshDay: Milliseconds = 600_000

/** Of the whole mesh, before anybody's rights are cut from it. */
export interface Whole {
  at: EpochMilliseconds
  sums: readonly Series[]
  buckets: readonly Series[]
  /** The p95 of services: now, and over their last day. */
  now: readonly Sample[]
  day: readonly Sample[]
  /** Why their last day is not known. */
  dayBecause: string | null
  queries: Signals['queries']
}

export type ReadWhole = (query: null, signal: AbortSignal) => Promise<Whole>

/** Three questions for all who look, four times a minute at most, and one every ten minutes. */
export function signalReadings(deps: {
  prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
  now: () => EpochMilliseconds
}): ReadWhole {
  const { prometheus, now } = deps
  const fresh: Milliseconds = 14_000
  const days = sharedReading<null, readonly Sample[]>({
    key: () => '',
    fresh: () => freshDay,
    now,
    read: (_, signal) => prometheus.query(dayQuery(), now(), signal),
  })
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
        now: nowQuery(Math.max(300, window)),
      }
      const [sums, buckets, p95s, day] = await Promise.all([
        prometheus.queryRange(asked.sums, range, signal),
        prometheus.queryRange(asked.latencies, range, signal),
        prometheus.query(asked.now, at, signal),
        // A large question: without its answer the rest of the page is still worth something.
        days(null, signal).then(
          samples => ({ samples, because: null }),
          (error: unknown) => {
            if (!(error instanceof SourceError) || signal.aborted) throw error
            return { samples: [], because: error.message }
          },
        ),
      ])
      return {
        at: end,
        sums,
        buckets,
        now: p95s,
        day: day.samples,
        dayBecause: day.because,
        queries: Object.entries({ ...asked, day: dayQuery() }).map(([name, query]) => ({ name, query })),
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
    slower: slowerOf(whole, wanted),
    slowerBecause: whole.dayBecause,
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

/** More than twice their own last day, and by more than what nobody notices. */
const muchSlower = (now: number, before: number): boolean => now > 2 * before + 20

function slowerOf({ now, day }: Pick<Whole, 'now' | 'day'>, wanted: (namespace: string) => boolean): Signals['slower'] {
  const key = ({ metric }: Sample) =>
    `${metric['destination_service_namespace'] ?? ''}/${metric['destination_service_name'] ?? ''}`
  const of = (part: string) =>
    new Map(day.filter(({ metric }) => metric['part'] === part).map(sample => [key(sample), sample.value]))
  const [before, hours] = [of('before'), of('hours')]
  return now
    .flatMap(sample => {
      const [namespace, name] = [
        sample.metric['destination_service_namespace'] ?? '',
        sample.metric['destination_service_name'] ?? '',
      ]
      const was = before.get(key(sample))
      if (name === '' || !wanted(namespace) || was === undefined || !(was > 0) || !muchSlower(sample.value, was))
        return []
      return [{ namespace, name, p95: sample.value, before: was, hours: Math.round(hours.get(key(sample)) ?? 1) }]
    })
    .sort((a, b) => b.p95 / b.before - a.p95 / a.before)
    .slice(0, 10)
}
