import type { KubeObject } from '#lab/contract.ts'
import { timestamp } from '#lab/kubernetes/identity.ts'
import { at, type Fields, fieldsOf, listOf, numberOf, textOf } from '#lab/kubernetes/value.ts'
import type { Cluster } from './controller.ts'

const taintKey = 'node.kubernetes.io/unreachable'

export const readyCondition = (node: KubeObject | null | undefined): Fields | undefined =>
  listOf(at(node, 'status.conditions')).find(item => item['type'] === 'Ready')

/** A node that nobody has said anything of is taken to be well. */
export const isNodeReady = (node: KubeObject | null | undefined): boolean => {
  const condition = readyCondition(node)
  return condition === undefined || condition['status'] === 'True'
}

/** A node falls silent, or is heard of again: what its kubelet and the node controller write then. */
export function setNodeReady(cluster: Cluster, name: string, isReady: boolean): void {
  const node = cluster.store.get('nodes', undefined, name)
  if (!node || isNodeReady(node) === isReady) return
  const time = timestamp(cluster.now())
  const said: Fields = isReady
    ? { status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
    : { status: 'Unknown', reason: 'NodeStatusUnknown', message: 'Kubelet stopped posting node status.' }
  const others = listOf(at(node, 'status.conditions')).filter(item => item['type'] !== 'Ready')
  const ready = { type: 'Ready', ...said, lastHeartbeatTime: time, lastTransitionTime: time }
  const kept = listOf(node.spec?.['taints']).filter(taint => taint['key'] !== taintKey)
  const effects = ['NoSchedule', 'NoExecute'].map(effect => ({ key: taintKey, effect, timeAdded: time }))
  const taints = isReady ? kept : [...kept, ...effects]
  const { taints: _, ...spec } = fieldsOf(node.spec)
  const next = cluster.store.replace({
    ...node,
    spec: { ...spec, ...(taints.length > 0 ? { taints } : {}) },
    status: { ...node.status, conditions: [...others, ready] },
  })
  const reason = isReady ? 'NodeReady' : 'NodeNotReady'
  cluster.record(next, 'Normal', reason, `Node ${name} status is now: ${reason}`, 'node-controller')
}

/** When a pod has waited long enough for its silent node; undefined where it waits for ever (Kubernetes, "Taint based Evictions"). */
export function evictionTime(pod: KubeObject, node: KubeObject | undefined): number | undefined {
  if (isNodeReady(node)) return undefined
  const since = Date.parse(textOf(readyCondition(node)?.['lastTransitionTime']))
  const isDaemon = pod.metadata.ownerReferences?.some(owner => owner.kind === 'DaemonSet')
  const toleration = listOf(at(pod, 'spec.tolerations')).find(
    item =>
      (item['key'] === taintKey || (item['key'] === undefined && item['operator'] === 'Exists')) &&
      (item['effect'] === undefined || item['effect'] === 'NoExecute'),
  )
  if (isDaemon || (toleration && toleration['tolerationSeconds'] === undefined)) return undefined
  return since + numberOf(toleration?.['tolerationSeconds'], 300) * 1000
}
