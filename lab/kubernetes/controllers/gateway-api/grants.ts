import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import { listOf, textOf } from '#lab/kubernetes/value.ts'

const resource = 'referencegrants.gateway.networking.k8s.io'

export interface Reach {
  group: string
  kind: string
  namespace: string
}

/** Whether a ReferenceGrant in the target's namespace lets something of another namespace refer to it (Gateway API, ReferenceGrant). */
export const isGranted = (
  store: KubernetesStore,
  from: Reach,
  to: Reach & {
    name: string
  },
): boolean =>
  store
    .list(resource, to.namespace)
    .some(
      grant =>
        listOf(grant.spec?.['from']).some(
          item =>
            textOf(item['group']) === from.group && item['kind'] === from.kind && item['namespace'] === from.namespace,
        ) &&
        listOf(grant.spec?.['to']).some(
          item =>
            textOf(item['group']) === to.group &&
            item['kind'] === to.kind &&
            (item['name'] === undefined || item['name'] === to.name),
        ),
    )
