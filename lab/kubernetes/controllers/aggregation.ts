import { joined } from '#lab/kubernetes/access/role-objects.ts'
import { at, isEqual, isFields, listOf } from '#lab/kubernetes/value.ts'
import type { Cluster, Controller } from './controller.ts'
import { selects } from './label-selector.ts'

const resource = 'clusterroles.rbac.authorization.k8s.io'

/** Writes the rules of ClusterRoles that are put together from others (Kubernetes documentation, "Aggregated ClusterRoles"). */
export function aggregationController({ store }: Pick<Cluster, 'store'>): Controller {
  return {
    name: 'ClusterRoleAggregation',
    watches: [resource],
    interests() {
      // Few roles are put together, and roles change rarely: each of those looks again.
      return store
        .list(resource)
        .filter(role => isFields(role['aggregationRule']))
        .map(role => `/${role.metadata.name}`)
    },
    reconcile(_, name) {
      const role = store.get(resource, undefined, name)
      if (!role || !isFields(role['aggregationRule'])) return
      const selectors = listOf(at(role, 'aggregationRule.clusterRoleSelectors'))
      const parts = store
        .list(resource)
        .filter(other => other !== role && selectors.some(selector => selects(selector, other.metadata.labels)))
      const rules = joined(parts)
      if (!isEqual(role['rules'] ?? [], rules)) store.replace({ ...role, rules })
    },
  }
}
