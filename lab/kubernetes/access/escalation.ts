import type { KubeObject } from '#lab/contract.ts'
import type { User } from '#lab/kubernetes/api/request.ts'
import { forbidden, notFound } from '#lab/kubernetes/api/status.ts'
import type { Kind } from '#lab/kubernetes/resources.ts'
import { isEqual, isFields, listOf } from '#lab/kubernetes/value.ts'
import { aboutResource } from './attributes.ts'
import type { Authorizer } from './authorizer.ts'
import { covers, type PolicyRule, ruleOf, rulesOf } from './policy-rule.ts'
import { bindingOf } from './subject.ts'
import { masters } from './system-groups.ts'

const group = 'rbac.authorization.k8s.io'
const version = 'v1'

/**
 * Nobody gives rights that they do not have: not by a role, nor by binding one (Kubernetes documentation, "Privilege
 * escalation prevention and bootstrapping"). Throws 403.
 */
export function checkEscalation(
  authorizer: Authorizer,
  user: User,
  kind: Kind,
  after: KubeObject,
  before?: KubeObject,
): void {
  if (kind.group !== group || user.groups.includes(masters)) return
  if (kind.kind === 'Role' || kind.kind === 'ClusterRole') checkRole(authorizer, user, kind, after, before)
  else checkBinding(authorizer, user, kind, after, before)
}

const fullAuthority: readonly PolicyRule[] = [
  ruleOf({ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }),
  ruleOf({ verbs: ['*'], nonResourceURLs: ['*'] }),
]

function checkRole(authorizer: Authorizer, user: User, kind: Kind, after: KubeObject, before?: KubeObject): void {
  if (
    before &&
    isEqual(before['rules'], after['rules']) &&
    isEqual(before['aggregationRule'], after['aggregationRule'])
  )
    return
  const { name, namespace = '' } = after.metadata
  const escalate = aboutResource({ verb: 'escalate', group, version, resource: kind.plural, namespace, name })
  if (authorizer.authorize(user, escalate).allowed) return
  // What others write may come together in it: only who may do everything may make such a role.
  const wanted = isFields(after['aggregationRule']) ? fullAuthority : listOf(after['rules']).map(ruleOf)
  confirm(authorizer, user, kind, after, wanted)
}

function checkBinding(authorizer: Authorizer, user: User, kind: Kind, after: KubeObject, before?: KubeObject): void {
  if (before && isEqual(before['subjects'], after['subjects']) && isEqual(before['roleRef'], after['roleRef'])) return
  const binding = bindingOf(after)
  const resource = binding.role.kind === 'Role' ? 'roles' : 'clusterroles'
  const { namespace } = binding
  const bind = aboutResource({ verb: 'bind', group, version, resource, namespace, name: binding.role.name })
  if (authorizer.authorize(user, bind).allowed) return
  const role = authorizer.roleOf(binding)
  if (!role)
    throw notFound(
      { name: `${resource}.${group}`, group, plural: resource, kind: binding.role.kind },
      binding.role.name,
    )
  confirm(authorizer, user, kind, after, rulesOf(role))
}

function confirm(
  authorizer: Authorizer,
  user: User,
  kind: Kind,
  object: KubeObject,
  wanted: readonly PolicyRule[],
): void {
  const owned = authorizer.rulesOf(user, object.metadata.namespace ?? '').rules
  const lacking = wanted.flatMap(rule => lackingOf(owned, rule))
  if (lacking.length === 0) return
  const groups = user.groups.map(name => JSON.stringify(name)).join(' ')
  const rights = [...new Set(lacking.map(ruleText))].sort()
  throw forbidden(
    kind,
    object.metadata.name,
    `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${rights.join('\n')}`,
  )
}

/** More single rights than any honest rule names: such a rule is lacking as a whole. */
const most = 100_000

/** The parts of a rule that no owned rule covers: single rights, those that differ in the verb only put together again. */
function lackingOf(owned: readonly PolicyRule[], rule: PolicyRule): PolicyRule[] {
  if (owned.some(one => covers(one, rule))) return []
  const { verbs, apiGroups, resources, resourceNames, nonResourceURLs } = rule
  const count =
    verbs.length * (apiGroups.length * resources.length * Math.max(resourceNames.length, 1) + nonResourceURLs.length)
  if (count > most) return [rule]
  const lacking: PolicyRule[] = []
  const note = (part: Omit<PolicyRule, 'verbs'>): void => {
    const missing = verbs.filter(verb => !owned.some(one => covers(one, { ...part, verbs: [verb] })))
    if (missing.length > 0) lacking.push({ ...part, verbs: missing })
  }
  const nothing = { apiGroups: [], resources: [], resourceNames: [], nonResourceURLs: [] }
  for (const apiGroup of apiGroups)
    for (const resource of resources)
      for (const names of resourceNames.length === 0 ? [[]] : resourceNames.map(name => [name]))
        note({ ...nothing, apiGroups: [apiGroup], resources: [resource], resourceNames: names })
  for (const url of nonResourceURLs) note({ ...nothing, nonResourceURLs: [url] })
  return lacking
}

/** `{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}` */
function ruleText({ apiGroups, resources, nonResourceURLs, resourceNames, verbs }: PolicyRule): string {
  const parts: [string, readonly string[]][] = [
    ['APIGroups', apiGroups],
    ['Resources', resources],
    ['NonResourceURLs', nonResourceURLs],
    ['ResourceNames', resourceNames],
    ['Verbs', verbs],
  ]
  const told = parts.filter(([, values]) => values.length > 0)
  return `{${told.map(([name, values]) => `${name}:[${values.map(value => JSON.stringify(value)).join(' ')}]`).join(', ')}}`
}
