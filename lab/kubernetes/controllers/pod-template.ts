import type { KubeObject } from '#lab/contract.ts'
import { suffixOf } from '#lab/kubernetes/identity.ts'
import { canonicalText, type Fields, fieldsOf, isEqual, isFields, listOf, numberOf, at } from '#lab/kubernetes/value.ts'
import { type Cluster, isLeaving } from './controller.ts'
import { inject } from './injection.ts'

export const hashLabel = 'pod-template-hash'
export const revisionLabel = 'controller-revision-hash'

/** What Kubernetes appends to the name of a ReplicaSet: the same template gives the same hash. */
export const hashOf = (template: unknown, collision = 0): string =>
  suffixOf(`${canonicalText(template)}/${collision}`, 10)

/** The template without the label that tells its ReplicaSets apart. */
export function withoutHash(template: unknown): unknown {
  if (!isFields(template)) return template
  const metadata = fieldsOf(template['metadata'])
  const { [hashLabel]: _, ...labels } = fieldsOf(metadata['labels'])
  const { creationTimestamp: __, ...rest } = metadata
  return { ...template, metadata: { ...rest, labels } }
}

export const isSameTemplate = (a: unknown, b: unknown): boolean => isEqual(withoutHash(a), withoutHash(b))

export const ownerOf = ({ apiVersion, kind, metadata }: KubeObject) => ({
  apiVersion,
  kind,
  name: metadata.name,
  uid: metadata.uid ?? '',
  controller: true,
  blockOwnerDeletion: true,
})

/** Makes a pod from its controller's template, injected as its namespace asks for. */
export function createPod(
  { store }: Cluster,
  owner: KubeObject,
  options: { name: string; labels?: Record<string, string>; spec?: Fields; generated: boolean },
): KubeObject {
  const template = fieldsOf(owner.spec?.['template'])
  const metadata = fieldsOf(template['metadata'])
  const draft: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: options.name,
      ...(options.generated ? { generateName: `${owner.metadata.name}-` } : {}),
      ...(owner.metadata.namespace === undefined ? {} : { namespace: owner.metadata.namespace }),
      labels: { ...(fieldsOf(metadata['labels']) as Record<string, string>), ...options.labels },
      ...(metadata['annotations'] === undefined
        ? {}
        : { annotations: fieldsOf(metadata['annotations']) as Record<string, string> }),
      ownerReferences: [ownerOf(owner)],
    },
    spec: { ...fieldsOf(template['spec']), ...options.spec },
    status: { phase: 'Pending', qosClass: 'Burstable' },
  }
  return store.create(inject(draft, store))
}

/** A name that no pod of the namespace has. */
export function freePodName({ store }: Cluster, owner: KubeObject): string {
  for (let attempt = 0; ; attempt++) {
    const name = `${owner.metadata.name}-${suffixOf(`${owner.metadata.uid}/${store.revision}/${attempt}`, 5)}`
    if (!store.get('pods', owner.metadata.namespace, name)) return name
  }
}

export const isActive = (pod: KubeObject): boolean => {
  const phase = at(pod, 'status.phase')
  return !isLeaving(pod) && phase !== 'Succeeded' && phase !== 'Failed'
}

export const isReady = (pod: KubeObject): boolean =>
  !isLeaving(pod) &&
  listOf(at(pod, 'status.conditions')).some(item => item['type'] === 'Ready' && item['status'] === 'True')

/** The sizes that workloads share. */
export const replicasOf = (object: KubeObject): number => numberOf(object.spec?.['replicas'], 1)
export const generationOf = (object: KubeObject): number => object.metadata.generation ?? 1
