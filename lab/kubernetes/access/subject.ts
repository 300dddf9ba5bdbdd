import type { KubeObject } from '#lab/contract.ts'
import type { User } from '#lab/kubernetes/api/request.ts'
import { fieldsOf, listOf, textOf } from '#lab/kubernetes/value.ts'

/** Whom a binding gives rights to. */
export interface Subject {
  kind: 'User' | 'Group' | 'ServiceAccount'
  name: string
  /** Of a ServiceAccount, else ''. */
  namespace: string
}

/** What a RoleBinding or ClusterRoleBinding says. */
export interface Binding {
  name: string
  /** '' of a ClusterRoleBinding. */
  namespace: string
  role: { kind: 'Role' | 'ClusterRole'; name: string }
  subjects: readonly Subject[]
}

export function bindingOf(object: KubeObject): Binding {
  const role = fieldsOf(object['roleRef'])
  const namespace = object.kind === 'RoleBinding' ? (object.metadata.namespace ?? '') : ''
  return {
    name: object.metadata.name,
    namespace,
    role: {
      // A ClusterRoleBinding can name nothing else.
      kind: namespace !== '' && role['kind'] === 'Role' ? 'Role' : 'ClusterRole',
      name: textOf(role['name']),
    },
    subjects: listOf(object['subjects']).flatMap(subject => {
      const { kind } = subject
      if (kind !== 'User' && kind !== 'Group' && kind !== 'ServiceAccount') return []
      const place = kind === 'ServiceAccount' ? textOf(subject['namespace']) || namespace : ''
      return [{ kind, name: textOf(subject['name']), namespace: place }]
    }),
  }
}

export const serviceAccountName = (namespace: string, name: string): string =>
  `system:serviceaccount:${namespace}:${name}`

export const serviceAccountGroups = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
]

/** The namespace and name in a ServiceAccount's user name; null of any other user. */
export function serviceAccountIn(user: string): { namespace: string; name: string } | null {
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? []
  return namespace !== undefined && name !== undefined ? { namespace, name } : null
}

/** Where bindings of a subject are kept: a ServiceAccount is the user that it signs in as. */
export const keyOf = ({ kind, name, namespace }: Subject): string =>
  kind === 'Group' ? `g ${name}` : `u ${kind === 'ServiceAccount' ? serviceAccountName(namespace, name) : name}`

export const keysOf = (user: User): string[] => [`u ${user.name}`, ...user.groups.map(group => `g ${group}`)]

/** `User "viewer"`, `ServiceAccount "weft/weft-system"`: as the server writes them in reasons. */
export const subjectText = ({ kind, name, namespace }: Subject): string =>
  `${kind} "${kind === 'ServiceAccount' ? `${name}/${namespace}` : name}"`

export const bindingText = ({ name, namespace, role }: Binding, subject: Subject): string =>
  namespace === ''
    ? `ClusterRoleBinding "${name}" of ClusterRole "${role.name}" to ${subjectText(subject)}`
    : `RoleBinding "${name}/${namespace}" of ${role.kind} "${role.name}" to ${subjectText(subject)}`
