import { oneOf, rate, sumBy } from '#bff/sources/promql.ts'
import { type Prometheus, SourceError } from '#bff/sources/source.ts'
import type { Impact } from '#shared/config/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

type Governed = Pick<Impact, 'edges' | 'requestRate'>

const unknown: Governed = { edges: null, requestRate: null }
const labels = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'destination_service_name',
  'destination_service_namespace',
  'destination_workload',
  'destination_workload_namespace',
]
const mostEdges = 50
/** More than these in one query are asked for without a list. */
const mostNames = 200

/** The calls that an object governs now: those to the workloads it selects, else those to its hosts. */
export async function governedBy(
  { prometheus, now }: { prometheus: Pick<Prometheus, 'query' | 'scrapeInterval'>; now: () => EpochMilliseconds },
  { selects }: Pick<Impact, 'selects'>,
  hosts: readonly string[],
  signal: AbortSignal,
): Promise<Governed> {
  const workloads = selects?.workloads ?? []
  const names = selects === null ? hosts.filter(host => !host.includes('*')) : workloads.map(({ name }) => name)
  if (names.length === 0) return selects === null ? unknown : { edges: [], requestRate: 0 }
  const label = selects === null ? 'destination_service' : 'destination_workload'
  const matchers = names.length > mostNames ? [] : [oneOf(label, [...new Set(names)])]
  try {
    const { interval } = await prometheus.scrapeInterval(signal)
    const window = Math.max(60, 4 * interval)
    const query = sumBy(labels, rate('istio_requests_total', matchers, window))
    const samples = await prometheus.query(query, now(), signal)
    const places = selects && new Set(workloads.map(({ namespace, name }) => `${namespace}/${name}`))
    const edges = new Map<string, { source: string; destination: string; rates: Map<string, number> }>()
    for (const { metric, value } of samples) {
      const workload = `${metric['destination_workload_namespace']}/${metric['destination_workload']}`
      if (places && !places.has(workload)) continue
      const source = `${metric['source_workload_namespace'] ?? 'unknown'}/${metric['source_workload'] ?? 'unknown'}`
      const service = `${metric['destination_service_namespace']}/${metric['destination_service_name']}`
      const destination = places ? workload : service
      const key = `${source} ${destination}`
      const edge = edges.get(key) ?? { source, destination, rates: new Map<string, number>() }
      edges.set(key, edge)
      const reporter = metric['reporter'] ?? ''
      edge.rates.set(reporter, (edge.rates.get(reporter) ?? 0) + value)
    }
    // Both ends may report a call: counted once, as the one that saw more of it.
    const told = [...edges.values()]
      .map(({ source, destination, rates }) => ({ source, destination, requestRate: Math.max(...rates.values()) }))
      .sort((a, b) => b.requestRate - a.requestRate)
    return { edges: told.slice(0, mostEdges), requestRate: told.reduce((sum, edge) => sum + edge.requestRate, 0) }
  } catch (error) {
    if (error instanceof SourceError) return unknown
    throw error
  }
}
