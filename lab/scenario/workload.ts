import type { KubeObject } from '#lab/contract.ts'
import { type Owner, daemonSetOf, deploymentOf, replicaSetOf, statefulSetOf } from './controllers.ts'
import { suffix, timestamp, uidOf } from './identity.ts'
import type { WorkloadPlan } from './plan.ts'
import { podOf } from './pod.ts'
import { selectorOf, managedLabels, templateOf } from './template.ts'

/** A place for one pod. */
export interface Slot {
  nodeName: string
  hostIP: string
  podIP: string
}

const day = 86_400_000

/** The workload, its ReplicaSet where it has one, and its pods, all settled. */
export function workloadObjects(
  workload: WorkloadPlan,
  namespaceLabels: Record<string, string>,
  startedAt: number,
  slots: Slot[],
): KubeObject[] {
  const createdAt = startedAt - workload.ageDays * day
  const template = templateOf(workload)
  const base = {
    name: workload.name,
    namespace: workload.namespace,
    uid: uidOf(`${workload.kind}/${workload.namespace}/${workload.name}`),
    generation: 1,
    creationTimestamp: timestamp(createdAt),
    labels: ownLabels(workload),
  }
  const owner: Owner = { apiVersion: 'apps/v1', kind: workload.kind, name: workload.name, uid: base.uid }
  // Pods outlive neither node upgrades nor releases: they are younger than what owns them.
  const podAge = (index: number) => startedAt - Math.min(workload.ageDays, 1 + (index % 5)) * day * 0.9 + index * 37_000
  const pods = (
    controller: Owner,
    nameOf: (index: number) => string,
    labelsOf: (index: number, name: string) => Record<string, string>,
  ) =>
    slots.map((slot, index) =>
      podOf({
        name: nameOf(index),
        namespace: workload.namespace,
        namespaceLabels,
        owner: controller,
        controllerLabels: labelsOf(index, nameOf(index)),
        template,
        ...slot,
        createdAt: podAge(index),
      }),
    )
  const key = `${workload.namespace}/${workload.name}`
  const hash = suffix(`${key}/template`, 10)
  const count = slots.length
  switch (workload.kind) {
    case 'Deployment': {
      const replicaSet = replicaSetOf(workload, template, hash, owner, count, timestamp(createdAt))
      const controller = {
        apiVersion: 'apps/v1',
        kind: 'ReplicaSet',
        name: replicaSet.metadata.name,
        uid: String(replicaSet.metadata.uid),
      }
      return [
        deploymentOf(workload, template, base, count),
        replicaSet,
        ...pods(
          controller,
          index => `${controller.name}-${suffix(`${key}/${index}`, 5)}`,
          () => ({ 'pod-template-hash': hash }),
        ),
      ]
    }
    case 'StatefulSet':
      return [
        statefulSetOf(workload, template, base, count, hash),
        ...pods(
          owner,
          index => `${workload.name}-${index}`,
          (index, name) => ({
            'apps.kubernetes.io/pod-index': String(index),
            'controller-revision-hash': `${workload.name}-${hash}`,
            'statefulset.kubernetes.io/pod-name': name,
          }),
        ),
      ]
    case 'DaemonSet':
      return [
        daemonSetOf(workload, template, base, count),
        ...pods(
          owner,
          index => `${workload.name}-${suffix(`${key}/${index}`, 5)}`,
          () => ({ 'controller-revision-hash': hash, 'pod-template-generation': '1' }),
        ),
      ]
  }
}

const ownLabels = (workload: WorkloadPlan): Record<string, string> =>
  workload.role === 'gateway' || workload.role === 'waypoint'
    ? { ...selectorOf(workload), ...managedLabels(workload) }
    : selectorOf(workload)
