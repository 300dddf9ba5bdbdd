import { isSeen, type Sight } from '#bff/http/sight.ts'
import { parts, rate, sumBy } from '#bff/sources/promql.ts'
import type { Prometheus, Series } from '#bff/sources/source.ts'
import type { Trend } from '#shared/security/posture/trend.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

/** Seven days, four looks a day, each of the hour before it. */
const [days, step, window]: [number, Seconds, Seconds] = [7, 6 * 3600, 3600]
const points = (days * 24 * 3600) / step
const home = 'destination_workload_namespace'

/** What arrived, and what of it over mTLS, as those say who were called; one query for the whole mesh. */
export const trendQuery = (): string => {
  const calls = (matchers: readonly string[]) =>
    sumBy([home], rate('istio_requests_total', ['reporter=~"destination|waypoint"', ...matchers], window))
  return parts({
    mtls: calls(['connection_security_policy="mutual_tls"']),
    known: calls(['connection_security_policy=~"mutual_tls|none"']),
  })
}

export interface WholeTrend {
  times: EpochMilliseconds[]
  series: readonly Series[]
}

export async function readTrendOf(
  { prometheus, now }: { prometheus: Pick<Prometheus, 'queryRange'>; now: () => EpochMilliseconds },
  signal: AbortSignal,
): Promise<WholeTrend> {
  // On whole steps, but for the last: what is asked again holds still, and now is in it.
  const end = Math.floor(now() / 60_000) * 60_000
  const start = end - (points - 1) * step * 1000
  return {
    times: Array.from({ length: points }, (_, index) => start + index * step * 1000),
    series: await prometheus.queryRange(trendQuery(), { start, end, step }, signal),
  }
}

/** As somebody may see it. Null where nothing was told: missing is not zero. */
export function cutTrend({ times, series }: WholeTrend, sight: Sight): Trend {
  const place = new Map(times.map((time, index) => [time, index]))
  const sums = new Map<string, { mtls: (number | null)[]; known: (number | null)[] }>()
  for (const { metric, times: at, values } of series) {
    const namespace = metric[home] ?? ''
    const part = metric['part'] === 'mtls' ? 'mtls' : 'known'
    if (namespace === '' || namespace === 'unknown' || !isSeen(sight, namespace)) continue
    const sum = sums.get(namespace) ?? { mtls: times.map(() => null), known: times.map(() => null) }
    sums.set(namespace, sum)
    at.forEach((time, index) => {
      const to = place.get(time)
      if (to !== undefined) sum[part][to] = values[index] ?? null
    })
  }
  const share = (mtls: number | null, known: number | null) =>
    known === null || known <= 0 ? null : Math.min(1, (mtls ?? 0) / known)
  const all = (part: 'mtls' | 'known') =>
    times.map((_, index) => {
      const known = [...sums.values()].map(sum => sum[part][index] ?? null).filter(value => value !== null)
      return known.length === 0 ? null : known.reduce((total, value) => total + value, 0)
    })
  const [mtls, known] = [all('mtls'), all('known')]
  return {
    times,
    mesh: times.map((_, index) => share(mtls[index] ?? null, known[index] ?? null)),
    namespaces: [...sums].map(([namespace, sum]) => ({
      namespace,
      mtls: times.map((_, index) => share(sum.mtls[index] ?? null, sum.known[index] ?? null)),
    })),
    query: trendQuery(),
  }
}

export const namespacesInTrend = ({ series }: WholeTrend): string[] => [
  ...new Set(series.map(({ metric }) => metric[home] ?? '').filter(name => name !== '')),
]
