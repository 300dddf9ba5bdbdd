/** What the pages that draw numbers ask of the console: path and query, by page. */
export interface MetricPage {
  name: string
  calls: readonly string[]
}

/** Milliseconds since the epoch. */
export interface Span {
  from: number
  to: number
}

const splits = ['none', 'version', 'caller', 'code', 'flag', 'protocol'] as const
const reporters = ['auto', 'destination', 'source'] as const

/** A mesh's own names for what is charted. */
export interface Charted {
  service: { namespace: string; name: string }
  workload: { namespace: string; name: string }
  gateway: { namespace: string; name: string }
  /** `namespace/workload,workload` that calls the service. */
  caller: string
}

const dashboard = (query: Record<string, string>, { from, to }: Span): string =>
  `/api/metrics/dashboard?${new URLSearchParams({ ...query, from: String(from), to: String(to) }).toString()}`

/** Every page as it opens, of one stretch of time, so that all who look ask the same. */
export function metricPages({ service, workload, gateway, caller }: Charted, span: Span): MetricPage[] {
  const before = { from: span.from - 3_600_000, to: span.to - 3_600_000 }
  const at = `at=${span.to}`
  return [
    { name: 'metrics of a service', calls: [dashboard({ of: 'service', ...service }, span)] },
    { name: 'metrics of a workload', calls: [dashboard({ of: 'workload', ...workload }, span)] },
    { name: 'metrics of an edge', calls: [dashboard({ of: 'service', ...service, caller }, span)] },
    { name: 'metrics of a gateway', calls: [dashboard({ of: 'workload', ...gateway }, span)] },
    { name: 'metrics of the mesh, istiod and the proxies', calls: [dashboard({ of: 'mesh' }, span)] },
    {
      name: 'the hour before of a service',
      calls: [dashboard({ of: 'service', ...service, only: 'compared' }, before)],
    },
    { name: 'services', calls: [`/api/services?of=services&${at}`] },
    { name: 'workloads', calls: [`/api/services?of=workloads&${at}`] },
    { name: 'a service', calls: [`/api/services/services/${service.namespace}/${service.name}?${at}`] },
    { name: 'a workload', calls: [`/api/services/workloads/${workload.namespace}/${workload.name}?${at}`] },
    { name: 'pods of a workload', calls: [`/api/proxies/${workload.namespace}/${workload.name}/pods`] },
    { name: 'overview', calls: ['/api/overview/signals'] },
  ]
}

/** Every way in which the charts can be cut. */
export function everyCut({ service, workload, gateway, caller }: Charted, span: Span): string[] {
  const subjects: Record<string, string>[] = [
    { of: 'service', ...service },
    { of: 'service', ...service, direction: 'outbound' },
    { of: 'service', ...service, caller },
    { of: 'workload', ...workload },
    { of: 'workload', ...workload, direction: 'outbound' },
    { of: 'workload', ...gateway },
    { of: 'mesh' },
  ]
  return subjects.flatMap(subject =>
    splits.flatMap(split => reporters.map(reporter => dashboard({ ...subject, split, reporter }, span))),
  )
}

/** The metrics a question reads, in the order of the alphabet: what it is about, in a word. */
export const metricsIn = (promql: string): string =>
  [...new Set(promql.match(/\b(istio|pilot|container|envoy)_[a-z0-9_]+/g) ?? [])].sort().join(' ')
