import { openPrometheus } from '#bff/sources/prometheus.ts'
import { oneOf, parts, range, select, sumBy } from '#bff/sources/promql.ts'
import { type Sample, SourceError } from '#bff/sources/source.ts'
import { readSeenFlows } from '#bff/security/flows/read-flows.ts'
import { openCoverage } from '#bff/security/flows/recorded.ts'
import { tokenReaders } from '#bff/security/tokens.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { Flows } from '#shared/security/api.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import { type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { Mistake } from './mistake.ts'

/** Labels that metrics tell of a destination. */
export const toldLabels = ['app', 'version']

/** Calls as the security pages read them: from recorded series where rules record the whole window. */
export interface SeenTraffic extends Pick<Flows, 'at' | 'flows' | 'queries' | 'duration'> {
  /** What runs as far as only metrics tell it, with the labels above. */
  workloads: readonly Workload[]
}

/** What manifests tell: workloads with their ports and all labels, and which of them look at tokens. */
export interface Manifests {
  workloads: readonly Workload[]
  /** Null: nobody gave any. */
  objects: readonly MeshObject[] | null
  rootNamespace: string
}

export async function readPrometheus(
  url: string,
  window: Seconds,
  { workloads: known, objects, rootNamespace }: Manifests,
): Promise<SeenTraffic> {
  const prometheus = openPrometheus({ url, now: Date.now, timeout: 120_000 })
  const keys = new Set(known.map(workloadKey))
  const reads = objects === null ? () => true : tokenReaders(objects, rootNamespace)
  let told: Workload[] = []
  const asked: { name: string; query: string }[] = []
  /** Only where somebody was called of whom no manifest tells: it reads every counter of the window. */
  const workloadsOf = async (called: ReadonlySet<string>, at: EpochMilliseconds, signal: AbortSignal) => {
    if (called.isSubsetOf(keys)) return known
    const query = destinationsQuery(window)
    asked.push({ name: 'destinations', query })
    told = workloadsIn(await prometheus.query(query, at, signal)).filter(one => !keys.has(workloadKey(one)))
    return [...known, ...told]
  }
  try {
    const { queries, ...seen } = await readSeenFlows(
      window,
      {
        prometheus,
        isRecorded: openCoverage({ prometheus, now: Date.now }),
        workloadsOf,
        workloadOfPod: new Map(),
        // A selector may ask for labels that no metric tells.
        readsTokens: workload => !keys.has(workloadKey(workload)) || reads(workload),
        now: Date.now,
      },
      new AbortController().signal,
    )
    return { ...seen, workloads: told, queries: [...queries, ...asked] }
  } catch (error) {
    throw error instanceof SourceError ? new Mistake(error.message) : error
  } finally {
    await prometheus.close()
  }
}

function destinationsQuery(window: Seconds): string {
  const labels = [
    'reporter',
    'destination_workload',
    'destination_workload_namespace',
    'destination_app',
    'destination_version',
  ]
  const of = (metric: string, matchers: readonly string[] = []) =>
    sumBy(labels, `last_over_time(${select(metric, matchers)}${range(window)})`)
  const connections = 'istio_tcp_connections_opened_total'
  return parts({
    requests: of('istio_requests_total'),
    connections: of(connections, ['app!="ztunnel"']),
    ztunnel: of(connections, [oneOf('app', ['ztunnel'])]),
  })
}

/** Who reports a call tells which proxy stands before its destination. */
export function workloadsIn(samples: readonly Sample[]): Workload[] {
  const named = samples.filter(({ metric }) => !['', 'unknown', undefined].includes(metric['destination_workload']))
  const byWorkload = Map.groupBy(named, ({ metric }) =>
    workloadKey({
      namespace: metric['destination_workload_namespace'] ?? '',
      name: metric['destination_workload'] ?? '',
    }),
  )
  return [...byWorkload.values()].map(own => {
    const { metric } = own[0] as Sample
    const label = (name: string) => own.map(one => one.metric[`destination_${name}`] ?? '').find(isTold)
    return {
      namespace: metric['destination_workload_namespace'] ?? '',
      name: metric['destination_workload'] ?? '',
      kind: 'Deployment',
      labels: Object.fromEntries(toldLabels.flatMap(name => (label(name) ? [[name, label(name) ?? '']] : []))),
      serviceAccounts: [],
      pods: 1,
      guarded: 1,
      enforcedBy: enforcerOf(own),
      role: null,
      ports: [],
    }
  })
}

const isTold = (value: string) => value !== '' && value !== 'unknown'

function enforcerOf(samples: readonly Sample[]): Enforcer {
  const has = (reporter: string, part?: string) =>
    samples.some(({ metric }) => metric['reporter'] === reporter && (part === undefined || metric['part'] === part))
  if (has('waypoint')) return 'waypoint'
  if (has('destination', 'requests') || has('destination', 'connections')) return 'sidecar'
  return has('destination', 'ztunnel') ? 'ztunnel' : 'none'
}
