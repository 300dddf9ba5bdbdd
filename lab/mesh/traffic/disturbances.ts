import type { Pod } from '#lab/mesh/snapshot/facts.ts'

/** What goes wrong in the mesh, whatever its objects say. The same ones at the same times give the same traffic. */
export type Disturbance =
  /** Something is the matter with pods. */
  | { kind: 'pods'; where: Where; effect: Effect }
  /** A host outside answers slower, or fails. */
  | { kind: 'external'; host: string; effect: Omit<Effect, 'isUnready' | 'capacity'> }
  /** More requests begin, or fewer: at a workload (`namespace/name`), or everywhere. */
  | { kind: 'origin'; workload: string | null; rate: number }

/** Pods that fit everything that is said; a version is a workload of its own, or the label `version`. */
export interface Where {
  /** `namespace/name`. */
  workload?: string
  version?: string
  pod?: string
  zone?: string
  node?: string
}

/** What is not said stays as it is. */
export interface Effect {
  /** Factor of its own working time. */
  latency?: number
  /** Errors it makes beside its usual ones, 0–1. */
  errorRatio?: number
  /** Factor of what it can serve. */
  capacity?: number
  /** Takes no traffic. */
  isUnready?: boolean
}

/** All effects together: factors multiply, errors add up as chances do. */
export interface Sum {
  latency: number
  errorRatio: number
  capacity: number
  isUnready: boolean
}

const nothing: Sum = { latency: 1, errorRatio: 0, capacity: 1, isUnready: false }

export function effectOn(disturbances: readonly Disturbance[], pod: Pod, workload: string): Sum {
  let sum = nothing
  for (const disturbance of disturbances)
    if (disturbance.kind === 'pods' && fits(disturbance.where, pod, workload)) sum = added(sum, disturbance.effect)
  return sum
}

export function effectOutside(disturbances: readonly Disturbance[], host: string): Sum {
  let sum = nothing
  for (const disturbance of disturbances)
    if (disturbance.kind === 'external' && disturbance.host === host) sum = added(sum, disturbance.effect)
  return sum
}

/** Factor of the requests that begin at a workload. */
export function surgeAt(disturbances: readonly Disturbance[], workload: string): number {
  let rate = 1
  for (const disturbance of disturbances)
    if (disturbance.kind === 'origin' && (disturbance.workload ?? workload) === workload)
      rate *= Math.max(0, disturbance.rate)
  return rate
}

function fits(where: Where, pod: Pod, workload: string): boolean {
  return (
    (where.workload === undefined || where.workload === workload) &&
    (where.version === undefined || where.version === pod.labels['version']) &&
    (where.pod === undefined || where.pod === pod.name) &&
    (where.zone === undefined || where.zone === pod.place.zone) &&
    (where.node === undefined || where.node === pod.node)
  )
}

const share = (value: number) => Math.min(1, Math.max(0, value))

function added(sum: Sum, effect: Effect): Sum {
  return {
    latency: sum.latency * Math.max(0, effect.latency ?? 1),
    errorRatio: 1 - (1 - sum.errorRatio) * (1 - share(effect.errorRatio ?? 0)),
    capacity: sum.capacity * Math.max(0, effect.capacity ?? 1),
    isUnready: sum.isUnready || effect.isUnready === true,
  }
}
