import type { KubeObject } from '#lab/contract.ts'
import { at, numberOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, ownerKeys, ownKey } from './controller.ts'
import { leave } from './leaving.ts'
import { createPod, generationOf, isReady, replicasOf, revisionLabel } from './pod-template.ts'
import { revisionOf } from './revisions.ts'

const component = 'statefulset-controller'

/** Numbered pods, one after the other unless the policy is Parallel; updates from the highest number down. */
export function statefulSetController(cluster: Cluster): Controller {
  const { store, owners } = cluster
  return {
    name: 'StatefulSet',
    watches: ['statefulsets.apps', 'pods'],
    interests: change => [...ownKey(change, 'statefulsets.apps'), ...ownerKeys(change, 'pods', 'StatefulSet')],
    reconcile(namespace, name) {
      const set = store.get('statefulsets.apps', namespace, name)
      if (!set || isLeaving(set)) return
      const revision = revisionOf(cluster, set).metadata.name
      step(set, revision)
      tellStatus(set, revision)
    },
  }

  function step(set: KubeObject, revision: string): void {
    const pods = owners.owned(set.metadata.uid, 'pods')
    const ordered = textOf(set.spec?.['podManagementPolicy'], 'OrderedReady') === 'OrderedReady'
    const replicas = replicasOf(set)
    const byNumber = new Map(pods.map(pod => [numberIn(set, pod), pod]))
    for (let number = 0; number < replicas; number++) {
      const pod = byNumber.get(number)
      if (!pod) create(set, number, revision)
      if (ordered && (!pod || !isReady(pod))) return
    }
    const surplus = pods.filter(pod => numberIn(set, pod) >= replicas).toSorted(byNumberDown(set))
    for (const pod of surplus) {
      if (!isLeaving(pod)) remove(set, pod)
      if (ordered) return
    }
    if (at(set, 'spec.updateStrategy.type') === 'OnDelete') return
    const partition = numberOf(at(set, 'spec.updateStrategy.rollingUpdate.partition'))
    for (const pod of pods.toSorted(byNumberDown(set))) {
      if (numberIn(set, pod) < partition || numberIn(set, pod) >= replicas) continue
      if (!isReady(pod)) return
      if (pod.metadata.labels?.[revisionLabel] === revision) continue
      remove(set, pod)
      return
    }
  }

  function create(set: KubeObject, number: number, revision: string): void {
    const name = `${set.metadata.name}-${number}`
    if (store.get('pods', set.metadata.namespace, name)) return
    const labels = {
      'statefulset.kubernetes.io/pod-name': name,
      'apps.kubernetes.io/pod-index': String(number),
      [revisionLabel]: revision,
    }
    const spec = { hostname: name, subdomain: textOf(set.spec?.['serviceName']) }
    createPod(cluster, set, { name, labels, spec, generated: false })
    const message = `create Pod ${name} in StatefulSet ${set.metadata.name} successful`
    cluster.record(set, 'Normal', 'SuccessfulCreate', message, component)
  }

  function remove(set: KubeObject, pod: KubeObject): void {
    leave(cluster, 'pods', pod)
    const message = `delete Pod ${pod.metadata.name} in StatefulSet ${set.metadata.name} successful`
    cluster.record(set, 'Normal', 'SuccessfulDelete', message, component)
  }

  function tellStatus(stale: KubeObject, revision: string): void {
    const set = store.get('statefulsets.apps', stale.metadata.namespace, stale.metadata.name)
    if (!set) return
    const pods = owners.owned(set.metadata.uid, 'pods').filter(pod => !isLeaving(pod))
    const updated = pods.filter(pod => pod.metadata.labels?.[revisionLabel] === revision).length
    const ready = pods.filter(isReady).length
    const isDone = updated === replicasOf(set) && pods.length === updated && ready === updated
    const current = isDone ? revision : textOf(set.status?.['currentRevision'], revision)
    store.replace({
      ...set,
      status: {
        observedGeneration: generationOf(set),
        replicas: pods.length,
        ...(ready > 0 ? { readyReplicas: ready } : {}),
        ...(current === revision ? { currentReplicas: updated } : { currentReplicas: pods.length - updated }),
        updatedReplicas: updated,
        availableReplicas: ready,
        currentRevision: current,
        updateRevision: revision,
        collisionCount: 0,
      },
    })
  }
}

const numberIn = (set: KubeObject, pod: KubeObject): number =>
  Number(pod.metadata.name.slice(set.metadata.name.length + 1))

const byNumberDown = (set: KubeObject) => (a: KubeObject, b: KubeObject) => numberIn(set, b) - numberIn(set, a)
