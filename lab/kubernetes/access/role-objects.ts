import type { KubeObject } from '#lab/contract.ts'
import { type Fields, listOf } from '#lab/kubernetes/value.ts'
import type { Subject } from './subject.ts'

/** Roles and bindings as objects, in few words. */

const apiGroup = 'rbac.authorization.k8s.io'
const apiVersion = `${apiGroup}/v1`

/** `rule('get,list', 'pods,pods/log')`, `rule('*', 'deployments', 'apps')`. */
export const rule = (verbs: string, resources: string, groups = ''): Fields => ({
  apiGroups: groups.split(','),
  resources: resources.split(','),
  verbs: verbs.split(','),
})

export const pathRule = (verbs: string, ...nonResourceURLs: string[]): Fields => ({
  nonResourceURLs,
  verbs: verbs.split(','),
})

export const reading = 'get,list,watch'
export const writing = 'create,delete,deletecollection,patch,update'

export const clusterRole = (name: string, rules: Fields[], labels?: Record<string, string>): KubeObject => ({
  apiVersion,
  kind: 'ClusterRole',
  metadata: { name, ...(labels ? { labels } : {}) },
  rules,
})

/** A ClusterRole whose rules are those of all others with a label. */
export const aggregatedRole = (
  name: string,
  matchLabels: Record<string, string>,
  labels?: Record<string, string>,
): KubeObject => ({
  ...clusterRole(name, [], labels),
  aggregationRule: { clusterRoleSelectors: [{ matchLabels }] },
})

export const user = (name: string): Subject => ({ kind: 'User', name, namespace: '' })
export const group = (name: string): Subject => ({ kind: 'Group', name, namespace: '' })
export const serviceAccount = (namespace: string, name: string): Subject => ({
  kind: 'ServiceAccount',
  name,
  namespace,
})

export const clusterRoleBinding = (
  name: string,
  role: string,
  subjects: Subject[],
  labels?: Record<string, string>,
): KubeObject => ({
  apiVersion,
  kind: 'ClusterRoleBinding',
  metadata: { name, ...(labels ? { labels } : {}) },
  roleRef: { apiGroup, kind: 'ClusterRole', name: role },
  subjects: subjects.map(subjectObject),
})

/** Gives a ClusterRole's rights in one namespace. */
export const roleBinding = (namespace: string, name: string, role: string, subjects: Subject[]): KubeObject => ({
  apiVersion,
  kind: 'RoleBinding',
  metadata: { name, namespace },
  roleRef: { apiGroup, kind: 'ClusterRole', name: role },
  subjects: subjects.map(subjectObject),
})

const subjectObject = ({ kind, name, namespace }: Subject): Fields =>
  kind === 'ServiceAccount' ? { kind, name, namespace } : { apiGroup, kind, name }

/** The rules of roles together, each once. */
export function joined(roles: readonly KubeObject[]): Fields[] {
  const rules = new Map(roles.flatMap(role => listOf(role['rules'])).map(rule => [JSON.stringify(rule), rule]))
  return [...rules.values()]
}
