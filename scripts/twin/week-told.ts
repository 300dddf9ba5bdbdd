import { endsOf, facetsAmong, type Kind } from '#bff/security/flows/facets.ts'
import { readSeenFlows } from '#bff/security/flows/read-flows.ts'
import { openCoverage } from '#bff/security/flows/recorded.ts'
import { MemoryStore } from '#lab/prometheus/memory-store.ts'
import { instantQuery, rangeQuery } from '#lab/prometheus/promql/query.ts'
import { surroundingsOf } from '#shared/security/evaluate/attach.ts'
import { withFacets } from '#shared/security/facets.ts'
import type { Workload } from '#shared/security/landscape.ts'
import type { Sighting } from '#shared/security/learn/kinds.ts'
import { sightingsOf } from '#shared/security/learn/seen.ts'
import { istioDefaults } from '#shared/security/world.ts'
import { type Week, workloads as all } from './weeks.ts'

/**
 * A week as the console reads it: proxies count it, the lab's Prometheus is asked for it by the queries of the security
 * pages, and spans that were sampled say what metrics do not. The lab itself is not lived through: a week of it is 604,800
 * steps and takes minutes.
 */

const scrape = 1_800_000
const workloads: Workload[] = all.map(one => ({
  ...one,
  serviceAccounts: [...one.serviceAccounts],
  kind: 'Deployment',
  pods: 1,
  guarded: one.enforcedBy === 'none' ? 0 : 1,
  role: null,
  ports: [],
}))

export async function toldOf(week: Week): Promise<Sighting[]> {
  const { flows } = await read(storeOf(week), week)
  const byEnds = new Map<string, Kind[]>()
  for (const sighting of week.sightings) {
    const { method, path, host } = sighting.flow.http ?? {}
    const { enforcedBy } = sighting.flow.destination
    // What ztunnel and callers tell of has no spans of its own.
    if (sighting.passed === false || (enforcedBy !== 'sidecar' && enforcedBy !== 'waypoint')) continue
    if (typeof method !== 'string' || typeof path !== 'string') continue
    const key = endsOf({ ...endsIn(sighting), protocol: sighting.flow.protocol })
    const kind = { method, path, host: host ?? '', sightings: sighting.sightings ?? 0 }
    byEnds.set(key, [...(byEnds.get(key) ?? []), kind])
  }
  const faceted = withFacets(flows, { flows: facetsAmong(byEnds, flows) })
  return sightingsOf(faceted, { workloads, around: surroundingsOf([], 'istio-system'), settings: istioDefaults })
}

/** Who has no proxy has no name. */
function endsIn({ flow, sourceWorkload = '' }: Sighting) {
  const { namespace, workload } = flow.destination
  return {
    source: {
      namespace: flow.mtls ? (flow.source.namespace ?? '') : '',
      workload: flow.mtls ? sourceWorkload : '',
      isHidden: false,
    },
    destination: { namespace, workload: workload ?? '', service: String(flow.destination.labels['app']) },
  }
}

/** Counters that rise evenly: what happened in which hour no figure of a week depends on. */
function storeOf(week: Week): MemoryStore {
  const store = new MemoryStore()
  const counters = new Map<string, { labels: Record<string, string>; total: number }>()
  const count = (labels: Record<string, string>, requests: number) => {
    const key = JSON.stringify(labels)
    const known = counters.get(key) ?? { labels, total: 0 }
    counters.set(key, known)
    known.total += requests
  }
  for (const sighting of week.sightings) {
    const labels = labelsOf(sighting)
    if (labels !== null) count(labels, sighting.requests)
    const { namespace, workload } = sighting.flow.destination
    if (sighting.passed !== false) continue
    const rbac = { __name__: 'envoy_http_inbound_0_0_0_0_8080_rbac', authz_enforce_result: 'denied' }
    count({ ...rbac, namespace, workload: workload ?? '' }, sighting.requests)
  }
  for (const { labels, total } of counters.values())
    for (let at = week.from; at <= week.to; at += scrape)
      store.append(labels as { __name__: string }, at, (total * (at - week.from)) / (week.to - week.from))
  return store
}

/** As the best witness tells it; null: nobody does. */
function labelsOf(sighting: Sighting): Record<string, string> | null {
  const { flow, passed } = sighting
  const { source, destination } = endsIn(sighting)
  const { enforcedBy } = flow.destination
  const isNamed = flow.mtls === true
  if (enforcedBy === 'none' && !isNamed) return null
  const ends = {
    reporter: enforcedBy === 'none' ? 'source' : enforcedBy === 'waypoint' ? 'waypoint' : 'destination',
    source_workload: source.workload || 'unknown',
    source_workload_namespace: source.namespace || 'unknown',
    source_principal: isNamed
      ? `spiffe://cluster.local/ns/${source.namespace}/sa/${flow.source.serviceAccount}`
      : 'unknown',
    destination_workload: destination.workload,
    destination_workload_namespace: destination.namespace,
    destination_service_name: destination.service,
    destination_service_namespace: destination.namespace,
    connection_security_policy: enforcedBy === 'none' ? 'unknown' : isNamed ? 'mutual_tls' : 'none',
    response_flags: '-',
  }
  if (flow.protocol === 'tcp' || enforcedBy === 'ztunnel')
    return { __name__: 'istio_tcp_connections_opened_total', ...ends, app: enforcedBy === 'ztunnel' ? 'ztunnel' : '' }
  const code = passed === false ? '403' : '200'
  return { __name__: 'istio_requests_total', ...ends, request_protocol: flow.protocol, response_code: code }
}

function read(store: MemoryStore, { from, to }: Week) {
  const now = () => to
  const prometheus = {
    query: async (query: string, at: number) => {
      const result = instantQuery(query, at, { store })
      if (result.type !== 'vector') throw new Error(`${query} is no vector.`)
      return result.labels.map((metric, index) => ({ metric: { ...metric }, value: result.values[index] ?? 0 }))
    },
    queryRange: async (query: string, { start, end, step }: { start: number; end: number; step: number }) => {
      const result = rangeQuery(query, { start, end, step: step * 1000 }, { store })
      if (result.type !== 'matrix') throw new Error(`${query} is no matrix.`)
      return result.series.map(one => ({ metric: { ...one.labels }, times: [...one.times], values: [...one.values] }))
    },
    scrapeInterval: async () => ({ interval: scrape / 1000, known: true }),
  }
  return readSeenFlows(
    (to - from) / 1000,
    {
      prometheus,
      isRecorded: openCoverage({ prometheus, now }),
      workloadsOf: () => workloads,
      workloadOfPod: new Map(),
      now,
    },
    new AbortController().signal,
  )
}
