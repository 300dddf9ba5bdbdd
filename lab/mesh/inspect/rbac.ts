import { bracketed } from '#lab/mesh/decide/claims.ts'
import type { EnforcementPoint } from '#lab/mesh/decide/attach.ts'
import { type Entry, type Filter, guardOf } from '#lab/mesh/decide/guard.ts'
import type { Operation, Rule, Source } from '#lab/mesh/snapshot/authorization-policies.ts'
import type { Snapshot } from '#lab/mesh/snapshot/facts.ts'
import { any, type Message } from './proto.ts'
import {
  accountId,
  addressRange,
  claim,
  header,
  namespaceId,
  principalId,
  requestPrincipal,
  text,
  urlPath,
} from './rbac-terms.ts'

/** The RBAC filters of a proxy: the same policies, by the same names, that it decides with. */
export function rbacFilters(told: Snapshot, point: EnforcementPoint, isHttp: boolean): Message[] {
  const guard = guardOf(told, point, isHttp)
  const write = (entries: readonly Entry[] | null) => policiesOf(told, entries ?? [], isHttp)
  const filter = (own: Message): Message =>
    isHttp
      ? { name: 'envoy.filters.http.rbac', typed_config: any('envoy.extensions.filters.http.rbac.v3.RBAC', own) }
      : {
          name: 'envoy.filters.network.rbac',
          typed_config: any('envoy.extensions.filters.network.rbac.v3.RBAC', { ...own, stat_prefix: 'tcp.' }),
        }
  const rules = (one: Filter | null, action: 'ALLOW' | 'DENY'): Message[] => {
    if (one === null) return []
    const lower = action.toLowerCase()
    return [
      filter({
        ...(one.enforced ? { rules: { action, policies: write(one.enforced) } } : {}),
        ...(one.shadow
          ? {
              shadow_rules: { action, policies: write(one.shadow) },
              shadow_rules_stat_prefix: `istio_dry_run_${lower}_`,
            }
          : {}),
      }),
    ]
  }
  return [
    ...guard.custom.flatMap(({ name, provider, entries }) => [
      filter({
        shadow_rules: {
          action: 'DENY',
          policies: Object.fromEntries(
            Object.entries(write(entries)).map(([id, policy]) => [`istio-ext-authz-${name}-${id}`, policy]),
          ),
        },
        shadow_rules_stat_prefix: 'istio_ext_authz_',
      }),
      ...(provider && isHttp ? [extAuthz(provider)] : []),
    ]),
    ...rules(guard.deny, 'DENY'),
    ...rules(guard.allow, 'ALLOW'),
  ]
}

type Provider = NonNullable<ReturnType<typeof guardOf>['custom'][number]['provider']>

const extAuthz = ({ kind, service, port, failOpen, timeout, statusOnError }: Provider): Message => {
  const host = service.slice(service.indexOf('/') + 1)
  const cluster = `outbound|${port}||${host}`
  const wait = `${timeout / 1000}s`
  return {
    name: 'envoy.filters.http.ext_authz',
    typed_config: any('envoy.extensions.filters.http.ext_authz.v3.ExtAuthz', {
      ...(kind === 'envoyExtAuthzGrpc'
        ? { grpc_service: { envoy_grpc: { cluster_name: cluster }, timeout: wait } }
        : { http_service: { server_uri: { uri: `http://${host}`, cluster, timeout: wait } } }),
      failure_mode_allow: failOpen,
      status_on_error: { code: statusOnError },
      transport_api_version: 'V3',
    }),
  }
}

function policiesOf(told: Snapshot, entries: readonly Entry[], isHttp: boolean): Record<string, Message> {
  return Object.fromEntries(
    entries.flatMap(({ namespace, name, rule: index, id }) => {
      const policy = told.authorizationPolicies.get(namespace)?.find(one => one.name === name)
      const rule = policy?.rules[index]
      return rule ? [[id, policyOf(rule, namespace, isHttp)] as const] : []
    }),
  )
}

/** Any of the permissions, for any of the principals. */
function policyOf(rule: Rule, namespace: string, isHttp: boolean): Message {
  const conditions = rule.when.flatMap(condition => conditionOf(condition, namespace, isHttp))
  const when = (side: 'permission' | 'principal') => conditions.filter(one => one.side === side).map(one => one.term)
  const permissions = (rule.to.length > 0 ? rule.to : [null]).map(operation =>
    permission([...(operation ? operationTerms(operation, isHttp) : []), ...when('permission')]),
  )
  const principals = (rule.from.length > 0 ? rule.from : [null]).map(source =>
    principal([...(source ? sourceTerms(source, namespace, isHttp) : []), ...when('principal')]),
  )
  return { permissions, principals }
}

