import type { KubeObject } from '#lab/contract.ts'
import { at, isEqual, listOf, numberOf } from '#lab/kubernetes/value.ts'
import { fails, holds, setConditions } from './conditions.ts'
import { type Cluster, type Controller, isWishChanged, keyOf, ownKey } from './controller.ts'
import { selects } from './label-selector.ts'
import { generationOf, isActive, isReady, replicasOf } from './pod-template.ts'
import { resolve } from './rollout.ts'

const resource = 'poddisruptionbudgets.policy'

/** Says how many pods of a PodDisruptionBudget may go at the moment. */
export function disruptionController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'PodDisruptionBudget',
    watches: [resource, 'pods'],
    interests: change =>
      change.resource === 'pods'
        ? isWishChanged(change) || isReady(change.object) !== (change.previous !== null && isReady(change.previous))
          ? store.list(resource, change.object.metadata.namespace).map(keyOf)
          : []
        : ownKey(change, resource),
    reconcile(namespace, name) {
      const budget = store.get(resource, namespace, name)
      if (!budget) return
      const pods = store.list('pods', namespace).filter(pod => isActive(pod) && isCovered(budget, pod))
      const expected = expectedOf(pods)
      const healthy = pods.filter(isReady).length
      const { minAvailable, maxUnavailable } = budget.spec ?? {}
      const desired =
        minAvailable === undefined
          ? Math.max(0, expected - resolve(maxUnavailable ?? 1, expected, 'up'))
          : resolve(minAvailable, expected, 'up')
      const disruptionsAllowed = Math.max(0, healthy - desired)
      const condition =
        disruptionsAllowed > 0
          ? holds('DisruptionAllowed', 'SufficientPods', '')
          : fails('DisruptionAllowed', 'InsufficientPods', '')
      const conditions = setConditions(listOf(budget.status?.['conditions']), [condition], {
        time: cluster.since(budget),
        generation: budget.metadata.generation,
      })
      const status = {
        conditions,
        currentHealthy: healthy,
        desiredHealthy: desired,
        disruptionsAllowed,
        expectedPods: expected,
        observedGeneration: generationOf(budget),
      }
      if (!isEqual(budget.status, status)) store.replace({ ...budget, status })
    },
  }

  /** The pods that their controllers want, not those that happen to be there. */
  function expectedOf(pods: readonly KubeObject[]): number {
    const sizes = new Map<string, number>()
    for (const pod of pods) {
      const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
      const kind = owner && store.resources.of(owner.apiVersion, owner.kind)
      const object = kind && store.get(kind.name, pod.metadata.namespace, owner.name)
      if (!object) sizes.set(keyOf(pod), 1)
      else
        sizes.set(
          object.metadata.uid ?? '',
          object.kind === 'DaemonSet' ? owners.owned(object.metadata.uid, 'pods').length : replicasOf(object),
        )
    }
    return [...sizes.values()].reduce((sum, size) => sum + size, 0)
  }
}

const isCovered = (budget: KubeObject, pod: KubeObject): boolean => {
  const selector = budget.spec?.['selector']
  return selector !== undefined && selects(selector, pod.metadata.labels)
}

/** The budget that forbids this pod to be evicted now; undefined where none does (Kubernetes, "API-initiated Eviction"). */
export function forbiddingBudget(store: Cluster['store'], pod: KubeObject): KubeObject | undefined {
  if (!isReady(pod)) return undefined
  return store
    .list(resource, pod.metadata.namespace)
    .find(budget => isCovered(budget, pod) && numberOf(at(budget, 'status.disruptionsAllowed')) < 1)
}
