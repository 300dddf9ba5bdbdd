import type { ProxyTelemetry } from '#lab/contract.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'

/** Whose end is the end of a series: a pod, or a workload where series carry no pod, and what its proxies report. */

/** The part of an owner's name that changes when a proxy is told to label its metrics otherwise. */
export const dressOf = (side: keyof ProxyTelemetry, workload: Workload): string =>
  `#${side} ${(workload.telemetry[side].metrics ?? standard).map(dress => dress.key).join(';')}`

const standard = [{ key: 'standard' }]

/** Does an owner still exist, and report as it did? */
export function ownersIn(snapshot: Snapshot, perPod: boolean): (owner: string) => boolean {
  const workloads = new Map<string, Workload>()
  for (const workload of snapshot.workloads.values()) {
    if (workload.pods.length > 0) workloads.set(workload.key, workload)
    if (perPod) for (const pod of workload.pods) workloads.set(`${pod.namespace}/${pod.name}`, workload)
  }
  const known = new Map<string, boolean>()
  return owner => {
    const found = known.get(owner)
    if (found !== undefined) return found
    const end = owner.indexOf('#')
    const workload = workloads.get(end < 0 ? owner : owner.slice(0, end))
    const dress = end < 0 ? '' : owner.slice(end)
    const lives =
      workload !== undefined && (end < 0 || [dressOf('client', workload), dressOf('server', workload)].includes(dress))
    known.set(owner, lives)
    return lives
  }
}
