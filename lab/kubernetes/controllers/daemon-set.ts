import type { KubeObject } from '#lab/contract.ts'
import { at, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownerKeys, ownKey } from './controller.ts'
import { leave } from './leaving.ts'
import { createPod, freePodName, generationOf, isActive, isReady, revisionLabel } from './pod-template.ts'
import { hashIn, revisionOf } from './revisions.ts'
import { resolve } from './rollout.ts'

const component = 'daemonset-controller'

/** One pod on every node. */
export function daemonSetController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'DaemonSet',
    watches: ['daemonsets.apps', 'pods', 'nodes'],
    interests: change => [
      ...ownKey(change, 'daemonsets.apps'),
      ...ownerKeys(change, 'pods', 'DaemonSet'),
      ...(change.resource === 'nodes' && change.type !== 'MODIFIED' ? store.list('daemonsets.apps').map(keyOf) : []),
    ],
    reconcile(namespace, name) {
      const set = store.get('daemonsets.apps', namespace, name)
      if (!set || isLeaving(set)) return
      const hash = hashIn(set, revisionOf(cluster, set))
      const nodes = nodesFor(set)
      place(set, nodes, hash)
      update(set, nodes.length, hash)
      tellStatus(set, nodes.length, hash)
    },
  }

  function nodesFor(set: KubeObject): string[] {
    const wanted = Object.entries(fieldsOf(at(set, 'spec.template.spec.nodeSelector')))
    return store
      .list('nodes')
      .filter(node => wanted.every(([key, value]) => node.metadata.labels?.[key] === value))
      .map(node => node.metadata.name)
  }

  function podsOf(set: KubeObject): KubeObject[] {
    return owners.owned(set.metadata.uid, 'pods')
  }

  function place(set: KubeObject, nodes: string[], hash: string): void {
    const pods = podsOf(set)
    const taken = new Set(pods.map(pod => textOf(at(pod, 'spec.nodeName'))))
    for (const nodeName of nodes.filter(node => !taken.has(node))) {
      const generation = set.metadata.annotations?.['deprecated.daemonset.template.generation'] ?? '1'
      const labels = { [revisionLabel]: hash, 'pod-template-generation': generation }
      const pod = createPod(cluster, set, {
        name: freePodName(cluster, set),
        labels,
        spec: { nodeName },
        generated: true,
      })
      cluster.record(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, component)
    }
    for (const pod of pods.filter(isActive)) if (!nodes.includes(textOf(at(pod, 'spec.nodeName')))) remove(set, pod)
  }

  function update(set: KubeObject, wanted: number, hash: string): void {
    if (at(set, 'spec.updateStrategy.type') === 'OnDelete') return
    const limit = Math.max(1, resolve(at(set, 'spec.updateStrategy.rollingUpdate.maxUnavailable') ?? 1, wanted, 'up'))
    const pods = podsOf(set)
    let budget = limit - (wanted - pods.filter(isReady).length)
    for (const pod of pods.filter(isActive)) {
      if (pod.metadata.labels?.[revisionLabel] === hash) continue
      if (isReady(pod) && budget-- <= 0) return
      remove(set, pod)
    }
  }

  function remove(set: KubeObject, pod: KubeObject): void {
    leave(cluster, 'pods', pod)
    cluster.record(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, component)
  }

  function tellStatus(stale: KubeObject, wanted: number, hash: string): void {
    const set = store.get('daemonsets.apps', stale.metadata.namespace, stale.metadata.name)
    if (!set) return
    const pods = podsOf(set).filter(isActive)
    const ready = pods.filter(isReady).length
    const updated = pods.filter(pod => pod.metadata.labels?.[revisionLabel] === hash).length
    store.replace({
      ...set,
      status: {
        observedGeneration: generationOf(set),
        currentNumberScheduled: pods.length,
        desiredNumberScheduled: wanted,
        numberMisscheduled: 0,
        numberReady: ready,
        updatedNumberScheduled: updated,
        numberAvailable: ready,
        ...(ready < wanted ? { numberUnavailable: wanted - ready } : {}),
      },
    })
  }
}
