import type { KubeObject } from '#lab/contract.ts'
import { withAddresses } from '#lab/kubernetes/api/addresses.ts'
import { withDefaults } from '#lab/kubernetes/schema/defaults.ts'
import { withSchemaDefaults } from '#lab/kubernetes/schema/prune.ts'
import { at, fieldsOf, isEqual, textOf } from '#lab/kubernetes/value.ts'
import type { Cluster } from './controller.ts'
import { definitionOf } from './definition.ts'
import { hashLabel, isSameTemplate, replicasOf, revisionLabel } from './pod-template.ts'
import { revisionOf } from './revisions.ts'

/** Owners come before what they own, rooms before what is in them. */
const order = ['Namespace', 'Node', 'CustomResourceDefinition', 'Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet']
const rank = (object: KubeObject): number =>
  object.kind === 'Pod' ? order.length + 1 : order.includes(object.kind) ? order.indexOf(object.kind) : order.length

/**
 * Takes over a cluster that is complete: owners, pods and statuses as they are. Adds only what a cluster has by itself:
 * the definitions of custom kinds, missing namespaces and nodes, and defaults of workloads and Services.
 */
export function adopt(cluster: Cluster, objects: readonly KubeObject[]): void {
  const { store } = cluster
  const all = [...furniture(cluster, objects), ...objects]
  for (const object of all.toSorted((a, b) => rank(a) - rank(b))) {
    const owned = withOwners(cluster, complete(cluster, object))
    store.create(owned.kind === 'Service' && owned.apiVersion === 'v1' ? withAddresses(owned, store) : owned)
  }
  for (const deployment of store.list('deployments.apps')) alignSets(cluster, deployment)
  for (const resource of ['statefulsets.apps', 'daemonsets.apps'])
    for (const workload of store.list(resource)) alignRevision(cluster, workload)
}

function furniture({ store }: Cluster, objects: readonly KubeObject[]): KubeObject[] {
  const has = (kind: string, name: string) =>
    objects.some(object => object.kind === kind && object.metadata.name === name)
  const rooms = new Set(['default', ...objects.flatMap(object => object.metadata.namespace ?? [])])
  const nodes = new Set(objects.flatMap(object => textOf(at(object, 'spec.nodeName')) || []))
  if (nodes.size === 0 && !objects.some(object => object.kind === 'Node')) nodes.add('lab-1')
  return [
    ...store.resources
      .all()
      .filter(kind => kind.custom && !has('CustomResourceDefinition', kind.name))
      .map(definitionOf),
    ...[...rooms]
      .filter(name => !has('Namespace', name))
      .map((name): KubeObject => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
    ...[...nodes]
      .filter(name => !has('Node', name))
      .map(
        (name): KubeObject => ({
          apiVersion: 'v1',
          kind: 'Node',
          metadata: { name, labels: { 'kubernetes.io/hostname': name } },
          spec: {},
          status: { conditions: [{ type: 'Ready', status: 'True', reason: 'KubeletReady' }] },
        }),
      ),
  ]
}

/** Pods arrive whole and share their parts: only what controllers work on is filled in. */
function complete({ store }: Cluster, object: KubeObject): KubeObject {
  if (object.kind === 'Pod') return object
  const kind = store.resources.of(object.apiVersion, object.kind)
  const schema = kind?.schema?.(kind.storage)
  // Defaults add to an object and take nothing from it.
  const whole = (schema ? withSchemaDefaults(schema, object) : withDefaults(object)) as KubeObject
  if (whole.kind === 'Namespace') return { ...whole, status: { phase: 'Active', ...whole.status } }
  return isEqual(whole, object) ? object : whole
}

/** Owner references with the uids that the owners have here. */
function withOwners({ store }: Cluster, object: KubeObject): KubeObject {
  const { namespace, ownerReferences } = object.metadata
  if (!ownerReferences) return object
  const found = ownerReferences.map(reference => {
    const kind = store.resources.of(reference.apiVersion, reference.kind)
    const owner = kind && store.get(kind.name, kind.namespaced ? namespace : undefined, reference.name)
    return owner?.metadata.uid && owner.metadata.uid !== reference.uid
      ? { ...reference, uid: owner.metadata.uid }
      : reference
  })
  return isEqual(found, ownerReferences)
    ? object
    : { ...object, metadata: { ...object.metadata, ownerReferences: found } }
}

/** A Deployment whose one living ReplicaSet was described in slightly other words is not a rollout. */
function alignSets({ store, owners }: Cluster, deployment: KubeObject): void {
  const template = fieldsOf(deployment.spec?.['template'])
  const living = owners.owned(deployment.metadata.uid, 'replicasets.apps').filter(set => replicasOf(set) > 0)
  const [set] = living
  if (!set || living.length > 1 || isSameTemplate(set.spec?.['template'], template)) return
  const hash = set.metadata.labels?.[hashLabel]
  const metadata = fieldsOf(template['metadata'])
  const labels = { ...fieldsOf(metadata['labels']), ...(hash === undefined ? {} : { [hashLabel]: hash }) }
  store.replace({ ...set, spec: { ...set.spec, template: { ...template, metadata: { ...metadata, labels } } } })
}

/** The revision that the pods of a StatefulSet or DaemonSet name is the one of its template. */
function alignRevision(cluster: Cluster, workload: KubeObject): void {
  const [pod] = cluster.owners.owned(workload.metadata.uid, 'pods')
  const label = pod?.metadata.labels?.[revisionLabel]
  const prefix = `${workload.metadata.name}-`
  const revision = revisionOf(cluster, workload, label?.startsWith(prefix) ? label.slice(prefix.length) : label)
  if (label !== undefined) return
  const value = workload.kind === 'StatefulSet' ? revision.metadata.name : revision.metadata.name.slice(prefix.length)
  for (const owned of cluster.owners.owned(workload.metadata.uid, 'pods')) {
    const labels = { ...owned.metadata.labels, [revisionLabel]: value }
    cluster.store.replace({ ...owned, metadata: { ...owned.metadata, labels } })
  }
}
