import type { HistoryEntry } from '#shared/config/api.ts'

export type How = 'weft' | 'kubectl' | 'argocd' | 'flux' | 'helm' | 'controller' | 'other' | 'unknown'

/**
 * By which way a change came. Field managers are named by the program that wrote: Kubernetes docs, "Server-Side Apply",
 * Managers; Argo CD docs, "Server-Side Apply"; Flux docs, "Kustomization"; istiod writes as `pilot-discovery`.
 */
const ways: readonly [RegExp, How][] = [
  [/^kubectl(-|$)/, 'kubectl'],
  [/^argocd/, 'argocd'],
  [/^(kustomize|helm)-controller$|^flux/, 'flux'],
  [/^helm$/i, 'helm'],
  [/^pilot-discovery|^istio|controller(-manager)?$|operator$/, 'controller'],
]

export function howOf({ isThroughWeft, manager }: Pick<HistoryEntry, 'isThroughWeft' | 'manager'>): How {
  if (isThroughWeft) return 'weft'
  if (manager === null || manager === '') return 'unknown'
  return ways.find(([pattern]) => pattern.test(manager))?.[1] ?? 'other'
}
