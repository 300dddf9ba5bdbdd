import type { Kubernetes, Prometheus } from '#bff/sources/source.ts'
import type { Flows } from '#shared/security/api.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { type Around, flowsOf } from './flows.ts'
import { type Coverage, coverageQuery, mayBeRecorded, recordedQueries } from './recorded.ts'
import { flowQueries, stepQueries } from './queries.ts'
import { stepOver, stepsOf, weighed } from './weighed.ts'
import { workloadsOf } from '#bff/security/workloads.ts'

export interface FlowDeps extends Omit<Around, 'workloads'> {
  prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
  kubernetes: Pick<Kubernetes, 'objects'>
  /** Whether rules record the whole of a window. */
  isRecorded: Coverage
  now: () => EpochMilliseconds
}

/** One query for each metric, all up to one time; the first that fails ends the others. */
export async function readSeenFlows(window: Seconds, deps: FlowDeps, signal: AbortSignal): Promise<Flows> {
  const { prometheus, kubernetes, now, workloadOfPod, readsTokens, isRecorded } = deps
  const at = now()
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const { interval } = await prometheus.scrapeInterval(either)
  const step = stepOver(window, interval)
  const steps = stepsOf(window, step, at)
  const mayBe = mayBeRecorded(window, interval)
  const ranges = mayBe && (await isRecorded(window, either)) ? recordedQueries(step) : stepQueries(step)
  const { refusals: refused } = flowQueries(window)
  try {
    const [requests, connections, refusals] = await Promise.all([
      prometheus.queryRange(ranges.requests, steps, either),
      prometheus.queryRange(ranges.connections, steps, either),
      prometheus.query(refused, at, either),
    ])
    const mesh = kubernetes.objects()
    return {
      at,
      window,
      step,
      flows: flowsOf(
        { requests: weighed(requests, steps), connections: weighed(connections, steps), refusals },
        {
          workloads: mesh === null ? [] : workloadsOf(mesh),
          workloadOfPod,
          ...(readsTokens === undefined ? {} : { readsTokens }),
        },
      ),
      queries: [
        ...Object.entries(ranges).map(([name, query]) => ({ name, query, step })),
        { name: 'refusals', query: refused },
        ...(mayBe ? [{ name: 'recorded', query: coverageQuery(window) }] : []),
      ],
      duration: now() - at,
    }
  } catch (error) {
    stop.abort(error)
    throw error
  }
}
