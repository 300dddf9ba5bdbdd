import type { MetricMetadata } from '#lab/contract.ts'
import type { Pod, Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import type { Connection } from '#lab/mesh/xds/connections.ts'
import { rejections } from '#lab/mesh/xds/pushes.ts'
import type { XdsType } from '#lab/mesh/xds/types.ts'
import type { Cells } from './cells.ts'
import { plainCell } from './counters.ts'
import { targetLabels } from './identity.ts'

/** What Envoys and their agents tell of the configuration that reaches them. */
export interface Proxies {
  /** These proxies were sent these types. */
  push(snapshot: Snapshot, reached: readonly Connection[], types: readonly XdsType[]): void
  write(connected: readonly Connection[]): void
}

const metadata = (type: MetricMetadata['type'], help: string): MetricMetadata => ({ type, help, unit: '' })

export const proxiesMetadata: Record<string, MetricMetadata> = {
  envoy_cluster_manager_cds_update_success: metadata('counter', 'updates of clusters that were taken'),
  envoy_cluster_manager_cds_update_rejected: metadata('counter', 'updates of clusters that were rejected'),
  envoy_listener_manager_lds_update_success: metadata('counter', 'updates of listeners that were taken'),
  envoy_listener_manager_lds_update_rejected: metadata('counter', 'updates of listeners that were rejected'),
  envoy_cluster_upstream_cx_active: metadata('gauge', 'open connections to a cluster'),
}

const managers = { cds: 'envoy_cluster_manager_cds', lds: 'envoy_listener_manager_lds' } as const
const parts = ['success', 'rejected'] as const

/** Since it came to be. */
type Told = Record<keyof typeof managers, Record<(typeof parts)[number], number>>

export interface ProxiesOptions {
  cells: Cells
  /** Series for each pod; else for gateways and waypoints, as recording rules would leave them. */
  perPod: boolean
  istioVersion: string
}

export function createProxies({ cells, perPod, istioVersion }: ProxiesOptions): Proxies {
  let told = new Map<string, Told>()
  const isTold = ({ type }: Connection) => type !== 'ztunnel' && (perPod || type !== 'sidecar')
  const ownerOf = ({ pod, workload }: Connection) => (perPod ? `${pod.namespace}/${pod.name}` : workload.key)
  /** At its beginning a proxy is told everything once. */
  const find = (owner: string) =>
    told.get(owner) ?? { cds: { success: 1, rejected: 0 }, lds: { success: 1, rejected: 0 } }

  return {
    push(snapshot, reached, types) {
      const rejected = new Set(rejections(snapshot).map(({ workload, type }) => `${workload} ${type}`))
      for (const connection of reached) {
        if (!isTold(connection) || snapshot.held.has(connection.workload.key)) continue
        const owner = ownerOf(connection)
        const own = find(owner)
        for (const type of ['cds', 'lds'] as const)
          if (types.includes(type))
            own[type][rejected.has(`${connection.workload.key} ${type}`) ? 'rejected' : 'success']++
        told.set(owner, own)
      }
    },
    write(connected) {
      const next = new Map<string, Told>()
      const many = new Map<string, number>()
      for (const connection of connected) {
        if (!isTold(connection)) continue
        const owner = ownerOf(connection)
        next.set(owner, find(owner))
        many.set(owner, (many.get(owner) ?? 0) + 1)
      }
      told = next
      for (const connection of connected) {
        if (!isTold(connection)) continue
        const owner = ownerOf(connection)
        const own = find(owner)
        const put = (name: string, labels: Record<string, string>, value: number) => {
          const key = `${name}|${owner}|${Object.values(labels).join('|')}`
          const all = { ...labels, ...labelsOf(perPod ? connection.pod : null, connection.workload) }
          cells.set(cells.find(key) ?? cells.create(plainCell(key, name, all, owner)), value)
        }
        for (const type of ['cds', 'lds'] as const)
          for (const part of parts) put(`${managers[type]}_update_${part}`, {}, own[type][part])
        put('envoy_cluster_upstream_cx_active', { cluster_name: 'xds-grpc' }, many.get(owner) ?? 0)
        put('istio_build', { component: 'proxy', tag: istioVersion }, many.get(owner) ?? 0)
      }
    },
  }
}

const labelsOf = (pod: Pod | null, workload: Workload): Record<string, string> => ({
  ...targetLabels(pod, workload.namespace),
  ...(pod ? {} : { workload: workload.name }),
})
