import type { KubeObject } from '#lab/contract.ts'
import { at, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownKey } from './controller.ts'
import { podStatus, type Stage } from './pod-status.ts'
import { isReady } from './pod-template.ts'

/** Milliseconds from the first sight of a pod until its containers run. */
const creation = 1000

/** Scheduler and kubelet in small: gives pods a node and an address, lets them become ready, takes deleted ones away. */
export function podController(cluster: Cluster): Controller & { tick(now: number): void } {
  const { store } = cluster
  /** Pods on their way in or out: the only ones a tick looks at. */
  const moving = new Map<string, { namespace: string; name: string }>()

  return {
    name: 'Pod',
    interests: change => ownKey(change, 'pods'),
    reconcile(namespace, name) {
      const pod = store.get('pods', namespace, name)
      const key = `${namespace}/${name}`
      if (!pod || (isReady(pod) && !isLeaving(pod)) || isOver(pod)) {
        moving.delete(key)
        return
      }
      moving.set(key, { namespace, name })
      if (isLeaving(pod)) return
      if (!at(pod, 'spec.nodeName')) schedule(pod)
      else if (!at(pod, 'status.startTime')) advance(pod)
    },
    tick(now) {
      for (const { namespace, name } of moving.values()) {
        const pod = store.get('pods', namespace, name)
        if (!pod) continue
        if (isLeaving(pod)) takeAway(pod)
        else if (!at(pod, 'spec.nodeName')) schedule(pod)
        else if (stageAt(pod, now) !== stageOf(pod)) advance(pod)
      }
    },
  }

  function schedule(pod: KubeObject): void {
    const node = cluster.placement.choose(pod)
    if (!node) {
      const count = store.list('nodes').length
      const message = `0/${count} nodes are available: no node matches or all are unschedulable.`
      const isTold = listOf(at(pod, 'status.conditions')).some(item => item['reason'] === 'Unschedulable')
      if (isTold) return
      const condition = { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }
      store.replace({ ...pod, status: { ...pod.status, phase: 'Pending', conditions: [condition] } })
      cluster.record(pod, 'Warning', 'FailedScheduling', message, 'default-scheduler')
      return
    }
    const placed = { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } }
    store.replace({ ...placed, status: podStatus(placed, 'creating', placeOf(placed), cluster.now()) })
    const message = `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`
    cluster.record(pod, 'Normal', 'Scheduled', message, 'default-scheduler')
  }

  function advance(pod: KubeObject): void {
    const stage = stageAt(pod, cluster.now())
    const before = stageOf(pod)
    const place = placeOf(pod)
    if (stage !== 'creating' && place.podIP === '') {
      cluster.record(pod, 'Warning', 'FailedCreatePodSandBox', 'the node has no free address', 'kubelet')
      return
    }
    store.replace({ ...pod, status: podStatus(pod, stage, place, cluster.now()) })
    if (before !== 'creating' || stage === 'creating') return
    for (const container of [...listOf(at(pod, 'spec.initContainers')), ...listOf(at(pod, 'spec.containers'))]) {
      const [name, image] = [textOf(container['name']), textOf(container['image'])]
      const told = `Container image "${image}" already present on machine`
      cluster.record(pod, 'Normal', 'Pulled', told, 'kubelet')
      cluster.record(pod, 'Normal', 'Created', `Created container: ${name}`, 'kubelet')
      cluster.record(pod, 'Normal', 'Started', `Started container ${name}`, 'kubelet')
    }
  }

  function takeAway(pod: KubeObject): void {
    for (const container of listOf(at(pod, 'spec.containers')))
      cluster.record(pod, 'Normal', 'Killing', `Stopping container ${textOf(container['name'])}`, 'kubelet')
    const finalizers = pod.metadata['finalizers']
    if (Array.isArray(finalizers) && finalizers.length > 0) return
    store.remove('pods', pod.metadata.namespace, pod.metadata.name)
  }

  function placeOf(pod: KubeObject): { hostIP: string; podIP: string } {
    const node = store.get('nodes', undefined, textOf(at(pod, 'spec.nodeName')))
    const addresses = listOf(at(node, 'status.addresses'))
    const hostIP = textOf(addresses.find(item => item['type'] === 'InternalIP')?.['address'], '127.0.0.1')
    if (at(pod, 'spec.hostNetwork') === true) return { hostIP, podIP: hostIP }
    return {
      hostIP,
      podIP: textOf(at(pod, 'status.podIP')) || (node ? cluster.placement.address(node) : undefined) || '',
    }
  }

  function stageAt(pod: KubeObject, now: number): Stage {
    const age = now - (Date.parse(pod.metadata.creationTimestamp ?? '') || 0)
    if (age < creation) return 'creating'
    const wait = cluster.startup(pod.metadata.namespace ?? '', workloadOf(pod)) * 1000
    return age < wait ? 'running' : 'ready'
  }

  /** The name of the workload: of the Deployment behind a ReplicaSet, else of the controller, else of the pod. */
  function workloadOf(pod: KubeObject): string {
    const owner = pod.metadata.ownerReferences?.find(reference => reference.controller)
    if (!owner) return pod.metadata.name
    if (owner.kind !== 'ReplicaSet') return owner.name
    const set = store.get('replicasets.apps', pod.metadata.namespace, owner.name)
    return set?.metadata.ownerReferences?.find(reference => reference.controller)?.name ?? owner.name
  }
}

const isOver = (pod: KubeObject): boolean => {
  const phase = at(pod, 'status.phase')
  return !isLeaving(pod) && (phase === 'Succeeded' || phase === 'Failed')
}

function stageOf(pod: KubeObject): Stage {
  if (isReady(pod)) return 'ready'
  return fieldsOf(pod.status)['phase'] === 'Running' ? 'running' : 'creating'
}
