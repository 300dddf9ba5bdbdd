import type { MetricMetadata, SampleStore, StoreEvent } from '#lab/contract.ts'
import type { Pod, Snapshot } from '#lab/mesh/snapshot/facts.ts'
import type { Cells } from './cells.ts'
import { instanceOf, targetLabels } from './identity.ts'

/** What istiod tells of itself, and which targets are up. */
export interface ControlPlane {
  /** After a change of what exists. */
  sync(snapshot: Snapshot): void
  /** An object changed: istiod saw it and pushed to the proxies. */
  see(event: StoreEvent): void
  targets(lastScrape: number): ReturnType<SampleStore['targets']>
}

const metadata = (type: MetricMetadata['type'], help: string): MetricMetadata => ({ type, help, unit: '' })

export const controlPlaneMetadata: Record<string, MetricMetadata> = {
  up: metadata('gauge', 'whether the target answered the last scrape'),
  pilot_info: metadata('gauge', 'version and build of istiod'),
  pilot_xds: metadata('gauge', 'proxies connected by xDS'),
  pilot_services: metadata('gauge', 'services known to istiod'),
  pilot_xds_pushes: metadata('counter', 'xDS pushes to proxies by type'),
  pilot_k8s_cfg_events: metadata('counter', 'events of configuration objects by kind and event'),
  pilot_total_xds_rejects: metadata('counter', 'xDS responses that proxies rejected'),
  pilot_proxy_convergence_time: metadata('histogram', 'seconds between a change and all proxies having it'),
  citadel_server_root_cert_expiry_timestamp: metadata('gauge', 'Unix time at which the root certificate expires'),
}

const year = 365 * 86_400
/** Seconds. */
const convergenceBounds = [0.1, 0.5, 1, 3, 5, 10, 20, 30, Number.POSITIVE_INFINITY]
const pushTypes = ['cds', 'eds', 'lds', 'rds', 'nds', 'wds'] as const
const noSizes = { request: 0, response: 0, callsPerConnection: 0 }

/** @param began milliseconds since the epoch: what the root certificate's age is counted from. */
export function createControlPlane(cells: Cells, perPod: boolean, began: number, istioVersion: string): ControlPlane {
  /** istiod's own numbers, shared evenly by its pods. */
  const counters = new Map<string, { name: string; labels: Record<string, string>; value: number }>()
  const gauges = new Map<string, { name: string; labels: Record<string, string>; value: number }>()
  let istiods: (Pod | null)[] = []
  let namespace = 'istio-system'
  let scraped: Pod[] = []
  let hasPushed = false
  const count = (name: string, labels: Record<string, string>, by = 1) => {
    const key = `${name}|${Object.values(labels).join('|')}`
    const known = counters.get(key) ?? { name, labels, value: 0 }
    known.value += by
    counters.set(key, known)
  }
  const gauge = (name: string, labels: Record<string, string>, value: number) => {
    gauges.set(`${name}|${Object.values(labels).join('|')}`, { name, labels, value })
  }
  const write = () => {
    for (const [table, share] of [
      [counters, 1 / Math.max(1, istiods.length)],
      [gauges, 1],
    ] as const)
      for (const [key, { name, labels, value }] of table)
        for (const pod of istiods)
          put(`${key}|${pod?.name ?? ''}`, name, { ...labels, ...aboutIstiod(pod) }, value * share, pod)
  }
  const aboutIstiod = (pod: Pod | null): Record<string, string> =>
    pod === null ? { namespace } : { ...targetLabels(pod, namespace), instance: `${pod.ip}:15014`, app: 'istiod' }
  const put = (key: string, name: string, labels: Record<string, string>, value: number, pod: Pod | null) => {
    const id =
      cells.find(key) ??
      cells.create({
        key,
        kind: 'gauge',
        name,
        labels,
        isGrpc: false,
        isFailed: false,
        sizes: noSizes,
        owner: pod ? `${pod.namespace}/${pod.name}` : `${namespace}/istiod`,
      })
    cells.set(id, controlPlaneMetadata[name]?.type === 'counter' ? Math.floor(value) : value)
  }
  const converge = () => {
    // Small meshes converge at once, large ones in seconds.
    const seconds = 0.04 + scraped.length * 0.0002
    for (const bound of convergenceBounds)
      count(
        'pilot_proxy_convergence_time_bucket',
        { le: Number.isFinite(bound) ? String(bound) : '+Inf' },
        seconds <= bound ? 1 : 0,
      )
    count('pilot_proxy_convergence_time_sum', {}, seconds)
    count('pilot_proxy_convergence_time_count', {})
  }
  return {
    sync(snapshot) {
      const istiod = [...snapshot.workloads.values()].find(workload => workload.labels['app'] === 'istiod')
      namespace = istiod?.namespace ?? snapshot.mesh.rootNamespace
      const ready = istiod?.ready ?? []
      istiods = perPod ? [...ready] : ready.length > 0 ? [null] : []
      const proxied = [...snapshot.workloads.values()].filter(
        workload => workload.proxy !== 'none' && workload.proxy !== 'ztunnel',
      )
      scraped = [...proxied.flatMap(workload => workload.pods), ...snapshot.ztunnels.values()]
      const connected = scraped.length / Math.max(1, istiods.length)
      gauge('pilot_info', { version: istioVersion }, 1)
      gauge('pilot_xds', { type: 'ads', version: istioVersion }, Math.round(connected))
      gauge('pilot_services', {}, snapshot.services.size + snapshot.serviceEntries.size)
      gauge('citadel_server_root_cert_expiry_timestamp', {}, Math.floor(began / 1000) + 9 * year)
      count('pilot_total_xds_rejects', {}, 0)
      if (!hasPushed) {
        // Before the history begins every proxy got everything once.
        for (const type of pushTypes) count('pilot_xds_pushes', { type }, scraped.length)
        converge()
        hasPushed = true
      }
      write()
      // Above the small preset series carry no pod label, and `up` would be one series many times over.
      if (perPod)
        for (const pod of [...scraped, ...ready]) {
          const isIstiod = ready.includes(pod)
          const labels = isIstiod ? aboutIstiod(pod) : targetLabels(pod, pod.namespace)
          put(`up|${pod.namespace}/${pod.name}`, 'up', labels, 1, pod)
        }
      else put('up', 'up', { namespace, job: 'istiod' }, 1, null)
    },
    see({ type, resource, object }) {
      count('pilot_k8s_cfg_events', {
        type: object.kind,
        event: { ADDED: 'add', MODIFIED: 'update', DELETED: 'delete' }[type],
      })
      const isEndpoint = resource === 'pods' || resource.startsWith('endpoint')
      for (const push of isEndpoint ? (['eds', 'wds'] as const) : pushTypes)
        count('pilot_xds_pushes', { type: push }, Math.max(1, scraped.length))
      converge()
      write()
    },
    targets: lastScrape =>
      scraped.map(pod => ({
        labels: { ...targetLabels(pod, pod.namespace) },
        scrapeUrl: `http://${instanceOf(pod)}/stats/prometheus`,
        lastScrape,
        health: 'up',
      })),
  }
}
