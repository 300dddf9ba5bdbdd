import type { Owner } from '#shared/config/owner.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import { lastChange } from './fields.ts'
import { annotator, weft } from './managers.ts'

/**
 * Who looks after an object. What its tool wrote on it goes before who happened to write last: a tool undoes what a hand
 * changes. Sources: Argo CD docs, "Resource Tracking"; Flux docs, kustomize- and helm-controller labels; Helm docs,
 * "Labels and Annotations"; Kubernetes docs, "Recommended Labels".
 */
export function ownerOf(object: MeshObject): Owner {
  const { labels = {}, annotations = {}, ownerReferences = [], managedFields = [] } = object.metadata
  const managers = managedFields.map(({ manager = '' }) => manager)
  const tracking = annotations['argocd.argoproj.io/tracking-id']
  const argo = tracking?.split(':')[0] ?? labels['argocd.argoproj.io/instance']
  if (argo !== undefined || managers.some(manager => manager.startsWith('argocd')))
    return gitOps('argocd', argo ?? labels['app.kubernetes.io/instance'] ?? 'argocd')
  const flux = labels['kustomize.toolkit.fluxcd.io/name'] ?? labels['helm.toolkit.fluxcd.io/name'] ?? undefined
  if (flux !== undefined || managers.some(manager => /^(kustomize|helm)-controller$/.test(manager)))
    return gitOps('flux', flux ?? 'flux')
  const controller = ownerReferences.find(reference => reference.controller === true)
  if (controller) return { kind: 'operator', name: `${controller.kind} ${controller.name}`, isGitOps: false }
  const release = annotations['meta.helm.sh/release-name']
  if (release !== undefined || labels['app.kubernetes.io/managed-by'] === 'Helm')
    return { kind: 'helm', name: release ?? labels['app.kubernetes.io/instance'] ?? 'Helm', isGitOps: false }
  // Whoever writes a remark on something does not look after it.
  const last = lastChange(managedFields.filter(({ manager }) => manager !== annotator))
  if (last?.manager === 'helm') return { kind: 'helm', name: 'Helm', isGitOps: false }
  if (last === null) return { kind: 'unknown', name: '', isGitOps: false }
  if (last.manager === weft) return { kind: 'weft', name: 'weft', isGitOps: false }
  const isPerson = byHand.some(name => last.manager.startsWith(name))
  return { kind: isPerson ? 'person' : 'operator', name: last.manager, isGitOps: false }
}

/** Programs that people hold in their hands. */
const byHand = ['kubectl', 'k9s', 'Lens', 'istioctl', 'Mozilla', 'curl', 'kiali', 'oc']

const gitOps = (kind: 'argocd' | 'flux', name: string): Owner => ({ kind, name, isGitOps: true })
