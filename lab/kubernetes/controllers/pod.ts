import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, isEqual, listOf, textOf } from '#lab/kubernetes/value.ts'
import { endedStatus, endOf } from './container-life.ts'
import { type Cluster, type Controller, isLeaving, keyOf, ownKey } from './controller.ts'
import { leave } from './leaving.ts'
import { evictionTime, isNodeReady } from './nodes.ts'
import { type Place, podStatus } from './pod-status.ts'
import { isReady } from './pod-template.ts'

/** Milliseconds from the first sight of a pod until its containers run. */
const creation = 1000

export interface PodController extends Controller {
  tick(now: number): void
  /** Ends a container from outside, as the kernel does with one that takes too much memory; it is started again. */
  restartContainer(pod: { namespace: string; name: string }, container: string, reason: string, exitCode: number): void
}

/** Scheduler and kubelet in small: gives pods a node and an address, lets them become ready, takes deleted ones away. */
export function podController(cluster: Cluster): PodController {
  const { store } = cluster
  /** Pods on their way in or out, and those that are not well: the only ones a tick looks at. */
  const moving = new Map<string, { namespace: string; name: string }>()

  return {
    name: 'Pod',
    watches: ['pods', 'nodes'],
    interests: change =>
      change.resource === 'nodes' && isNodeReady(change.previous) !== isNodeReady(change.object)
        ? store
            .list('pods')
            .filter(pod => at(pod, 'spec.nodeName') === change.object.metadata.name)
            .map(keyOf)
        : ownKey(change, 'pods'),
    reconcile(namespace, name) {
      const pod = store.get('pods', namespace, name)
      const key = `${namespace}/${name}`
      if (!pod || isSettled(pod)) {
        moving.delete(key)
        return
      }
      moving.set(key, { namespace, name })
      if (isLeaving(pod)) return
      if (!at(pod, 'spec.nodeName')) schedule(pod)
      else if (!at(pod, 'status.startTime') || (isReady(pod) && !isNodeReady(nodeOf(pod)))) advance(pod)
    },
    tick(now) {
      for (const { namespace, name } of moving.values()) {
        const pod = store.get('pods', namespace, name)
        if (!pod) continue
        if (isLeaving(pod)) takeAway(pod)
        else if (!at(pod, 'spec.nodeName')) schedule(pod)
        else if (now >= (evictionTime(pod, nodeOf(pod)) ?? Number.POSITIVE_INFINITY)) evict(pod)
        else advance(pod)
      }
    },
    restartContainer({ namespace, name }, container, reason, exitCode) {
      const pod = store.get('pods', namespace, name)
      const statuses = listOf(at(pod, 'status.containerStatuses'))
      if (!pod || isLeaving(pod) || !statuses.some(status => status['name'] === container)) return
      const ended = statuses.map(status =>
        status['name'] === container ? endedStatus(status, { reason, exitCode, now: cluster.now() }) : status,
      )
      const conditions = listOf(at(pod, 'status.conditions')).map(item =>
        item['type'] === 'Ready' || item['type'] === 'ContainersReady' ? { ...item, status: 'False' } : item,
      )
      store.replace({ ...pod, status: { ...pod.status, containerStatuses: ended, conditions } })
    },
  }

  /** Nothing more will happen to it by itself. */
  function isSettled(pod: KubeObject): boolean {
    if (isLeaving(pod)) return false
    const phase = at(pod, 'status.phase')
    if (phase === 'Succeeded' || phase === 'Failed') return true
    const containers = listOf(at(pod, 'spec.containers'))
    return isReady(pod) && isNodeReady(nodeOf(pod)) && containers.every(container => endOf(pod, container) === null)
  }

  function nodeOf(pod: KubeObject): KubeObject | undefined {
    return store.get('nodes', undefined, textOf(at(pod, 'spec.nodeName')))
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
    const { status } = podStatus(placed, placeOf(placed), { now: cluster.now(), isCreated: false, startup: 0 })
    store.replace({ ...placed, status })
    const message = `Successfully assigned ${keyOf(pod)} to ${node.metadata.name}`
    cluster.record(pod, 'Normal', 'Scheduled', message, 'default-scheduler')
  }

  function advance(pod: KubeObject): void {
    const now = cluster.now()
    const born = Date.parse(pod.metadata.creationTimestamp ?? '') || 0
    const isCreated = now - born >= creation
    const place = placeOf(pod)
    if (isCreated && place.podIP === '') {
      cluster.record(pod, 'Warning', 'FailedCreatePodSandBox', 'the node has no free address', 'kubelet')
      return
    }
    // A silent node's kubelet tells nothing of its containers: they stay as they were last seen.
    if (!place.isReady && isReady(pod)) {
      loseReadiness(pod)
      return
    }
    if (!place.isReady) return
    const startup = cluster.startup(pod.metadata.namespace ?? '', workloadOf(pod)) * 1000
    const { status, happened } = podStatus(pod, place, { now, isCreated, startup })
    if (!isEqual(pod.status, status)) store.replace({ ...pod, status })
    for (const { type, reason, message } of happened) cluster.record(pod, type, reason, message, 'kubelet')
  }

  function loseReadiness(pod: KubeObject): void {
    const time = timestamp(cluster.now())
    const conditions = listOf(at(pod, 'status.conditions')).map(item =>
      item['type'] === 'Ready' ? { ...item, status: 'False', reason: 'NodeNotReady', lastTransitionTime: time } : item,
    )
    store.replace({ ...pod, status: { ...pod.status, conditions } })
    cluster.record(pod, 'Warning', 'NodeNotReady', 'Node is not ready', 'node-controller')
  }

  function evict(pod: KubeObject): void {
    const message = `Marking for deletion Pod ${keyOf(pod)}`
    cluster.record(pod, 'Normal', 'TaintManagerEviction', message, 'taint-eviction-controller')
    leave(cluster, 'pods', pod)
  }

  function takeAway(pod: KubeObject): void {
    const isForced = pod.metadata['deletionGracePeriodSeconds'] === 0
    // Only a kubelet can say that its containers have ended.
    if (!isNodeReady(nodeOf(pod)) && !isForced) return
    for (const container of listOf(at(pod, 'spec.containers')))
      cluster.record(pod, 'Normal', 'Killing', `Stopping container ${textOf(container['name'])}`, 'kubelet')
    const finalizers = pod.metadata['finalizers']
    if (Array.isArray(finalizers) && finalizers.length > 0) return
    store.remove('pods', pod.metadata.namespace, pod.metadata.name)
  }

  function placeOf(pod: KubeObject): Place {
    const node = nodeOf(pod)
    const addresses = listOf(at(node, 'status.addresses'))
    const hostIP = textOf(addresses.find(item => item['type'] === 'InternalIP')?.['address'], '127.0.0.1')
    const known = textOf(at(pod, 'status.podIP'))
    const podIP =
      at(pod, 'spec.hostNetwork') === true
        ? hostIP
        : known || (node ? cluster.placement.address(node) : undefined) || ''
    return { hostIP, podIP, isReady: isNodeReady(node) }
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
