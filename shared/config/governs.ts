import type { ConfigRow } from './api.ts'

/** What objects may govern: services by name, the workloads behind them, or one workload and the services before it. */
export interface Governed {
  namespace: string
  services: readonly string[]
  workloads: readonly string[]
}

/** Objects of this namespace hold for the whole mesh. */
const rootNamespace = 'istio-system'

/** Why an object applies: the host it is about, the workload it selects, or that it is for all of a namespace or mesh. */
export type Why = { kind: 'host' | 'workload'; name: string } | { kind: 'namespace' | 'mesh' } | null

/** Whether a line of the list applies, as far as a line says it. Null: it does not. */
export function whyGoverns(row: ConfigRow, { namespace, services, workloads }: Governed): Why {
  for (const service of services) {
    const full = `${service}.${namespace}.svc.cluster.local`
    const host = row.hosts.find(
      each => each === full || (each.length > 1 && each.startsWith('*') && full.endsWith(each.slice(1))),
    )
    if (host !== undefined) return { kind: 'host', name: host }
  }
  if (row.workloads === null || row.workloads === 0) return null
  if (row.selects === undefined) {
    // Too many to be named: it is for all of its namespace, or of the mesh.
    if (row.ref.namespace === namespace || row.ref.name === namespace) return { kind: 'namespace' }
    return row.ref.namespace === rootNamespace ? { kind: 'mesh' } : null
  }
  const workload = workloads.find(each => row.selects?.includes(`${namespace}/${each}`))
  return workload === undefined ? null : { kind: 'workload', name: workload }
}
