import type { Prometheus, Sample } from '#bff/sources/source.ts'
import type { Flows } from '#shared/security/api.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { type Around, flowsOf } from './flows.ts'
import { type Coverage, coverageQuery, mayBeRecorded, recordedQueries } from './recorded.ts'
import { flowQueries, stepQueries } from './queries.ts'
import { stepOver, stepsOf, weighed } from './weighed.ts'

export interface FlowDeps extends Omit<Around, 'workloads'> {
  prometheus: Pick<Prometheus, 'query' | 'queryRange' | 'scrapeInterval'>
  /** What runs, as far as somebody tells it. @param called `namespace/workload` of whatever was */
  workloadsOf: (
    called: ReadonlySet<string>,
    at: EpochMilliseconds,
    signal: AbortSignal,
  ) => readonly Workload[] | Promise<readonly Workload[]>
  /** Whether rules record the whole of a window. */
  isRecorded: Coverage
  now: () => EpochMilliseconds
}

/** One query for each metric, all up to one time; the first that fails ends the others. */
export async function readSeenFlows(window: Seconds, deps: FlowDeps, signal: AbortSignal): Promise<Flows> {
  const { prometheus, workloadsOf, now, workloadOfPod, readsTokens, isRecorded } = deps
  const at = now()
  const stop = new AbortController()
  const either = AbortSignal.any([signal, stop.signal])
  const { interval } = await prometheus.scrapeInterval(either)
  const step = stepOver(window, interval)
  const steps = stepsOf(window, step, at)
  const mayBe = mayBeRecorded(window, step, interval)
  const ranges = mayBe && (await isRecorded(window, either)) ? recordedQueries(step) : stepQueries(step)
  const { refusals: refused } = flowQueries(window)
  try {
    const [requests, connections, refusals] = await Promise.all([
      prometheus.queryRange(ranges.requests, steps, either),
      prometheus.queryRange(ranges.connections, steps, either),
      prometheus.query(refused, at, either),
    ])
    const workloads = await workloadsOf(calledIn([...requests, ...connections]), at, either)
    return {
      at,
      window,
      step,
      flows: flowsOf(
        { requests: weighed(requests, steps), connections: weighed(connections, steps), refusals },
        {
          workloads,
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

const calledIn = (told: readonly Pick<Sample, 'metric'>[]): ReadonlySet<string> =>
  new Set(
    told.flatMap(({ metric }) => {
      const { destination_workload: name = '', destination_workload_namespace: namespace = '' } = metric
      return name === '' || name === 'unknown' ? [] : [workloadKey({ namespace, name })]
    }),
  )
