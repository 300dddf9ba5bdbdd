import { isSeen, type Sight } from '#bff/http/sight.ts'
import { defaultWindow } from '#bff/mesh/queries.ts'
import { select, sumBy } from '#bff/sources/promql.ts'
import type { Prometheus, Sample, Series } from '#bff/sources/source.ts'
import type { Denial, Denials } from '#shared/security/denials.ts'
import { workloadKey } from '#shared/security/landscape.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { counterOwner, type PodNames } from './counter-owner.ts'
import { type Progress, progressOf, stepOf, together } from './progress.ts'
import { sinceBefore } from './flows/queries.ts'

/**
 * Refusals that the RBAC filters of proxies counted, in four queries for the whole mesh. Envoy counts what staged
 * policies would do apart, by action and not by policy (Istio docs, "Dry Run"). ztunnel has no such counter: what it
 * refused is a connection with the flag DENY.
 */
const pod = ['namespace', 'pod', 'app', 'workload']
const counters = '__name__=~"envoy_(http|tcp)_(.+_)?rbac"'
const refused = select('', [counters, 'authz_enforce_result="denied"'])
const judged = select('', [counters, 'authz_dry_run_result=~".+"'])
const closed = select('istio_tcp_connections_opened_total', ['reporter="destination"', 'response_flags="DENY"'])
const ends = ['destination_workload_namespace', 'destination_workload']

export const denialQueries = (recent: Seconds) => ({
  enforcedNow: [sinceBefore(pod, refused, recent), sinceBefore(ends, closed, recent)].join(' or '),
  stagedNow: sinceBefore(
    [...pod, 'authz_dry_run_action'],
    select('', [counters, 'authz_dry_run_result="denied"']),
    recent,
  ),
  enforced: [sumBy(pod, refused), sumBy(ends, closed)].join(' or '),
  staged: sumBy([...pod, 'authz_dry_run_action', 'authz_dry_run_result'], judged),
})

export interface DenialReadings {
  enforcedNow: readonly Sample[]
  stagedNow: readonly Sample[]
  enforced: readonly Series[]
  staged: readonly Series[]
}

type Kind = Pick<Denial, 'kind' | 'action'>

const actionOf = (metric: Sample['metric']): Denial['action'] =>
  metric['authz_dry_run_action'] === 'allow' ? 'ALLOW' : metric['authz_dry_run_action'] === 'deny' ? 'DENY' : null

/** Counters of pods → refusals of workloads, busiest first. Pure. */
export function denialsOf(
  readings: DenialReadings,
  pods: PodNames,
  { start, step, recent }: { start: EpochMilliseconds; step: Seconds; recent: Seconds },
): Denial[] {
  const found = new Map<string, Kind & { owner: string; rate: number; progress: Progress | null; since: number }>()
  const entryOf = (metric: Sample['metric'], kind: Kind['kind']) => {
    const owner = counterOwner(metric, pods)
    const action = kind === 'staged' ? actionOf(metric) : null
    const key = JSON.stringify([kind, action, owner])
    const known = found.get(key) ?? { kind, action, owner, rate: 0, progress: null, since: Infinity }
    found.set(key, known)
    return known
  }
  const past = (series: readonly Series[], kind: Kind['kind']) => {
    for (const one of series) {
      const progress = progressOf(one, start, step)
      if (progress === null) continue
      const entry = entryOf(one.metric, kind)
      // What would have passed says since when there is somebody who counts.
      entry.since = Math.min(entry.since, progress.since)
      if (kind === 'enforced' || one.metric['authz_dry_run_result'] === 'denied')
        entry.progress = entry.progress === null ? progress : together(entry.progress, progress)
    }
  }
  past(readings.enforced, 'enforced')
  past(readings.staged, 'staged')
  for (const { metric, value } of readings.enforcedNow) entryOf(metric, 'enforced').rate += value / recent
  for (const { metric, value } of readings.stagedNow) entryOf(metric, 'staged').rate += value / recent
  return [...found.values()]
    .map(({ kind, action, owner, rate, progress, since }): Denial => {
      const cut = owner.indexOf('/')
      return {
        namespace: owner.slice(0, cut),
        workload: owner.slice(cut + 1),
        kind,
        action,
        rate,
        denied: progress?.counted ?? 0,
        lastSeen: progress?.lastSeen ?? null,
        since: Number.isFinite(since) ? since : start,
      }
    })
    .sort(
      (a, b) => b.rate - a.rate || b.denied - a.denied || (workloadKey(nameOf(a)) < workloadKey(nameOf(b)) ? -1 : 1),
    )
}

const nameOf = ({ namespace, workload }: Denial) => ({ namespace, name: workload })

/** All at one `time=`; the first that fails ends the others. */
export async function readDenialsOf(
  window: Seconds,
  {
    prometheus,
    now,
    pods,
  }: {
    prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
    now: () => EpochMilliseconds
    pods: PodNames
  },
  signal: AbortSignal,
): Promise<Denials> {
  const at = now()
  const recent = defaultWindow((await prometheus.scrapeInterval(signal)).interval)
  const queries = denialQueries(recent)
  const step = stepOf(window)
  const start = at - window * 1000
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const range = { start, end: at, step }
  try {
    const [enforcedNow, stagedNow, enforced, staged] = await Promise.all([
      prometheus.query(queries.enforcedNow, at, either),
      prometheus.query(queries.stagedNow, at, either),
      prometheus.queryRange(queries.enforced, range, either),
      prometheus.queryRange(queries.staged, range, either),
    ])
    return {
      at,
      window,
      step,
      recent,
      counts: denialsOf({ enforcedNow, stagedNow, enforced, staged }, pods, { start, step, recent }),
      queries: Object.entries(queries).map(([name, query]) => ({ name, query })),
      duration: now() - at,
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}

/** Only of workloads that are seen. */
export const cutDenials = (counts: readonly Denial[], sight: Sight): Denial[] =>
  counts.filter(({ namespace }) => isSeen(sight, namespace))
