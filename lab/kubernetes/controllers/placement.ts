import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, fieldsOf, textOf } from '#lab/kubernetes/value.ts'
import { isNodeReady } from './nodes.ts'

/** Where pods run and what addresses they have. */
export interface Placement {
  /** The node with the fewest pods that the pod's nodeSelector allows; undefined when there is none. */
  choose(pod: KubeObject): KubeObject | undefined
  /** An address of the node's range that no pod has; undefined when the range is full. */
  address(node: KubeObject): string | undefined
}

export function createPlacement(store: KubernetesStore): Placement & { close(): void } {
  const counts = new Map<string, number>()
  const users = new Map<string, number>()
  const add = (pod: KubeObject | null, step: 1 | -1): void => {
    if (!pod) return
    const node = textOf(at(pod, 'spec.nodeName'))
    if (node) counts.set(node, (counts.get(node) ?? 0) + step)
    const ip = textOf(at(pod, 'status.podIP'))
    if (ip) users.set(ip, (users.get(ip) ?? 0) + step)
    if (users.get(ip) === 0) users.delete(ip)
  }
  for (const pod of store.list('pods')) add(pod, 1)
  const close = store.subscribe(({ resource, type, object, previous }) => {
    if (resource !== 'pods') return
    add(previous, -1)
    if (type !== 'DELETED') add(object, 1)
  })
  return {
    choose(pod) {
      const wanted = Object.entries(fieldsOf(at(pod, 'spec.nodeSelector')))
      let best: KubeObject | undefined
      for (const node of store.list('nodes')) {
        if (!isUsable(node) || wanted.some(([key, value]) => node.metadata.labels?.[key] !== value)) continue
        if (!best || (counts.get(node.metadata.name) ?? 0) < (counts.get(best.metadata.name) ?? 0)) best = node
      }
      return best
    },
    address(node) {
      const range = textOf(at(node, 'spec.podCIDR'))
      const [, prefix] = /^(\d+\.\d+\.\d+)\.0\/24$/.exec(range) ?? []
      const place = store.list('nodes').indexOf(node)
      const base = prefix ?? `10.244.${place < 0 ? 0 : place & 255}`
      for (let slot = 2; slot < 255; slot++) if (!users.has(`${base}.${slot}`)) return `${base}.${slot}`
      return undefined
    },
    close,
  }
}

const isUsable = (node: KubeObject): boolean => at(node, 'spec.unschedulable') !== true && isNodeReady(node)
