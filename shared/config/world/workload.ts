import type { MeshObject } from '#shared/mesh/object.ts'

/** What made a pod. */
export interface WorkloadName {
  kind: string
  namespace: string
  name: string
}

/**
 * The owner of a pod as Istio names workloads (istio.io, `GetWorkloadMetaFromPod`): through a ReplicaSet to its
 * Deployment and through a Job to its CronJob, both by their naming conventions; the pod itself where nobody made it.
 */
export function workloadOf({ metadata }: MeshObject): WorkloadName {
  const namespace = metadata.namespace ?? ''
  const owner = metadata.ownerReferences?.find(reference => reference.controller === true)
  if (!owner) return { kind: 'Pod', namespace, name: metadata.name }
  if (owner.kind === 'ReplicaSet') {
    const hash = metadata.labels?.['pod-template-hash']
    if (hash && owner.name.endsWith(`-${hash}`))
      return { kind: 'Deployment', namespace, name: owner.name.slice(0, -hash.length - 1) }
  }
  const cronJob = owner.kind === 'Job' ? /^(.+)-\d{8,10}$/.exec(owner.name)?.[1] : undefined
  return cronJob === undefined
    ? { kind: owner.kind, namespace, name: owner.name }
    : { kind: 'CronJob', namespace, name: cronJob }
}

export const workloadText = ({ kind, namespace, name }: WorkloadName): string => `${kind}/${namespace}/${name}`
