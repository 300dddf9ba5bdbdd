import { isSeen, type Sight } from '#bff/http/sight.ts'
import { defaultWindow } from '#bff/mesh/queries.ts'
import { parts, select, sumBy } from '#bff/sources/promql.ts'
import type { Prometheus, Sample, Series } from '#bff/sources/source.ts'
import type { Plaintext } from '#shared/security/denials.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { progressOf, stepOf, together } from './progress.ts'
import { sinceBefore } from './flows/queries.ts'

/**
 * Calls that came without mTLS, as the proxies of their destinations tell (the caller's does not know), in three queries
 * for the whole mesh. What STRICT refuses is closed before it is a request and leaves none of these metrics.
 */
const ends = ['source_workload_namespace', 'source_workload', 'destination_workload_namespace', 'destination_workload']
const told = 'reporter=~"destination|waypoint"'
const plain = [told, 'connection_security_policy="none"']
const [http, tcp] = ['istio_requests_total', 'istio_tcp_connections_opened_total']
const home = ['destination_workload_namespace']

export const plaintextQueries = (recent: Seconds) => ({
  now: parts({
    http: sinceBefore(ends, select(http, plain), recent),
    tcp: sinceBefore(ends, select(tcp, plain), recent),
  }),
  plain: parts({ http: sumBy(ends, select(http, plain)), tcp: sumBy(ends, select(tcp, plain)) }),
  all: parts({ http: sumBy(home, select(http, [told])), tcp: sumBy(home, select(tcp, [told])) }),
})

type Call = Plaintext['calls'][number]

const known = (text: string | undefined): string => (text === undefined || text === 'unknown' ? '' : text)

const keyOf = ({ source, destination, protocol }: Pick<Call, 'source' | 'destination' | 'protocol'>): string =>
  JSON.stringify([source, destination, protocol])

const callOf = (metric: Sample['metric']): Pick<Call, 'source' | 'destination' | 'protocol'> => ({
  source: {
    namespace: known(metric['source_workload_namespace']),
    workload: known(metric['source_workload']),
    isHidden: false,
  },
  destination: {
    namespace: known(metric['destination_workload_namespace']),
    workload: known(metric['destination_workload']),
  },
  protocol: metric['part'] === 'tcp' ? 'tcp' : 'http',
})

/** Samples and looks at counters → callers, busiest first, and since when each namespace is told of. Pure. */
export function plaintextOf(
  readings: { now: readonly Sample[]; plain: readonly Series[]; all: readonly Series[] },
  { start, step, recent }: { start: EpochMilliseconds; step: Seconds; recent: Seconds },
): Pick<Plaintext, 'calls' | 'told'> {
  const rates = new Map<string, number>()
  for (const { metric, value } of readings.now) {
    const key = keyOf(callOf(metric))
    rates.set(key, (rates.get(key) ?? 0) + value / recent)
  }
  const calls = readings.plain.flatMap((series): Call[] => {
    const progress = progressOf(series, start, step)
    if (progress === null || progress.lastSeen === null) return []
    const call = callOf(series.metric)
    return [{ ...call, rate: rates.get(keyOf(call)) ?? 0, count: progress.counted, lastSeen: progress.lastSeen }]
  })
  const places = new Map<string, { since: number; count: number }>()
  for (const series of readings.all) {
    const progress = progressOf(series, start, step)
    const namespace = known(series.metric['destination_workload_namespace'])
    if (progress === null || namespace === '') continue
    const before = places.get(namespace)
    const both = together({ counted: before?.count ?? 0, lastSeen: null, since: before?.since ?? Infinity }, progress)
    places.set(namespace, { since: both.since, count: both.counted })
  }
  return {
    calls: calls.sort((a, b) => b.rate - a.rate || b.count - a.count || (keyOf(a) < keyOf(b) ? -1 : 1)),
    told: [...places].map(([namespace, one]) => ({ namespace, ...one })),
  }
}

export async function readPlaintextOf(
  window: Seconds,
  {
    prometheus,
    now,
  }: { prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>; now: () => EpochMilliseconds },
  signal: AbortSignal,
): Promise<Plaintext> {
  const at = now()
  const recent = defaultWindow((await prometheus.scrapeInterval(signal)).interval)
  const queries = plaintextQueries(recent)
  const step = stepOf(window)
  const start = at - window * 1000
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const range = { start, end: at, step }
  try {
    const [lately, plainly, all] = await Promise.all([
      prometheus.query(queries.now, at, either),
      prometheus.queryRange(queries.plain, range, either),
      prometheus.queryRange(queries.all, range, either),
    ])
    return {
      at,
      window,
      step,
      recent,
      ...plaintextOf({ now: lately, plain: plainly, all }, { start, step, recent }),
      queries: Object.entries(queries).map(([name, query]) => ({ name, query })),
      duration: now() - at,
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}

/** Callers of other namespaces are one without a name; calls to other namespaces are not told. */
export function cutPlaintext(
  { calls, told: places }: Pick<Plaintext, 'calls' | 'told'>,
  sight: Sight,
): Pick<Plaintext, 'calls' | 'told'> {
  if (sight === 'everything') return { calls, told: places }
  const seen = new Map<string, Call>()
  for (const call of calls) {
    if (!isSeen(sight, call.destination.namespace)) continue
    const isHere = call.source.namespace === '' || isSeen(sight, call.source.namespace)
    const own: Call = isHere ? call : { ...call, source: { namespace: '', workload: '', isHidden: true } }
    const before = seen.get(keyOf(own))
    seen.set(
      keyOf(own),
      before === undefined
        ? own
        : {
            ...own,
            rate: before.rate + own.rate,
            count: before.count + own.count,
            lastSeen: Math.max(before.lastSeen, own.lastSeen),
          },
    )
  }
  return { calls: [...seen.values()], told: places.filter(({ namespace }) => isSeen(sight, namespace)) }
}
