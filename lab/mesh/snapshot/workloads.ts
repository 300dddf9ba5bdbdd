import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Pod, ProxyKind, Workload } from './facts.ts'
import { nowhere, type Place } from './localities.ts'
import { fields, items, text, textMap, texts } from './read.ts'
import type { Telemetries } from './telemetries.ts'

const controllers = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'] as const

/** Workloads by `namespace/name`: from their controllers, so that one scaled to nothing still exists, and bare pods by their own name. */
export function readWorkloads(
  store: ObjectStore,
  namespaceLabels: ReadonlyMap<string, Record<string, string>>,
  trustDomain: string,
  readPod: ReadPod,
  telemetries: Telemetries,
): Map<string, Workload> {
  const pods = podsByController(store)
  const workloads = new Map<string, Workload>()
  const add = (namespace: string, name: string, template: Fields, own: KubeObject[]) => {
    const key = `${namespace}/${name}`
    workloads.set(
      key,
      workload(key, template, own, namespaceLabels.get(namespace) ?? {}, trustDomain, readPod, telemetries),
    )
  }
  for (const resource of controllers)
    for (const object of store.list(resource)) {
      const { namespace = 'default', name } = object.metadata
      const key = `${namespace}/${name}`
      add(namespace, name, fields(object.spec?.['template']), pods.get(key) ?? [])
      pods.delete(key)
    }
  for (const [key, own] of pods) {
    const [first] = own
    if (first !== undefined) add(first.metadata.namespace ?? 'default', key.slice(key.indexOf('/') + 1), first, own)
  }
  return workloads
}

type Fields = Record<string, unknown>

function podsByController(store: ObjectStore): Map<string, KubeObject[]> {
  const groups = new Map<string, KubeObject[]>()
  for (const pod of store.list('pods')) {
    const { namespace = 'default' } = pod.metadata
    const key = `${namespace}/${controllerName(store, pod)}`
    const group = groups.get(key)
    if (group) group.push(pod)
    else groups.set(key, [pod])
  }
  return groups
}

function controllerName(store: ObjectStore, pod: KubeObject): string {
  const owner =
    pod.metadata.ownerReferences?.find(reference => reference.controller) ?? pod.metadata.ownerReferences?.[0]
  if (owner === undefined) return pod.metadata.name
  if (owner.kind !== 'ReplicaSet') return owner.name
  const replicaSet = store.get('replicasets.apps', pod.metadata.namespace, owner.name)
  const deployment = replicaSet?.metadata.ownerReferences?.find(reference => reference.kind === 'Deployment')
  // A ReplicaSet that is already gone leaves its name: the Deployment's and the template's hash.
  return deployment?.name ?? owner.name.replace(/-[^-]+$/, '')
}

function workload(
  key: string,
  template: Fields,
  own: KubeObject[],
  namespaceLabels: Record<string, string>,
  trustDomain: string,
  readPod: ReadPod,
  telemetries: Telemetries,
): Workload {
  const [namespace = '', name = ''] = key.split('/')
  const all = own.filter(pod => pod.metadata.deletionTimestamp === undefined).map(pod => readPod(pod, key))
  const newest = own.at(-1)
  const labels = { ...textMap(fields(template['metadata'])['labels']), ...newest?.metadata.labels }
  const spec = fields(template['spec'])
  const serviceAccount = text(newest?.spec?.['serviceAccountName']) ?? text(spec['serviceAccountName']) ?? 'default'
  const app = labels['app'] ?? labels['app.kubernetes.io/name'] ?? 'unknown'
  const proxy = proxyOf(newest?.spec ?? spec, newest !== undefined, labels, namespaceLabels)
  return {
    key,
    namespace,
    name,
    labels,
    serviceAccount,
    principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
    proxy,
    app,
    version: labels['version'] ?? labels['app.kubernetes.io/version'] ?? 'unknown',
    canonicalService:
      labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name,
    canonicalRevision:
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels['version'] ??
      'latest',
    telemetry: telemetries.of({ namespace, labels, proxy }),
    pods: all,
    ready: all.filter(pod => pod.ready),
  }
}

/** @param workload `namespace/name`. */
export type ReadPod = (pod: KubeObject, workload: string) => Pod

/** @param places by node. @param isDown takes no traffic, whatever its status says. */
export const podReader =
  (places: ReadonlyMap<string, Place>, isDown: (pod: Pod, workload: string) => boolean): ReadPod =>
  (object, workload) => {
    const conditions = items(object.status?.['conditions'])
    const node = text(object.spec?.['nodeName']) ?? ''
    const ready = conditions.find(condition => condition['type'] === 'Ready')
    const pod: Pod = {
      name: object.metadata.name,
      namespace: object.metadata.namespace ?? 'default',
      ip: text(object.status?.['podIP']) ?? '',
      node,
      place: places.get(node) ?? nowhere,
      ready: ready?.['status'] === 'True',
      since: Date.parse(text(ready?.['lastTransitionTime']) ?? object.metadata.creationTimestamp ?? '') || 0,
      labels: object.metadata.labels ?? {},
    }
    return pod.ready && isDown(pod, workload) ? { ...pod, ready: false } : pod
  }

/** Which proxy stands before the pods. A pod's own containers say so; ambient capture follows labels at once. */
function proxyOf(
  spec: Fields,
  isPod: boolean,
  labels: Record<string, string>,
  namespaceLabels: Record<string, string>,
): ProxyKind {
  const containers = [...items(spec['containers']), ...items(spec['initContainers'])]
  const proxy = containers.find(container => container['name'] === 'istio-proxy')
  if (proxy !== undefined) {
    const args = texts(proxy['args'])
    if (args.includes('waypoint')) return 'waypoint'
    if (args.includes('router')) return 'gateway'
    return args.includes('ztunnel') ? 'none' : 'sidecar'
  }
  // A template without a pod yet: what the injection webhook would make of it.
  const inject = labels['sidecar.istio.io/inject']
  const isInjected = inject === undefined ? namespaceLabels['istio-injection'] === 'enabled' : inject === 'true'
  if (!isPod && isInjected) return 'sidecar'
  const mode = labels['istio.io/dataplane-mode'] ?? namespaceLabels['istio.io/dataplane-mode']
  return mode === 'ambient' ? 'ztunnel' : 'none'
}
