import type { KubeObject } from '#lab/contract.ts'
import { apiVersionOf, type Kind } from '#lab/kubernetes/resources.ts'
import { fieldsOfModel, modelOf } from '#lab/kubernetes/schema/types.ts'
import { type Fields, fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'
import type { Entry, Manager } from './entries.ts'

/** Who would have written what the lab brought itself: the programs that do so in a cluster. */

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

const update = (manager: string) => ({ manager, operation: 'Update' as const, subresource: '' })
const apply = (manager: string) => ({ manager, operation: 'Apply' as const, subresource: '' })

/** The author of an object, all but its status. */
export function authorOf(kind: Kind, object: KubeObject): Manager {
  return { ...authorAs(kind, object), apiVersion: apiVersionOf(kind.group, kind.storage) }
}

function authorAs(kind: Kind, { metadata }: KubeObject): Omit<Manager, 'apiVersion'> {
  const { labels = {}, annotations = {}, ownerReferences = [], namespace } = metadata
  const [owner] = ownerReferences
  // Istio's deployment controller applies what a Gateway needs (istio.io, "Kubernetes Gateway API", "Automated deployment").
  if (owner?.kind === 'Gateway') return apply('istio.io/gateway-controller')
  if (owner?.apiVersion.startsWith('sailoperator.io/')) return update('sail-operator')
  if (owner) return update('kube-controller-manager')
  if (labels['argocd.argoproj.io/instance'] ?? annotations['argocd.argoproj.io/tracking-id'])
    return apply('argocd-controller')
  if (annotations[lastApplied]) return update('kubectl-client-side-apply')
  if (labels['app.kubernetes.io/managed-by'] === 'Helm' || annotations['meta.helm.sh/release-name'])
    return update('helm')
  switch (kind.name) {
    case 'nodes':
      return update('kubelet')
    case 'endpoints':
    case 'endpointslices.discovery.k8s.io':
    case 'controllerrevisions.apps':
      return update('kube-controller-manager')
    case 'customresourcedefinitions.apiextensions.k8s.io':
      return update('helm')
    default:
      if (metadata.name === 'istio-ca-root-cert' || metadata.name === 'istio-ca-secret')
        return update('pilot-discovery')
      if (metadata.name === 'kube-root-ca.crt') return update('kube-controller-manager')
      if (labels['app.kubernetes.io/managed-by'] === 'cert-manager') return update('cert-manager-certificates-issuing')
      return update(namespace === 'istio-system' || namespace === 'kube-system' ? 'helm' : 'kubectl-client-side-apply')
  }
}

/** The controller that tells the status of a kind. */
export function reporterOf(kind: Kind): Manager {
  const manager =
    kind.name === 'nodes' || kind.name === 'pods'
      ? 'kubelet'
      : kind.name.startsWith('customresourcedefinitions')
        ? 'kube-apiserver'
        : kind.group === 'sailoperator.io'
          ? 'sail-operator'
          : kind.group.endsWith('.istio.io') || kind.group === 'gateway.networking.k8s.io'
            ? 'pilot-discovery'
            : 'kube-controller-manager'
  return { ...update(manager), apiVersion: apiVersionOf(kind.group, kind.storage), subresource: 'status' }
}

/** When the status last changed, as far as it says so itself. */
export function timeOfStatus(object: KubeObject): Entry['time'] {
  const times = listOf(fieldsOf(object.status)['conditions']).flatMap(condition => [
    textOf(condition['lastTransitionTime']),
    textOf(condition['lastUpdateTime']),
  ])
  return (
    times.reduce((latest, time) => (time > latest ? time : latest), object.metadata.creationTimestamp ?? '') ||
    undefined
  )
}

/**
 * What is there before anybody writes: Go's structs always have their inner structs, so nobody owns those for their own
 * sake. Kinds of CustomResourceDefinitions have none.
 */
export function bareOf(kind: Kind): Fields {
  if (kind.custom) return { metadata: {} }
  const template = { metadata: {}, spec: { containers: [] } }
  const model = modelOf(kind)
  const fields = model === undefined ? undefined : fieldsOfModel(model)
  const inner = ['spec', 'status'].filter(name => fields?.has(name) ?? true)
  const bare = { metadata: {}, ...Object.fromEntries(inner.map(name => [name, {}])) }
  switch (kind.kind) {
    case 'Deployment':
      return { ...bare, spec: { template, strategy: {} } }
    case 'DaemonSet':
    case 'StatefulSet':
      return { ...bare, spec: { template, updateStrategy: {} } }
    case 'ReplicaSet':
      return { ...bare, spec: { template } }
    case 'Pod':
      return { ...bare, spec: { containers: [] } }
    case 'Service':
      return { ...bare, status: { loadBalancer: {} } }
    default:
      return bare
  }
}
