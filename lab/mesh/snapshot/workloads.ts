import type { KubeObject, ObjectStore } from '#lab/contract.ts'
import type { Pod, ProxyKind, Workload } from './facts.ts'
import { fields, items, text, textMap, texts } from './read.ts'

const controllers = ['deployments.apps', 'statefulsets.apps', 'daemonsets.apps'] as const

/** Workloads by `namespace/name`: from their controllers, so that one scaled to nothing still exists, and bare pods by their own name. */
export function readWorkloads(
  store: ObjectStore,
  namespaceLabels: ReadonlyMap<string, Record<string, string>>,
  trustDomain: string,
): Map<string, Workload> {
  const pods = podsByController(store)
  const workloads = new Map<string, Workload>()
  const add = (namespace: string, name: string, template: Fields, own: KubeObject[]) => {
    const key = `${namespace}/${name}`
    workloads.set(key, workload(key, template, own, namespaceLabels.get(namespace) ?? {}, trustDomain))
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
): Workload {
  const [namespace = '', name = ''] = key.split('/')
  const all = own.filter(pod => pod.metadata.deletionTimestamp === undefined).map(readPod)
  const newest = own.at(-1)
  const labels = { ...textMap(fields(template['metadata'])['labels']), ...newest?.metadata.labels }
  const spec = fields(template['spec'])
  const serviceAccount = text(newest?.spec?.['serviceAccountName']) ?? text(spec['serviceAccountName']) ?? 'default'
  const app = labels['app'] ?? labels['app.kubernetes.io/name'] ?? 'unknown'
  return {
    key,
    namespace,
    name,
    labels,
    serviceAccount,
    principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
    proxy: proxyOf(newest?.spec ?? spec, newest !== undefined, labels, namespaceLabels),
    app,
    version: labels['version'] ?? labels['app.kubernetes.io/version'] ?? 'unknown',
    canonicalService:
      labels['service.istio.io/canonical-name'] ?? labels['app.kubernetes.io/name'] ?? labels['app'] ?? name,
    canonicalRevision:
      labels['service.istio.io/canonical-revision'] ??
      labels['app.kubernetes.io/version'] ??
      labels['version'] ??
      'latest',
    pods: all,
    ready: all.filter(pod => pod.ready),
  }
}

function readPod(pod: KubeObject): Pod {
  const conditions = items(pod.status?.['conditions'])
  return {
    name: pod.metadata.name,
    namespace: pod.metadata.namespace ?? 'default',
    ip: text(pod.status?.['podIP']) ?? '',
    node: text(pod.spec?.['nodeName']) ?? '',
    ready: conditions.some(condition => condition['type'] === 'Ready' && condition['status'] === 'True'),
    labels: pod.metadata.labels ?? {},
  }
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