const permission = (rules: Message[]): Message => (rules.length === 0 ? { any: true } : { and_rules: { rules } })

const principal = (ids: Message[]): Message => (ids.length === 0 ? { any: true } : { and_ids: { ids } })

const anyRule = (rules: Message[]): Message => ({ or_rules: { rules } })
const anyId = (ids: Message[]): Message => ({ or_ids: { ids } })

type Terms = (value: string) => Message | null

const written = (values: readonly string[], term: Terms): Message[] => values.map(term).filter(one => one !== null)

/** Values that one of must fit, and values that none may. */
function both(
  values: readonly string[],
  nots: readonly string[],
  term: Terms,
  side: 'permission' | 'principal',
): Message[] {
  const [yes, no] = [written(values, term), written(nots, term)]
  const group = side === 'permission' ? anyRule : anyId
  const not = (terms: Message[]) => (side === 'permission' ? { not_rule: group(terms) } : { not_id: group(terms) })
  return [...(yes.length > 0 ? [group(yes)] : []), ...(no.length > 0 ? [not(no)] : [])]
}

function sourceTerms(source: Source, own: string, isHttp: boolean): Message[] {
  const term = (values: string[], nots: string[], make: Terms) => both(values, nots, make, 'principal')
  return [
    ...term(source.principals, source.notPrincipals, principalId),
    ...term(source.namespaces, source.notNamespaces, namespaceId),
    ...term(source.serviceAccounts, source.notServiceAccounts, value => accountId(value, own)),
    ...term(source.ipBlocks, source.notIpBlocks, addressTerm('direct_remote_ip')),
    ...term(source.remoteIpBlocks, source.notRemoteIpBlocks, addressTerm('remote_ip')),
    ...(isHttp ? term(source.requestPrincipals, source.notRequestPrincipals, requestPrincipal) : []),
  ]
}

function operationTerms(operation: Operation, isHttp: boolean): Message[] {
  const term = (values: string[], nots: string[], make: Terms) => both(values, nots, make, 'permission')
  return [
    ...term(operation.ports, operation.notPorts, value => ({ destination_port: Number(value) })),
    ...(isHttp
      ? [
          ...term(operation.hosts, operation.notHosts, value => header(':authority', value)),
          ...term(operation.methods, operation.notMethods, value => header(':method', value)),
          ...term(operation.paths, operation.notPaths, urlPath),
        ]
      : []),
  ]
}

const addressTerm =
  (name: string): Terms =>
  value => {
    const range = addressRange(value)
    return range && { [name]: range }
  }

interface Condition {
  side: 'permission' | 'principal'
  term: Message
}

function conditionOf({ key, values, notValues }: Rule['when'][number], own: string, isHttp: boolean): Condition[] {
  const kind = conditionKind(key, own)
  if (kind === null || (kind.isHttp && !isHttp)) return []
  return both(values, notValues, kind.make, kind.side).map(term => ({ side: kind.side, term }))
}

function conditionKind(key: string, own: string): { side: Condition['side']; isHttp: boolean; make: Terms } | null {
  const of = (side: Condition['side'], make: Terms, needsHttp = false) => ({ side, isHttp: needsHttp, make })
  switch (key) {
    case 'source.ip':
      return of('principal', addressTerm('direct_remote_ip'))
    case 'remote.ip':
      return of('principal', addressTerm('remote_ip'))
    case 'source.namespace':
      return of('principal', namespaceId)
    case 'source.principal':
      return of('principal', principalId)
    case 'source.serviceAccount':
      return of('principal', value => accountId(value, own))
    case 'destination.ip':
      return of('permission', addressTerm('destination_ip'))
    case 'destination.port':
      return of('permission', value => ({ destination_port: Number(value) }))
    case 'connection.sni':
      return of('permission', value => ({ requested_server_name: text(value) }))
    case 'request.auth.principal':
      return of('principal', requestPrincipal, true)
    case 'request.auth.audiences':
      return of('principal', value => claim(['aud'], value), true)
    case 'request.auth.presenter':
      return of('principal', value => claim(['azp'], value), true)
  }
  const bracket = key.indexOf('[')
  const names = bracket < 0 ? null : bracketed(key.slice(bracket))
  if (names === null) return null
  if (key.startsWith('request.headers')) return of('principal', value => header(names[0] ?? '', value), true)
  return key.startsWith('request.auth.claims') ? of('principal', value => claim(names, value), true) : null
}
