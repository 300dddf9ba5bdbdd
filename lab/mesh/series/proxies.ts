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
  /** Milliseconds since the epoch. */
  advance(time: number): void
}

const metadata = (type: MetricMetadata['type'], help: string): MetricMetadata => ({ type, help, unit: '' })

export const proxiesMetadata: Record<string, MetricMetadata> = {
  envoy_cluster_manager_cds_update_success: metadata('counter', 'updates of clusters that were taken'),
  envoy_cluster_manager_cds_update_rejected: metadata('counter', 'updates of clusters that were rejected'),
  envoy_listener_manager_lds_update_success: metadata('counter', 'updates of listeners that were taken'),
  envoy_listener_manager_lds_update_rejected: metadata('counter', 'updates of listeners that were rejected'),
  envoy_cluster_upstream_cx_active: metadata('gauge', 'open connections to a cluster'),
  istio_agent_cert_expiry_seconds: metadata('gauge', 'seconds until the certificate of a workload expires'),
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
  /** When the certificate of an identity (SPIFFE name) that is valid at a moment expires; null where nobody knows. */
  certificateExpiry: ((identity: string, now: number) => number) | null
}

export function createProxies({ cells, perPod, istioVersion, certificateExpiry }: ProxiesOptions): Proxies {
  let told = new Map<string, Told>()
  /** One for each owner of series. */
  let shown: readonly { owner: string; connection: Connection }[] = []
  const isTold = ({ type }: Connection) => type !== 'ztunnel' && (perPod || type !== 'sidecar')
  const ownerOf = ({ pod, workload }: Connection) => (perPod ? `${pod.namespace}/${pod.name}` : workload.key)
  /** At its beginning each proxy is told everything once. */
  const begun = (proxies: number): Told => ({
    cds: { success: proxies, rejected: 0 },
    lds: { success: proxies, rejected: 0 },
  })
  const put = (connection: Connection, name: string, labels: Record<string, string>, value: number) => {
    const { pod, workload } = connection
    const owner = ownerOf(connection)
    const key = `${name}|${owner}|${Object.values(labels).join('|')}`
    const id =
      cells.find(key) ??
      cells.create(plainCell(key, name, { ...labels, ...labelsOf(perPod ? pod : null, workload) }, owner))
    cells.set(id, value)
  }

  return {
    push(snapshot, reached, types) {
      const rejected = new Set(rejections(snapshot).map(({ workload, type }) => `${workload} ${type}`))
      for (const connection of reached) {
        if (!isTold(connection) || snapshot.held.has(connection.workload.key)) continue
        const owner = ownerOf(connection)
        const own = told.get(owner) ?? begun(1)
        for (const type of ['cds', 'lds'] as const)
          if (types.includes(type))
            own[type][rejected.has(`${connection.workload.key} ${type}`) ? 'rejected' : 'success']++
        told.set(owner, own)
      }
    },
    write(connected) {
      const groups = Map.groupBy(connected.filter(isTold), ownerOf)
      told = new Map([...groups].map(([owner, own]) => [owner, told.get(owner) ?? begun(own.length)]))
      shown = [...groups].flatMap(([owner, [connection]]) => (connection ? [{ owner, connection }] : []))
      for (const { owner, connection } of shown) {
        const own = told.get(owner) ?? begun(1)
        for (const type of ['cds', 'lds'] as const)
          for (const part of parts) put(connection, `${managers[type]}_update_${part}`, {}, own[type][part])
        const many = groups.get(owner)?.length ?? 0
        put(connection, 'envoy_cluster_upstream_cx_active', { cluster_name: 'xds-grpc' }, many)
        put(connection, 'istio_build', { component: 'proxy', tag: istioVersion }, many)
      }
    },
    advance(time) {
      if (certificateExpiry === null) return
      for (const { connection } of shown) {
        const expiry = certificateExpiry(`spiffe://${connection.workload.principal}`, time)
        const left = Math.floor((expiry - time) / 1000)
        put(connection, 'istio_agent_cert_expiry_seconds', { resource_name: 'default' }, left)
      }
    },
  }
}

const labelsOf = (pod: Pod | null, workload: Workload): Record<string, string> => ({
  ...targetLabels(pod, workload.namespace),
  ...(pod ? {} : { workload: workload.name }),
})
