import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { items, record, text, textMap } from './read.ts'
import type { World } from './world.ts'

/** Which pods and namespaces belong to the mesh, and by what. */

const injectionLabel = 'istio-injection'
const injectLabel = 'sidecar.istio.io/inject'

export const hasProxy = (podSpec: unknown): boolean => {
  const spec = record(podSpec)
  return [...items(spec['containers']), ...items(spec['initContainers'])].some(
    container => container['name'] === 'istio-proxy' && text(container['image']) !== '',
  )
}

/** A proxy container, else the pod's label, its annotation, its namespace's label: the first that speaks. */
function isInjected(
  world: World,
  podSpec: unknown,
  labels: Readonly<Record<string, string>>,
  annotations: Readonly<Record<string, string>>,
  namespace: string,
): boolean {
  if (hasProxy(podSpec)) return true
  const wish = labels[injectLabel] ?? annotations[injectLabel]
  if (wish !== undefined) return wish === 'true'
  return world.get('/Namespace', '', namespace)?.metadata.labels?.[injectionLabel] === 'enabled'
}

export const isPodInMesh = (world: World, pod: MeshObject): boolean =>
  isInjected(world, pod.spec, pod.metadata.labels ?? {}, pod.metadata.annotations ?? {}, pod.metadata.namespace ?? '')

export const isPodAmbient = (pod: MeshObject): boolean =>
  pod.metadata.annotations?.['ambient.istio.io/redirection'] === 'enabled'

export function isDeploymentInMesh(world: World, deployment: MeshObject): boolean {
  const template = record(deployment.spec?.['template'])
  const metadata = record(template['metadata'])
  return isInjected(
    world,
    template['spec'],
    textMap(metadata['labels']),
    textMap(metadata['annotations']),
    deployment.metadata.namespace ?? '',
  )
}

/** Injection goes before ambient: a namespace with both labels is not captured. */
export function isNamespaceAmbient(namespace: MeshObject | undefined): boolean {
  const labels = namespace?.metadata.labels ?? {}
  if (labels[injectionLabel] === 'enabled' || (labels['istio.io/rev'] ?? '') !== '') return false
  return labels['istio.io/dataplane-mode'] === 'ambient'
}

/** Namespaces Kubernetes keeps for itself. */
const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease', 'local-path-storage'])
export const isSystemNamespace = (name: string): boolean => systemNamespaces.has(name)

/** Istio's own parts carry its label. */
export const isControlPlane = (object: MeshObject): boolean =>
  object.metadata.labels?.['istio'] !== undefined || object.metadata.labels?.['release'] === 'istio'

/** Containers of a Pod, or of what a Deployment makes. */
export const podSpecOf = (object: MeshObject): Json =>
  object.kind === 'Pod' ? (object.spec ?? {}) : record(record(object.spec?.['template'])['spec'])

export const containersOf = (object: MeshObject): Json[] => items(podSpecOf(object)['containers'])
