import type { KubeObject } from '#lab/contract.ts'
import { numberOf } from '#lab/kubernetes/value.ts'
import type { Cluster } from './controller.ts'
import { hashOf, isSameTemplate, ownerOf } from './pod-template.ts'

/** The ControllerRevision of a StatefulSet's or DaemonSet's present template; made where there is none. */
export function revisionOf({ store, owners }: Cluster, workload: KubeObject, hash?: string): KubeObject {
  const { namespace, name, uid } = workload.metadata
  const template = workload.spec?.['template']
  const known = owners.owned(uid, 'controllerrevisions.apps')
  const newest = Math.max(0, ...known.map(revision => numberOf(revision['revision'])))
  const same = known.find(revision => isSameTemplate(templateIn(revision), template))
  if (same) return numberOf(same['revision']) === newest ? same : store.replace({ ...same, revision: newest + 1 })
  const isOthers = (suffix: string): boolean => {
    const present = store.get('controllerrevisions.apps', namespace, `${name}-${suffix}`)
    return present !== undefined && !present.metadata.ownerReferences?.some(owner => owner.uid === uid)
  }
  // A StatefulSet and a DaemonSet may have one name and one template.
  let own = hash ?? hashOf(template)
  for (let collision = 1; isOthers(own); collision++) own = hashOf(template, collision)
  const made: KubeObject = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name: `${name}-${own}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { ...workload.metadata.labels, 'controller.kubernetes.io/hash': own },
      ownerReferences: [ownerOf(workload)],
    },
    data: { spec: { template } },
    revision: newest + 1,
  }
  return store.get('controllerrevisions.apps', namespace, made.metadata.name) ? store.replace(made) : store.create(made)
}

const templateIn = (revision: KubeObject): unknown => {
  const data = revision['data'] as { spec?: { template?: unknown } } | undefined
  return data?.spec?.template
}

/** The part of a revision's name that its pods carry as a label (of a DaemonSet; a StatefulSet's carry all of it). */
export const hashIn = (workload: KubeObject, revision: KubeObject): string =>
  revision.metadata.name.slice(workload.metadata.name.length + 1)
