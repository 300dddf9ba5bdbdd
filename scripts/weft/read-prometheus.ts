import { openPrometheus } from '#bff/sources/prometheus.ts'
import { oneOf, parts, range, select, sumBy } from '#bff/sources/promql.ts'
import { type Sample, SourceError } from '#bff/sources/source.ts'
import { flowsOf } from '#bff/security/flows/flows.ts'
import { flowQueries } from '#bff/security/flows/queries.ts'
import type { Enforcer } from '#shared/security/flow.ts'
import { type SeenFlow, type Workload, workloadKey } from '#shared/security/landscape.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { Mistake } from './mistake.ts'

/** Labels that metrics tell of a destination. */
export const toldLabels = ['app', 'version']

export interface SeenTraffic {
  flows: readonly SeenFlow[]
  /** What runs as far as metrics tell it, with the labels above. */
  workloads: readonly Workload[]
  queries: readonly { name: string; query: string }[]
  at: EpochMilliseconds
}

/** @param known workloads that manifests tell: they know their ports and all labels. */
export async function readPrometheus(
  url: string,
  window: Seconds,
  known: readonly Workload[],
  at: EpochMilliseconds,
): Promise<SeenTraffic> {
  const prometheus = openPrometheus({ url, now: Date.now, timeout: 120_000 })
  const queries = { ...flowQueries(window), destinations: destinationsQuery(window) }
  try {
    const ask = (query: string) => prometheus.query(query, at)
    const [requests, connections, refusals, destinations] = await Promise.all([
      ask(queries.requests),
      ask(queries.connections),
      ask(queries.refusals),
      ask(queries.destinations),
    ])
    const keys = new Set(known.map(workloadKey))
    const told = workloadsIn(destinations).filter(one => !keys.has(workloadKey(one)))
    const workloads = [...known, ...told]
    return {
      flows: flowsOf({ requests, connections, refusals }, { workloads, workloadOfPod: new Map() }),
      workloads: told,
      queries: Object.entries(queries).map(([name, query]) => ({ name, query })),
      at,
    }
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
