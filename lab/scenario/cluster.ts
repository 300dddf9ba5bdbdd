import type { KubeObject } from '#lab/contract.ts'
import { nodeAddress, podAddress, timestamp, uidOf } from './identity.ts'
import type { NamespacePlan } from './plan.ts'
import type { Slot } from './workload.ts'

/** Namespaces, nodes, and which pod stands on which node. */

export const cluster = 'prod-eu'
const region = 'eu-central-1'
const zones = ['a', 'b', 'c']
const day = 86_400_000

export const namespaceLabels = (namespace: NamespacePlan): Record<string, string> => ({
  ...namespace.labels,
  'kubernetes.io/metadata.name': namespace.name,
})

export const namespaceOf = (namespace: NamespacePlan, startedAt: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: {
    name: namespace.name,
    uid: uidOf(`Namespace/${namespace.name}`),
    creationTimestamp: timestamp(startedAt - namespace.ageDays * day),
    labels: namespaceLabels(namespace),
  },
  spec: { finalizers: ['kubernetes'] },
  status: { phase: 'Active' },
})

const nodeName = (index: number): string =>
  `${cluster}-${zones[index % zones.length]}-${String(Math.floor(index / zones.length) + 1).padStart(2, '0')}`

export function nodeOf(index: number, startedAt: number): KubeObject {
  const name = nodeName(index)
  const created = timestamp(startedAt - 96 * day + index * 41_000)
  const size = { cpu: '32', memory: '129886544Ki', pods: '254', 'ephemeral-storage': '209702892Ki' }
  const condition = (type: string, status: string, reason: string) => ({
    type,
    status,
    reason,
    message: '',
    lastHeartbeatTime: timestamp(startedAt),
    lastTransitionTime: created,
  })
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      uid: uidOf(`Node/${name}`),
      creationTimestamp: created,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'node.kubernetes.io/instance-type': 'm6i.8xlarge',
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': `${region}${zones[index % zones.length]}`,
      },
    },
    spec: { podCIDR: `10.${64 + (index >> 8)}.${index & 255}.0/24`, providerID: `lab://${name}` },
    status: {
      capacity: size,
      allocatable: { ...size, cpu: '31850m' },
      addresses: [
        { type: 'InternalIP', address: nodeAddress(index) },
        { type: 'Hostname', address: name },
      ],
      conditions: [
        condition('MemoryPressure', 'False', 'KubeletHasSufficientMemory'),
        condition('DiskPressure', 'False', 'KubeletHasNoDiskPressure'),
        condition('PIDPressure', 'False', 'KubeletHasSufficientPID'),
        condition('Ready', 'True', 'KubeletReady'),
      ],
      nodeInfo: {
        architecture: 'amd64',
        operatingSystem: 'linux',
        osImage: 'Debian GNU/Linux 12 (bookworm)',
        kernelVersion: '6.1.0-32-amd64',
        kubeletVersion: 'v1.33.4',
        containerRuntimeVersion: 'containerd://1.7.27',
      },
    },
  }
}

/** Spreads pods over nodes in turn; no two pods share an address. */
export function placer(nodes: number): { some(count: number): Slot[]; everywhere(): Slot[] } {
  const used = Array.from({ length: nodes }, () => 0)
  let turn = 0
  const take = (node: number): Slot => {
    const slot = used[node] ?? 0
    if (slot > 250) throw new Error(`Node ${nodeName(node)} has no address left: the plan needs more nodes.`)
    used[node] = slot + 1
    return { nodeName: nodeName(node), hostIP: nodeAddress(node), podIP: podAddress(node, slot) }
  }
  return {
    some: count => Array.from({ length: count }, () => take(turn++ % nodes)),
    everywhere: () => Array.from({ length: nodes }, (_, node) => take(node)),
  }
}
