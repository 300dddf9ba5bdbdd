import type { KubeObject } from '#lab/contract.ts'
import { type Fields, listOf } from '#lab/kubernetes/value.ts'
import type { Attributes } from './attributes.ts'

/** One rule of a Role or ClusterRole: these verbs on these resources, or on these paths. */
export interface PolicyRule {
  verbs: readonly string[]
  apiGroups: readonly string[]
  resources: readonly string[]
  resourceNames: readonly string[]
  nonResourceURLs: readonly string[]
}

const read = new WeakMap<KubeObject, readonly PolicyRule[]>()

/** The rules of a role. Stored objects never change, so they are read once. */
export function rulesOf(role: KubeObject): readonly PolicyRule[] {
  const known = read.get(role)
  if (known) return known
  const rules = listOf(role['rules']).map(ruleOf)
  read.set(role, rules)
  return rules
}

export const ruleOf = (rule: Fields): PolicyRule => ({
  verbs: textsOf(rule['verbs']),
  apiGroups: textsOf(rule['apiGroups']),
  resources: textsOf(rule['resources']),
  resourceNames: textsOf(rule['resourceNames']),
  nonResourceURLs: textsOf(rule['nonResourceURLs']),
})

const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []

/** Rules only ever add rights: one that fits is enough (Kubernetes documentation, "Using RBAC Authorization"). */
export function allows(rule: PolicyRule, attributes: Attributes): boolean {
  if (!has(rule.verbs, attributes.verb)) return false
  if (attributes.resource === '') return rule.nonResourceURLs.some(url => urlFits(url, attributes.path))
  return (
    has(rule.apiGroups, attributes.group) &&
    rule.resources.some(resource => resourceFits(resource, attributes.resource, attributes.subresource)) &&
    (rule.resourceNames.length === 0 || rule.resourceNames.includes(attributes.name))
  )
}

const has = (all: readonly string[], one: string): boolean => all.includes('*') || all.includes(one)

/** `pods`, `pods/log`, `*`; and of any resource one subresource: the form that is not documented but used, as in scaling. */
function resourceFits(pattern: string, resource: string, subresource: string): boolean {
  if (pattern === '*') return true
  if (subresource === '') return pattern === resource
  return pattern === `${resource}/${subresource}` || pattern === `*/${subresource}`
}

/** `/healthz`, `/healthz/*`, `*`: a star is only good at the end. */
const urlFits = (pattern: string, path: string): boolean =>
  pattern === '*' || pattern === path || (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))

/** True where whoever has `owned` may do everything that `rule` allows. */
export function covers(owned: PolicyRule, rule: PolicyRule): boolean {
  if (!rule.verbs.every(verb => has(owned.verbs, verb))) return false
  if (!rule.nonResourceURLs.every(url => owned.nonResourceURLs.some(pattern => urlFits(pattern, url)))) return false
  if (rule.resources.length === 0) return true
  return (
    rule.apiGroups.every(group => has(owned.apiGroups, group)) &&
    rule.resources.every(resource => owned.resources.some(pattern => coversResource(pattern, resource))) &&
    (owned.resourceNames.length === 0 ||
      (rule.resourceNames.length > 0 && rule.resourceNames.every(name => owned.resourceNames.includes(name))))
  )
}

function coversResource(pattern: string, resource: string): boolean {
  if (pattern === '*' || pattern === resource) return true
  const slash = resource.indexOf('/')
  return slash >= 0 && pattern === `*${resource.slice(slash)}`
}
