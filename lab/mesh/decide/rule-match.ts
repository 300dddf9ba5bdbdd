import type { Operation, Rule, Source } from '#lab/mesh/snapshot/authorization-policies.ts'
import { matches, readPattern } from '#lab/mesh/snapshot/string-match.ts'
import { inBlock } from './addresses.ts'
import { headerOf, withoutQuery } from './match.ts'
import type { Flow } from './outcome.ts'

/** What an enforcement point knows of one request. */
export interface Facts {
  /** Proven by the peer certificate; null over plaintext. */
  principal: string | null
  trustDomain: string
  address: string
  /** Null where only L4 is seen. */
  http: Flow | null
  port: number
  /** Where the policy at hand was written: short service account names mean its own namespace. */
  policyNamespace: string
}

/** How fields that need HTTP are read where there is no HTTP. */
export type WithoutHttp =
  /** An ALLOW rule that uses them never matches. */
  | 'fail'
  /** A DENY rule is applied without them. */
  | 'ignore'

/** (any `from`) and (any `to`) and (all `when`). */
export function matchesRule(rule: Rule, facts: Facts, withoutHttp: WithoutHttp): boolean {
  const from = rule.from.length === 0 || rule.from.some(source => matchesSource(source, facts, withoutHttp))
  const to = rule.to.length === 0 || rule.to.some(operation => matchesOperation(operation, facts, withoutHttp))
  return from && to && rule.when.every(condition => matchesCondition(condition, facts, withoutHttp))
}

function matchesSource(source: Source, facts: Facts, withoutHttp: WithoutHttp): boolean {
  const identity = identityOf(facts)
  const token = source.requestPrincipals.length > 0 || source.notRequestPrincipals.length > 0
  // Requests of the lab carry no token yet: a requestPrincipal is absent.
  const tokenHolds = !token || (facts.http === null ? withoutHttp === 'ignore' : source.requestPrincipals.length === 0)
  return (
    tokenHolds &&
    holds(source.principals, source.notPrincipals, pattern => principalIs(pattern, identity)) &&
    holds(source.namespaces, source.notNamespaces, pattern => textIs(pattern, identity?.namespace)) &&
    holds(source.serviceAccounts, source.notServiceAccounts, account =>
      serviceAccountIs(account, identity, facts.policyNamespace),
    ) &&
    holds(source.ipBlocks, source.notIpBlocks, block => inBlock(facts.address, block)) &&
    holds(source.remoteIpBlocks, source.notRemoteIpBlocks, block => inBlock(facts.address, block))
  )
}

function matchesOperation(operation: Operation, facts: Facts, withoutHttp: WithoutHttp): boolean {
  if (!holds(operation.ports, operation.notPorts, port => port === String(facts.port))) return false
  const { http } = facts
  const needsHttp =
    operation.hosts.length + operation.notHosts.length + operation.methods.length + operation.notMethods.length > 0 ||
    operation.paths.length + operation.notPaths.length > 0
  if (http === null) return !needsHttp || withoutHttp === 'ignore'
  return (
    holds(
      operation.hosts,
      operation.notHosts,
      host =>
        textIs(host.toLowerCase(), http.host.toLowerCase()) ||
        textIs(host.toLowerCase(), `${http.host.toLowerCase()}:${http.port}`),
    ) &&
    holds(operation.methods, operation.notMethods, method => textIs(method, http.method)) &&
    holds(operation.paths, operation.notPaths, path => pathIs(path, withoutQuery(http.path)))
  )
}

function matchesCondition(condition: Rule['when'][number], facts: Facts, withoutHttp: WithoutHttp): boolean {
  const { key } = condition
  const identity = identityOf(facts)
  const test = (is: (pattern: string) => boolean) => holds(condition.values, condition.notValues, is)
  switch (key) {
    case 'source.ip':
    case 'remote.ip':
      return test(block => inBlock(facts.address, block))
    case 'source.namespace':
      return test(pattern => textIs(pattern, identity?.namespace))
    case 'source.principal':
      return test(pattern => principalIs(pattern, identity))
    case 'source.serviceAccount':
      return test(account => serviceAccountIs(account, identity, facts.policyNamespace))
    case 'destination.port':
      return test(port => port === String(facts.port))
  }
  const { http } = facts
  const header = /^request\.headers\[(.+)\]$/.exec(key)?.[1]
  if (http === null && key.startsWith('request.')) return withoutHttp === 'ignore'
  if (header !== undefined && http !== null) {
    const value = headerOf(http, header.toLowerCase())
    return test(pattern => textIs(pattern, value))
  }
  // Tokens, SNI and Envoy's own metadata: no request of the lab has any.
  return test(() => false)
}

interface Identity {
  principal: string
  trustDomain: string
  namespace: string
  account: string
  aliases: string[]
}

function identityOf({ principal, trustDomain }: Facts): Identity | null {
  const parts = /^([^/]+)\/ns\/([^/]+)\/sa\/(.+)$/.exec(principal ?? '')
  if (principal === null || parts === null) return null
  const [, domain = '', namespace = '', account = ''] = parts
  // `cluster.local` stands for the mesh's own trust domain.
  const aliases = domain === trustDomain ? [principal, `cluster.local/ns/${namespace}/sa/${account}`] : [principal]
  return { principal, trustDomain: domain, namespace, account, aliases }
}

/** No values hold; `values` need one that fits, `notValues` none. */
const holds = (values: readonly string[], notValues: readonly string[], is: (value: string) => boolean): boolean =>
  (values.length === 0 || values.some(is)) && !notValues.some(is)

const textIs = (pattern: string, value: string | undefined): boolean =>
  value !== undefined && matches(readPattern(pattern), value)

const principalIs = (pattern: string, identity: Identity | null): boolean =>
  identity?.aliases.some(alias => textIs(pattern, alias)) ?? false

/** `namespace/name`, or a name in the policy's own namespace. */
const serviceAccountIs = (account: string, identity: Identity | null, namespace: string): boolean =>
  identity !== null &&
  (account.includes('/') ? account : `${namespace}/${account}`) === `${identity.namespace}/${identity.account}`

/** A pattern as above, or a template: `{*}` is one segment, `{**}` the rest. */
function pathIs(pattern: string, path: string): boolean {
  if (!pattern.includes('{')) return textIs(pattern, path)
  const expression = pattern
    .split(/(\{\*\*\}|\{\*\})/)
    .map(part => (part === '{**}' ? '.*' : part === '{*}' ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
    .join('')
  return new RegExp(`^${expression}$`).test(path)
}
