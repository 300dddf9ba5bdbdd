import type { KubeObject } from '#lab/contract.ts'
import type { User } from '#lab/kubernetes/api/request.ts'
import type { KubernetesStore } from '#lab/kubernetes/store.ts'
import type { Attributes, Decision } from './attributes.ts'
import { createBindingIndex } from './binding-index.ts'
import { allows, type PolicyRule, rulesOf } from './policy-rule.ts'
import { type Binding, bindingText } from './subject.ts'
import { masters } from './system-groups.ts'

/** Who may do what, by the Role, ClusterRole and binding objects as they are at this moment. */
export interface Authorizer {
  authorize(user: User, attributes: Attributes): Decision
  /** All rules a user has in a namespace, or ('') in the whole cluster. */
  rulesOf(user: User, namespace: string): { rules: PolicyRule[]; missing: string[] }
  /** The role that a binding names; undefined where there is none. */
  roleOf(binding: Binding): KubeObject | undefined
  close(): void
}

export function createAuthorizer(store: KubernetesStore): Authorizer {
  const index = createBindingIndex(store)
  const roleOf = ({ role, namespace }: Binding): KubeObject | undefined =>
    role.kind === 'Role'
      ? store.get('roles.rbac.authorization.k8s.io', namespace, role.name)
      : store.get('clusterroles.rbac.authorization.k8s.io', undefined, role.name)

  return {
    authorize(user, attributes) {
      if (user.groups.includes(masters)) return { allowed: true, reason: '' }
      const missing: string[] = []
      const place = attributes.resource === '' ? '' : attributes.namespace
      for (const { binding, subject } of index.of(user, place)) {
        const role = roleOf(binding)
        if (!role) missing.push(missingText(binding))
        else if (rulesOf(role).some(rule => allows(rule, attributes)))
          return { allowed: true, reason: `RBAC: allowed by ${bindingText(binding, subject)}` }
      }
      return { allowed: false, reason: missing.length === 0 ? '' : `RBAC: ${listText(missing)}` }
    },
    rulesOf(user, namespace) {
      const rules: PolicyRule[] = []
      const missing: string[] = []
      for (const { binding } of index.of(user, namespace)) {
        const role = roleOf(binding)
        if (role) rules.push(...rulesOf(role))
        else missing.push(missingText(binding))
      }
      return { rules, missing }
    },
    roleOf,
    close: index.close,
  }
}

const missingText = ({ role }: Binding): string =>
  `${role.kind.toLowerCase()}.rbac.authorization.k8s.io "${role.name}" not found`

/** Go's aggregate of errors. */
const listText = (errors: readonly string[]): string => {
  const all = [...new Set(errors)]
  return all.length === 1 ? (all[0] ?? '') : `[${all.join(', ')}]`
}
