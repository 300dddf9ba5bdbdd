import { guardOf } from '#lab/mesh/decide/guard.ts'
import type { AuthorizationPolicy, Operation, Rule, Source } from '#lab/mesh/snapshot/authorization-policies.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { effectiveMode } from '#lab/mesh/snapshot/peer-authentications.ts'
import { readPattern } from '#lab/mesh/snapshot/string-match.ts'
import { given, type Message } from './proto.ts'

/** What ztunnel is told of who may call: authorization without anything of HTTP, and what istiod makes of STRICT. */

export const strictPolicy = 'istio_converted_static_strict'

interface Policies {
  all: Message[]
  /** Names of those for a workload alone: the others are for its namespace, or for everybody. */
  of(workload: Workload): string[]
}

export function ztunnelPolicies(told: Snapshot): Policies {
  const ambient = [...told.workloads.values()].filter(({ proxy }) => proxy === 'ztunnel')
  const byName = new Map<string, AuthorizationPolicy>()
  for (const policies of told.authorizationPolicies.values())
    for (const policy of policies) byName.set(`${policy.namespace}/${policy.name}`, policy)
  /** `namespace/name` → rules that ztunnel can read; those of an ALLOW that it cannot are no rules. */
  const enforced = new Map<string, Set<number>>()
  const own = new Map<string, string[]>()
  for (const workload of ambient) {
    const guard = guardOf(told, { kind: 'ztunnel', workload }, false)
    const names: string[] = []
    for (const filter of [guard.deny, guard.allow])
      for (const name of filter?.names ?? []) {
        const rules = enforced.get(name) ?? new Set()
        enforced.set(name, rules)
        for (const entry of filter?.enforced ?? [])
          if (`${entry.namespace}/${entry.name}` === name) rules.add(entry.rule)
        if (byName.get(name)?.selector) names.push(name)
      }
    if (effectiveMode(told.peerAuthentications, workload, 0, told.mesh.rootNamespace) === 'STRICT')
      names.push(`${told.mesh.rootNamespace}/${strictPolicy}`)
    if (names.length > 0) own.set(workload.key, names)
  }
  return {
    all: [
      strict(told.mesh.rootNamespace),
      ...[...enforced].flatMap(([name, rules]) => {
        const policy = byName.get(name)
        return policy ? [policyOf(told, policy, rules)] : []
      }),
    ],
    of: ({ key }) => own.get(key) ?? [],
  }
}

/** Refuses whoever has not proved who they are. */
const strict = (namespace: string): Message => ({
  name: strictPolicy,
  namespace,
  scope: 'WorkloadSelector',
  action: 'Deny',
  rules: [[[{ notPrincipals: [{ Presence: null }] }]]],
})

const policyOf = ({ mesh }: Snapshot, policy: AuthorizationPolicy, rules: ReadonlySet<number>): Message => ({
  name: policy.name,
  namespace: policy.namespace,
  scope: policy.selector ? 'WorkloadSelector' : policy.namespace === mesh.rootNamespace ? 'Global' : 'Namespace',
  action: policy.action === 'DENY' ? 'Deny' : 'Allow',
  rules: policy.rules.filter((_, index) => rules.has(index)).map(rule => clauses(rule, policy.namespace)),
})

/** All clauses must hold; of the matches in one, any. */
const clauses = (rule: Rule, own: string): Message[][] =>
  [
    rule.from.map(source => sourceMatch(source, own)),
    rule.to.map(operationMatch),
    ...rule.when.map(condition => [conditionMatch(condition, own)]),
  ].filter(matches => matches.length > 0)

const texts = (values: readonly string[]): Message[] =>
  values.map(value => {
    const match = readPattern(value)
    if (match.kind === 'present') return { Presence: null }
    return { [`${match.kind[0]?.toUpperCase()}${match.kind.slice(1)}`]: 'value' in match ? match.value : value }
  })

const accounts = (values: readonly string[], own: string): Message[] =>
  values.map(value => {
    const [namespace, serviceAccount] = value.includes('/') ? value.split('/') : [own, value]
    return { namespace, serviceAccount }
  })

const sourceMatch = (source: Source, own: string): Message =>
  given({
    principals: texts(source.principals),
    notPrincipals: texts(source.notPrincipals),
    namespaces: texts(source.namespaces),
    notNamespaces: texts(source.notNamespaces),
    serviceAccounts: accounts(source.serviceAccounts, own),
    notServiceAccounts: accounts(source.notServiceAccounts, own),
    sourceIps: source.ipBlocks,
    notSourceIps: source.notIpBlocks,
  })

const ports = (values: readonly string[]): number[] => values.map(Number)

const operationMatch = (operation: Operation): Message =>
  given({ destinationPorts: ports(operation.ports), notDestinationPorts: ports(operation.notPorts) })

function conditionMatch({ key, values, notValues }: Rule['when'][number], own: string): Message {
  switch (key) {
    case 'source.ip':
      return given({ sourceIps: values, notSourceIps: notValues })
    case 'source.namespace':
      return given({ namespaces: texts(values), notNamespaces: texts(notValues) })
    case 'source.principal':
      return given({ principals: texts(values), notPrincipals: texts(notValues) })
    case 'source.serviceAccount':
      return given({ serviceAccounts: accounts(values, own), notServiceAccounts: accounts(notValues, own) })
    case 'destination.ip':
      return given({ destinationIps: values, notDestinationIps: notValues })
    case 'destination.port':
      return given({ destinationPorts: ports(values), notDestinationPorts: ports(notValues) })
    default:
      return {}
  }
}
