import type { KubeObject } from '#lab/contract.ts'
import { suffix, timestamp, uidOf } from './identity.ts'
import type { WorkloadPlan } from './plan.ts'
import { podOf, type PodTemplate } from './pod.ts'
import { selectorOf, managedLabels, templateOf } from './template.ts'

interface Owner {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

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

type Base = KubeObject['metadata']

const ownLabels = (workload: WorkloadPlan): Record<string, string> =>
  workload.role === 'gateway' || workload.role === 'waypoint'
    ? { ...selectorOf(workload), ...managedLabels(workload) }
    : selectorOf(workload)

const deploymentOf = (workload: WorkloadPlan, template: PodTemplate, base: Base, count: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { ...base, annotations: { 'deployment.kubernetes.io/revision': '1' } },
  spec: {
    replicas: count,
    selector: { matchLabels: selectorOf(workload) },
    template,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%' } },
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
  },
  status: {
    observedGeneration: 1,
    replicas: count,
    updatedReplicas: count,
    readyReplicas: count,
    availableReplicas: count,
    conditions: [
      condition('Available', 'MinimumReplicasAvailable', 'Deployment has minimum availability.', base),
      condition('Progressing', 'NewReplicaSetAvailable', 'The rollout has finished.', base),
    ],
  },
})

const condition = (type: string, reason: string, message: string, base: Base) => ({
  type,
  status: 'True',
  lastUpdateTime: base.creationTimestamp,
  lastTransitionTime: base.creationTimestamp,
  reason,
  message,
})

function replicaSetOf(
  workload: WorkloadPlan,
  template: PodTemplate,
  hash: string,
  owner: Owner,
  count: number,
  created: string,
): KubeObject {
  const labels = { ...template.metadata.labels, 'pod-template-hash': hash }
  const name = `${workload.name}-${hash}`
  const reference = { ...owner, controller: true, blockOwnerDeletion: true }
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      namespace: workload.namespace,
      uid: uidOf(`ReplicaSet/${workload.namespace}/${name}`),
      generation: 1,
      creationTimestamp: created,
      labels,
      annotations: {
        'deployment.kubernetes.io/desired-replicas': String(count),
        'deployment.kubernetes.io/max-replicas': String(Math.ceil(count * 1.25)),
        'deployment.kubernetes.io/revision': '1',
      },
      ownerReferences: [reference],
    },
    spec: {
      replicas: count,
      selector: { matchLabels: { ...selectorOf(workload), 'pod-template-hash': hash } },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
    status: {
      replicas: count,
      fullyLabeledReplicas: count,
      readyReplicas: count,
      availableReplicas: count,
      observedGeneration: 1,
    },
  }
}

const statefulSetOf = (
  workload: WorkloadPlan,
  template: PodTemplate,
  base: Base,
  count: number,
  hash: string,
): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: base,
  spec: {
    replicas: count,
    serviceName: workload.app,
    selector: { matchLabels: selectorOf(workload) },
    template,
    podManagementPolicy: 'OrderedReady',
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    revisionHistoryLimit: 10,
  },
  status: {
    observedGeneration: 1,
    replicas: count,
    readyReplicas: count,
    currentReplicas: count,
    updatedReplicas: count,
    availableReplicas: count,
    currentRevision: `${workload.name}-${hash}`,
    updateRevision: `${workload.name}-${hash}`,
    collisionCount: 0,
  },
})

const daemonSetOf = (workload: WorkloadPlan, template: PodTemplate, base: Base, count: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { ...base, annotations: { 'deprecated.daemonset.template.generation': '1' } },
  spec: {
    selector: { matchLabels: selectorOf(workload) },
    template,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1, maxSurge: 0 } },
    revisionHistoryLimit: 10,
  },
  status: {
    observedGeneration: 1,
    currentNumberScheduled: count,
    desiredNumberScheduled: count,
    updatedNumberScheduled: count,
    numberScheduled: count,
    numberMisscheduled: 0,
    numberReady: count,
    numberAvailable: count,
  },
})
