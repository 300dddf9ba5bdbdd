import type { KubeObject } from '#lab/contract.ts'
import { uidOf } from './identity.ts'
import type { PodTemplate } from './injection.ts'
import type { WorkloadPlan } from './plan.ts'
import { selectorOf } from './template.ts'

/** Deployments, ReplicaSets, StatefulSets and DaemonSets whose every pod is ready. */

export interface Owner {
  apiVersion: string
  kind: string
  name: string
  uid: string
}

type Base = KubeObject['metadata']

export const deploymentOf = (workload: WorkloadPlan, template: PodTemplate, base: Base, count: number): KubeObject => ({
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

export function replicaSetOf(
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

export const statefulSetOf = (
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

export const daemonSetOf = (workload: WorkloadPlan, template: PodTemplate, base: Base, count: number): KubeObject => ({
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
