import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { type Fields, fieldsOf, listOf, stringsOf, textOf } from '#lab/kubernetes/value.ts'
import { admitted } from '#lab/scenario/injection.ts'

/** What Istio's webhook and the CNI make of a new pod, by its labels and those of its namespace. */
export function inject(pod: KubeObject, store: KubernetesStore): KubeObject {
  if (pod.kind !== 'Pod' || pod.apiVersion !== 'v1') return pod
  const namespace = store.get('namespaces', undefined, pod.metadata.namespace ?? '')
  const spec = fieldsOf(pod.spec)
  const isInjected = listOf(spec['containers']).some(container => container['name'] === 'istio-proxy')
  const asked = stringsOf(pod.metadata.annotations)
  if (spec['hostNetwork'] === true || (isInjected && asked['inject.istio.io/templates'] !== 'gateway')) return pod
  const template = {
    metadata: { labels: stringsOf(pod.metadata.labels), annotations: asked },
    spec: {
      ...spec,
      serviceAccountName: textOf(spec['serviceAccountName'], 'default'),
      containers: listOf(spec['containers']),
    },
  }
  const { labels, annotations, pod: injected } = admitted(template, stringsOf(namespace?.metadata.labels), {})
  const init: Fields[] = [...listOf(injected.initContainers), ...listOf(spec['initContainers'])]
  const seen = new Set<unknown>()
  const initContainers = init.filter(({ name }) => !seen.has(name) && seen.add(name))
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels,
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    spec: { ...injected, ...(initContainers.length > 0 ? { initContainers } : {}) },
  }
}
