import type { KubeObject } from '#lab/contract.ts'
import { type Cluster, type Controller, isLeaving, ownerKeys, ownKey } from './controller.ts'
import { leave } from './leaving.ts'
import { createPod, freePodName, generationOf, hashLabel, isActive, isReady, replicasOf } from './pod-template.ts'

const component = 'replicaset-controller'

/** Keeps as many pods as a ReplicaSet wants. */
export function replicaSetController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'ReplicaSet',
    watches: ['replicasets.apps', 'pods'],
    interests: change => [...ownKey(change, 'replicasets.apps'), ...ownerKeys(change, 'pods', 'ReplicaSet')],
    reconcile(namespace, name) {
      const set = store.get('replicasets.apps', namespace, name)
      if (!set || isLeaving(set)) return
      const pods = owners.owned(set.metadata.uid, 'pods').filter(isActive)
      const missing = replicasOf(set) - pods.length
      for (let count = 0; count < missing; count++) {
        const pod = createPod(cluster, set, { name: freePodName(cluster, set), generated: true })
        cluster.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component)
      }
      for (const pod of pods.toSorted(byDispensability).slice(0, Math.max(0, -missing))) {
        leave(cluster, 'pods', pod)
        cluster.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component)
      }
      tellStatus(set)
    },
  }

  function tellStatus(stale: KubeObject): void {
    const set = store.get('replicasets.apps', stale.metadata.namespace, stale.metadata.name)
    if (!set) return
    const pods = owners.owned(set.metadata.uid, 'pods').filter(isActive)
    const ready = pods.filter(isReady).length
    const hash = set.metadata.labels?.[hashLabel]
    const labelled = pods.filter(pod => hash === undefined || pod.metadata.labels?.[hashLabel] === hash).length
    store.replace({
      ...set,
      status: {
        ...(set.status?.['conditions'] === undefined ? {} : { conditions: set.status['conditions'] }),
        replicas: pods.length,
        ...(labelled > 0 ? { fullyLabeledReplicas: labelled } : {}),
        ...(ready > 0 ? { readyReplicas: ready, availableReplicas: ready } : {}),
        observedGeneration: generationOf(set),
      },
    })
  }
}

/** Who goes first: not yet placed, not ready, youngest (Kubernetes documentation, "Pod deletion cost"). */
function byDispensability(a: KubeObject, b: KubeObject): number {
  const placed = (pod: KubeObject) => Number(Boolean(pod.spec?.['nodeName']))
  const ready = (pod: KubeObject) => Number(isReady(pod))
  const born = (pod: KubeObject) => Date.parse(pod.metadata.creationTimestamp ?? '') || 0
  return (
    placed(a) - placed(b) || ready(a) - ready(b) || born(b) - born(a) || (a.metadata.name < b.metadata.name ? 1 : -1)
  )
}
