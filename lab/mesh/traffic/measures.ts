import type { Cluster, Flow, Limit } from '#lab/mesh/decide/outcome.ts'
import type { Pod } from '#lab/mesh/snapshot/facts.ts'
import { type Detector, newDetector, newHost } from './detector.ts'
import { type Bucket, type Gate, type Load, noLoad, type Pool } from './gates.ts'
import type { Plan, PlannedFlow } from './plan.ts'

/** What a plan measures: made once for all flows that share it, and with the state that the plan before had of it. */
export interface Measures {
  pool(cluster: Cluster, protocol: Flow['protocol']): Pool | null
  detector(cluster: Cluster): Detector | null
  /** Of these pods of the limit's workload. */
  bucket(limit: Limit, pods: readonly Pod[], part: string): Bucket
  unsettled: PlannedFlow[]
  found(): Pick<Plan, 'gates' | 'detectors' | 'unsettled' | 'loads'>
}

export function createMeasures(before: Plan | null, now: number): Measures {
  const gates = new Map<string, Gate>()
  const detectors = new Map<string, Detector>()
  const unsettled: PlannedFlow[] = []
  return {
    unsettled,
    pool(cluster, protocol) {
      const limits = cluster.policy.connectionPool
      if (limits === null) return null
      const key = `pool|${cluster.router.key}|${cluster.name}|${protocol}`
      const known = gates.get(key)
      if (known?.kind === 'pool') return known
      const past = before?.gates.get(key)
      const pool: Pool = {
        ...(past?.kind === 'pool'
          ? past
          : { load: noLoad(), retries: noLoad(), passing: 1, retriesPassing: 1, wait: 0 }),
        kind: 'pool',
        key,
        limits,
        protocol,
        proxies: cluster.router.ready.length,
        pods: cluster.pods.length,
      }
      gates.set(key, pool)
      return pool
    },
    detector(cluster) {
      const settings = cluster.policy.outlierDetection
      if (settings === null) return null
      const key = `${cluster.router.key}|${cluster.name}`
      const known = detectors.get(key)
      if (known) return known
      const past = before?.detectors.get(key)
      const detector = newDetector(
        key,
        settings,
        cluster.router.ready.length,
        past?.nextSweep ?? now + settings.interval,
      )
      // Pods that are gone are forgotten.
      for (const pod of cluster.pods) detector.hosts.set(pod.name, past?.hosts.get(pod.name) ?? newHost())
      detectors.set(key, detector)
      return detector
    },
    bucket(limit, pods, part) {
      const key = `bucket|${limit.key}|${part}`
      const known = gates.get(key)
      if (known?.kind === 'bucket') return known
      const past = before?.gates.get(key)
      const { at, bucket: tokens, enabled, enforced, statPrefix } = limit
      const bucket: Bucket = {
        ...(past?.kind === 'bucket'
          ? { ...past, available: Math.min(past.available, tokens.most) }
          : { load: noLoad(), passing: 1, over: 0, available: tokens.most, sinceFill: 0 }),
        kind: 'bucket',
        key,
        at,
        pods,
        statPrefix,
        tokens,
        enabled,
        enforced,
      }
      gates.set(key, bucket)
      return bucket
    },
    found() {
      const loads: Load[] = []
      for (const gate of gates.values()) loads.push(gate.load, ...(gate.kind === 'pool' ? [gate.retries] : []))
      for (const { hosts } of detectors.values())
        for (const host of hosts.values()) loads.push(host.errors, host.gatewayErrors, host.localErrors)
      return { gates, detectors, unsettled, loads }
    },
  }
}
