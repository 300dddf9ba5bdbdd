import type { AuthorizationPolicy } from '#lab/mesh/snapshot/authorization-policies.ts'
import type { ExtensionProvider } from '#lab/mesh/snapshot/extension-providers.ts'
import { type Snapshot, toldTo } from '#lab/mesh/snapshot/facts.ts'
import { type EnforcementPoint, isAttached, keyOf, namespacesOf } from './attach.ts'
import type { Sight, Test } from './fields.ts'
import { readRule } from './rule-match.ts'

/** The policies of one enforcement point, made ready: found once per snapshot, asked for every flow. */
export interface Guard {
  custom: readonly Custom[]
  deny: Filter | null
  allow: Filter | null
}

/** One RBAC filter. A list is null where no policy of its kind is there. */
export interface Filter {
  enforced: readonly Entry[] | null
  shadow: readonly Entry[] | null
  /** `namespace/name` of what is enforced. */
  names: readonly string[]
}

export interface Entry {
  namespace: string
  name: string
  rule: number
  /** `ns[shop]-policy[front]-rule[0]`: Envoy's name for it. */
  id: string
  test: Test
}

/** Rules that ask an external authorizer; `provider` null: there is none of the name, or more than one is wanted. */
export interface Custom {
  name: string
  provider: Authorizer | null
  entries: readonly Entry[]
}

export type Authorizer = Extract<ExtensionProvider, { failOpen: boolean }>

const guards = new WeakMap<Snapshot, Map<string, Guard>>()

export function guardOf(snapshot: Snapshot, point: EnforcementPoint, isHttp: boolean): Guard {
  const sight: Sight = point.kind === 'ztunnel' ? 'ztunnel' : isHttp ? 'http' : 'tcp'
  let own = guards.get(snapshot)
  if (own === undefined) guards.set(snapshot, (own = new Map()))
  const key = `${sight} ${keyOf(point)}`
  let guard = own.get(key)
  if (guard === undefined) own.set(key, (guard = makeGuard(snapshot, point, sight)))
  return guard
}

function makeGuard(snapshot: Snapshot, point: EnforcementPoint, sight: Sight): Guard {
  const policies = namespacesOf(snapshot, point).flatMap(namespace =>
    (toldTo(snapshot, point.workload).authorizationPolicies.get(namespace) ?? []).filter(policy =>
      isAttached(snapshot, policy, point),
    ),
  )
  const of = (action: AuthorizationPolicy['action']) => policies.filter(policy => policy.action === action)
  return {
    custom: sight === 'ztunnel' ? [] : customOf(snapshot, of('CUSTOM'), sight),
    deny: filterOf(snapshot, of('DENY'), sight),
    allow: filterOf(snapshot, of('ALLOW'), sight),
  }
}

function filterOf(snapshot: Snapshot, policies: readonly AuthorizationPolicy[], sight: Sight): Filter | null {
  const enforced = policies.filter(policy => !policy.dryRun)
  // istiod 1.29 sends ztunnel no dry-run policies unless a flag says so (Istio 1.29 upgrade notes); it is off.
  const dry = sight === 'ztunnel' ? [] : policies.filter(policy => policy.dryRun)
  if (enforced.length + dry.length === 0) return null
  const entries = (some: readonly AuthorizationPolicy[]) =>
    some.length === 0 ? null : some.flatMap(policy => entriesOf(snapshot, policy, sight)).toSorted(byId)
  return {
    enforced: entries(enforced),
    shadow: entries(dry),
    names: enforced.map(({ namespace, name }) => `${namespace}/${name}`).toSorted(),
  }
}

function entriesOf({ config }: Snapshot, policy: AuthorizationPolicy, sight: Sight): Entry[] {
  const { namespace, name, action } = policy
  const trustDomains = [config.trustDomain, ...config.trustDomainAliases]
  return policy.rules.flatMap((written, rule) => {
    const test = readRule(written, { action, policyNamespace: namespace, sight, trustDomains })
    return test === null ? [] : [{ namespace, name, rule, id: `ns[${namespace}]-policy[${name}]-rule[${rule}]`, test }]
  })
}

/** Envoy holds the rules of a filter by their names, and the first that fits is the one it tells of. */
const byId = (a: Entry, b: Entry) => (a.id < b.id ? -1 : 1)

/** Istio docs, "External Authorization": the annotation for a dry run is for ALLOW and DENY only. */
function customOf(snapshot: Snapshot, policies: readonly AuthorizationPolicy[], sight: Sight): Custom[] {
  const wanted = Map.groupBy(
    policies.filter(policy => !policy.dryRun),
    policy => policy.provider,
  )
  return [...wanted].flatMap(([name, group]) => {
    // A workload can ask one authorizer only.
    const provider = wanted.size > 1 ? null : authorizerNamed(snapshot, name)
    if (provider?.kind === 'envoyExtAuthzHttp' && sight === 'tcp') return []
    const entries = group.flatMap(policy => entriesOf(snapshot, policy, sight)).toSorted(byId)
    return [{ name, provider, entries }]
  })
}

/** One that the mesh config names and whose host the mesh knows. */
function authorizerNamed({ config, services, serviceEntries }: Snapshot, name: string): Authorizer | null {
  const provider = config.extensionProviders.get(name)
  if (provider?.kind !== 'envoyExtAuthzGrpc' && provider?.kind !== 'envoyExtAuthzHttp') return null
  const host = provider.service.slice(provider.service.indexOf('/') + 1)
  return services.has(host) || serviceEntries.has(host) ? provider : null
}
