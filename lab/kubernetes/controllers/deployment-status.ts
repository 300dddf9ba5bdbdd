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
  const before = deployment.status ?? {}
  const readied = sum('readyReplicas')
  const isMoving =
    updated > numberOf(before['updatedReplicas']) ||
    total - updated < numberOf(before['replicas']) - numberOf(before['updatedReplicas']) ||
    readied > numberOf(before['readyReplicas']) ||
    available > numberOf(before['availableReplicas'])
  const told = listOf(before['conditions'])
  const progress = told.find(item => item['type'] === 'Progressing')
  const isLate = !isMoving && options.now > deadlineOf(deployment)
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
        : isLate || (!isMoving && progress?.['reason'] === 'ProgressDeadlineExceeded')
          ? condition(
              'Progressing',
              'False',
              'ProgressDeadlineExceeded',
              `ReplicaSet "${name}" has timed out progressing.`,
            )
          : condition('Progressing', 'True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
  ]
  const settled = settle(told, conditions, options.now)
  return {
    observedGeneration: generationOf(deployment),
    ...present({
      replicas: total,
      updatedReplicas: updated,
      readyReplicas: readied,
      availableReplicas: available,
      unavailableReplicas: Math.max(0, total - available, wanted - available),
    }),
    conditions: settled.map(item =>
      // Each step forward starts the time that is given for the next one.
      isMoving && item['reason'] === 'ReplicaSetUpdated' ? { ...item, lastUpdateTime: timestamp(options.now) } : item,
    ),
  }
}

/** Until when a rollout must move on (Kubernetes, "Deployments", "Progress Deadline Seconds"); infinity where it need not. */
export function deadlineOf(deployment: KubeObject): number {
  const told = listOf(deployment.status?.['conditions']).find(item => item['type'] === 'Progressing')
  if (told?.['reason'] !== 'ReplicaSetUpdated') return Number.POSITIVE_INFINITY
  const since = Date.parse(typeof told['lastUpdateTime'] === 'string' ? told['lastUpdateTime'] : '')
  return since + numberOf(deployment.spec?.['progressDeadlineSeconds'], 600) * 1000
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
