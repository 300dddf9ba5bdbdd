import type { ObjectKind } from '#bff/sources/kubernetes-objects.ts'
import { meshKinds } from '#shared/config/kinds.ts'
import { record } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'

/** Istio's default; where istiod's own settings are looked for. */
const istioNamespace = 'istio-system'

const core = (kind: string, plural: string, namespaced: boolean, more: Partial<ObjectKind> = {}): ObjectKind => ({
  group: '',
  kind,
  plural,
  versions: ['v1'],
  namespaced,
  ...more,
})
const other = (
  group: string,
  kind: string,
  plural: string,
  namespaced: boolean,
  keep?: ObjectKind['keep'],
): ObjectKind => ({
  group,
  kind,
  plural,
  versions: ['v1'],
  namespaced,
  ...(keep ? { keep } : {}),
})

/** What most of a cluster's objects say of themselves is not about the mesh: thousands of pods are kept small. */
const slim = ({ apiVersion, kind, metadata }: MeshObject, rest: Json): MeshObject => {
  const { managedFields: _, ...kept } = metadata
  return { apiVersion, kind, metadata: kept, ...rest }
}

const slimPod = (pod: MeshObject): MeshObject => {
  const { serviceAccountName, nodeName, securityContext, containers, initContainers, hostNetwork } = pod.spec ?? {}
  const { phase, podIP } = pod.status ?? {}
  return slim(pod, {
    spec: { serviceAccountName, nodeName, securityContext, containers, initContainers, hostNetwork },
    status: { phase, podIP },
  })
}
const slimNode = (node: MeshObject): MeshObject => {
  const { name, labels, annotations } = node.metadata
  return slim({ ...node, metadata: { name, ...(labels && { labels }), ...(annotations && { annotations }) } }, {})
}
const withoutStatus = (object: MeshObject): MeshObject => {
  const { status: _, ...rest } = object
  return rest as MeshObject
}
/** Names and annotations of definitions are all that is asked of them; their schemas are megabytes. */
const slimDefinition = (definition: MeshObject): MeshObject => {
  const { group, names, scope, versions } = definition.spec ?? {}
  const served = Array.isArray(versions)
    ? versions.map(version => {
        const { schema: _, ...rest } = record(version)
        return rest
      })
    : []
  return slim(definition, { spec: { group, names, scope, versions: served } })
}

export const podKind = core('Pod', 'pods', true, { keep: slimPod })
export const serviceKind = core('Service', 'services', true, { keep: withoutStatus })
export const secretKind = core('Secret', 'secrets', true, { isMetadataOnly: true })
export const serviceAccountKind = core('ServiceAccount', 'serviceaccounts', true, {
  keep: account => slim(account, {}),
})
export const namespaceKind = core('Namespace', 'namespaces', false, { keep: withoutStatus })
/** Holds meshConfig, and the settings of injection. */
export const settingsKind = core('ConfigMap', 'configmaps', true, { namespace: istioNamespace })

/** Kinds of which the list shows the labels that the mesh reads. */
export const labelledKinds: readonly ObjectKind[] = [
  namespaceKind,
  other('apps', 'Deployment', 'deployments', true, withoutStatus),
  other('apps', 'StatefulSet', 'statefulsets', true, withoutStatus),
  other('apps', 'DaemonSet', 'daemonsets', true, withoutStatus),
]

/** What the list shows. */
export const listedKinds: readonly ObjectKind[] = [...meshKinds, ...labelledKinds]

/** What history keeps, and what people may be told they may write: also what may be annotated with limits of health. */
export const keptKinds: readonly ObjectKind[] = [...listedKinds, serviceKind]

/** Whoever may list one of these in a namespace may know of the namespace. */
export const seeingKinds: readonly ObjectKind[] = [podKind, serviceKind, ...meshKinds.filter(kind => kind.namespaced)]

/** What analyzers look at beside: first come those that the others are held against. */
export const watchedKinds: readonly ObjectKind[] = [
  namespaceKind,
  core('Node', 'nodes', false, { keep: slimNode }),
  podKind,
  serviceKind,
  secretKind,
  serviceAccountKind,
  settingsKind,
  ...labelledKinds.filter(kind => kind !== namespaceKind),
  other('admissionregistration.k8s.io', 'MutatingWebhookConfiguration', 'mutatingwebhookconfigurations', false),
  other('admissionregistration.k8s.io', 'ValidatingWebhookConfiguration', 'validatingwebhookconfigurations', false),
  other('apiextensions.k8s.io', 'CustomResourceDefinition', 'customresourcedefinitions', false, slimDefinition),
  ...meshKinds,
]

/** Without these, what is said of the others would mostly be wrong. */
export const groundKinds: readonly ObjectKind[] = [namespaceKind, podKind, serviceKind]

/** As kubectl names it in messages: `services`, `gateways.gateway.networking.k8s.io`. */
export const resourceText = ({ group, plural }: { group: string; plural: string }): string =>
  group === '' ? plural : `${plural}.${group}`
