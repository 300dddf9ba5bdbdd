import type { KubeObject } from '#lab/contract.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { at, type Fields, fieldsOf, listOf, stringsOf, textOf } from '#lab/kubernetes/value.ts'
import { admitted, type Injector, istioVersion } from '#lab/scenario/injection.ts'
import { redirection } from './ambient.ts'
import { selects } from './label-selector.ts'

/** What Istio's webhook makes of a new pod, by its labels and those of its namespace. */
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
  const roomLabels = stringsOf(namespace?.metadata.labels)
  const injector = injectorOf(store, template.metadata.labels, roomLabels)
  const { labels, annotations, pod: injected } = admitted(template, roomLabels, {}, injector)
  // A pod that does not run yet is nobody's to capture: the CNI says so when it does.
  const { [redirection]: _, ...told } = annotations
  const init: Fields[] = [...listOf(injected.initContainers), ...listOf(spec['initContainers'])]
  const seen = new Set<unknown>()
  const initContainers = init.filter(({ name }) => !seen.has(name) && seen.add(name))
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      labels,
      ...(Object.keys(told).length > 0 ? { annotations: told } : {}),
    },
    spec: { ...injected, ...(initContainers.length > 0 ? { initContainers } : {}) },
  }
}

/** The istiod whose webhook takes the pod; null where none does. */
function injectorOf(
  store: KubernetesStore,
  labels: Record<string, string>,
  roomLabels: Record<string, string>,
): Injector | null {
  for (const configuration of store.list('mutatingwebhookconfigurations.admissionregistration.k8s.io')) {
    const { labels: own = {} } = configuration.metadata
    if (own['app'] !== 'sidecar-injector') continue
    const webhook = listOf(configuration['webhooks']).find(
      item => selects(item['namespaceSelector'], roomLabels) && selects(item['objectSelector'], labels),
    )
    if (webhook) return { revision: own['istio.io/rev'] ?? 'default', version: versionBehind(store, webhook) }
  }
  return null
}

/** Proxies come in the version of the istiod that injects them. */
function versionBehind(store: KubernetesStore, webhook: Fields): string {
  const { name, namespace } = fieldsOf(at(webhook, 'clientConfig.service'))
  const istiod = store.get('deployments.apps', textOf(namespace), textOf(name))
  const [container] = listOf(at(istiod, 'spec.template.spec.containers'))
  return /:([^:/]+)$/.exec(textOf(container?.['image']))?.[1] ?? istioVersion
}
