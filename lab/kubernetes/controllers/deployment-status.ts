import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { type Fields, listOf, numberOf } from '#lab/kubernetes/value.ts'
import { generationOf, replicasOf } from './pod-template.ts'

/** What a Deployment says of itself; `kubectl rollout status` reads it. */
export function deploymentStatus(
  deployment: KubeObject,
  current: KubeObject | undefined,
  sets: readonly KubeObject[],
  options: { maxUnavailable: number; now: number },
): Fields {
  const wanted = replicasOf(deployment)
  const sum = (field: string) => sets.reduce((total, set) => total + numberOf(set.status?.[field]), 0)
  const total = sum('replicas')
  const available = sum('availableReplicas')
  const updated = numberOf(current?.status?.['replicas'])
  const isComplete = updated === wanted && total === wanted && available === wanted
  const isAvailable = available >= wanted - options.maxUnavailable
  const name = current?.metadata.name ?? ''
  const conditions = [
    isAvailable
      ? condition('Available', 'True', 'MinimumReplicasAvailable', 'Deployment has minimum availability.')
      : condition('Available', 'False', 'MinimumReplicasUnavailable', 'Deployment does not have minimum availability.'),
    deployment.spec?.['paused'] === true
      ? condition('Progressing', 'Unknown', 'DeploymentPaused', 'Deployment is paused')
      : isComplete
        ? condition(
            'Progressing',
            'True',
            'NewReplicaSetAvailable',
            `ReplicaSet "${name}" has successfully progressed.`,
          )
        : condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
  ]
  return {
    observedGeneration: generationOf(deployment),
    ...present({
      replicas: total,
      updatedReplicas: updated,
      readyReplicas: sum('readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, total - available, wanted - available),
    }),
    conditions: settle(listOf(deployment.status?.['conditions']), conditions, options.now),
  }
}

interface Condition extends Fields {
  type: string
  status: string
  reason: string
  message: string
}

export const condition = (type: string, status: string, reason: string, message: string): Condition => ({
  type,
  status,
  reason,
  message,
})

/** Conditions with their times: one that says the same as before stays as it was, whatever its words. */
export function settle(before: readonly Fields[], next: readonly Condition[], now: number): Fields[] {
  const time = timestamp(now)
  return next.map(item => {
    const old = before.find(other => other['type'] === item.type)
    if (old && old['status'] === item.status && old['reason'] === item.reason) return old
    return {
      ...item,
      lastUpdateTime: time,
      lastTransitionTime: old && old['status'] === item.status ? (old['lastTransitionTime'] ?? time) : time,
    }
  })
}

/** Zeros are left out, as Go's `omitempty` does. */
const present = (numbers: Record<string, number>): Fields =>
  Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== 0))
