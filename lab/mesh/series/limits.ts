import type { MetricMetadata } from '#lab/contract.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import type { Bucket } from '#lab/mesh/traffic/gates.ts'
import type { Plan } from '#lab/mesh/traffic/plan.ts'
import type { Cells } from './cells.ts'
import { ownerOf, targetLabels } from './identity.ts'

/** Envoy docs, "Local rate limit", Statistics: counted by every proxy that has a bucket. */
const counted = {
  enabled: () => 1,
  ok: (bucket: Bucket) => 1 - bucket.over,
  rate_limited: (bucket: Bucket) => bucket.over,
  enforced: (bucket: Bucket) => bucket.over * bucket.enforced,
} as const

/** Adds what the last step brought to the buckets. */
export function countLimits(cells: Cells, plan: Plan, seconds: number, perPod: boolean): void {
  for (const gate of plan.gates.values()) {
    if (gate.kind !== 'bucket' || gate.load.rate <= 0) continue
    const proxies: readonly (Pod | null)[] = perPod ? gate.pods : [null]
    for (const pod of proxies)
      for (const [name, part] of Object.entries(counted)) {
        const cell = cellOf(cells, gate, name, pod)
        const requests = (gate.load.rate * seconds * gate.enabled * part(gate)) / proxies.length
        cells.set(cell, cells.total(cell) + requests)
      }
  }
}

function cellOf(cells: Cells, { at, statPrefix }: Bucket, name: string, pod: Pod | null): number {
  const metric = `envoy_${statPrefix.replaceAll(/[^a-zA-Z0-9_]/g, '_')}_http_local_rate_limit_${name}`
  const key = `limit|${at.key}|${metric}|${pod?.name ?? ''}`
  const { namespace } = at
  return (
    cells.find(key) ??
    cells.create({
      key,
      kind: 'counter',
      name: metric,
      labels: { ...targetLabels(pod, namespace), ...(pod ? {} : { workload: at.name }) },
      isGrpc: false,
      isFailed: false,
      sizes: { request: 0, response: 0, callsPerConnection: 0 },
      owner: ownerOf({ pod, namespace, share: 1 }, at),
    })
  )
}

/** Stat prefixes are written by people, so which metrics there are follows from what was counted. */
export function limitMetadata(
  cells: readonly ({ kind: string; name: string } | undefined)[],
): Record<string, MetricMetadata> {
  const found: Record<string, MetricMetadata> = {}
  for (const cell of cells)
    if (cell?.kind === 'counter' && cell.name.includes('_http_local_rate_limit_'))
      found[cell.name] ??= { type: 'counter', help: 'requests that met a local rate limit', unit: '' }
  return found
}
