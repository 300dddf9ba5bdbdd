import type { KubeObject } from '#lab/contract.ts'
import { type Condition, fails, holds, setConditions } from '#lab/kubernetes/controllers/conditions.ts'
import {
  type Cluster,
  type Controller,
  isLeaving,
  isWishChanged,
  keyOf,
  ownKey,
} from '#lab/kubernetes/controllers/controller.ts'
import { classOf } from '#lab/kubernetes/controllers/gateway-api/classes.ts'
import { createReferenceIndex } from '#lab/kubernetes/controllers/references.ts'
import { type Fields, fieldsOf, isEqual, listOf, textOf } from '#lab/kubernetes/value.ts'
import { bindingOf, gateways } from './waypoints.ts'

const resource = 'authorizationpolicies.security.istio.io'
const targets: Readonly<Record<string, string>> = {
  Gateway: gateways,
  Service: 'services',
  ServiceEntry: 'serviceentries.networking.istio.io',
  GatewayClass: 'gatewayclasses.gateway.networking.k8s.io',
}

/** Says of AuthorizationPolicies what ztunnel or their waypoint makes of them, as istiod does in an ambient mesh. */
export function policyController(cluster: Cluster, rootNamespace = 'istio-system'): Controller {
  const { store } = cluster
  const index = createReferenceIndex(store, [resource], function* (policy) {
    for (const reference of listOf(policy.spec?.['targetRefs'])) {
      const kind = textOf(reference['kind'])
      const namespace = kind === 'GatewayClass' ? '' : textOf(reference['namespace'], policy.metadata.namespace)
      yield `${targets[kind] ?? kind} ${namespace}/${textOf(reference['name'])}`
    }
  })
  return {
    name: 'AuthorizationPolicy',
    watches: [resource, ...Object.values(targets)],
    close: index.close,
    interests: change =>
      change.resource === resource
        ? isWishChanged(change)
          ? ownKey(change, resource)
          : []
        : index.to(`${change.resource} ${keyOf(change.object)}`, resource),
    reconcile(namespace, name) {
      const policy = store.get(resource, namespace, name)
      if (!policy || isLeaving(policy)) return
      const references = listOf(policy.spec?.['targetRefs'])
      const said =
        references.length > 0 ? flattened(references.map(item => boundTo(policy, item))) : ztunnelAccepts(policy)
      const before = listOf(policy.status?.['conditions'])
      const kept = before.filter(item => item['type'] === said.type || !ownTypes.includes(textOf(item['type'])))
      const conditions = setConditions(kept, [said], { time: cluster.since(policy) }).map(item =>
        // Istio writes the generation of its own kinds as text (protobuf's JSON).
        item['type'] === said.type ? { ...item, observedGeneration: String(policy.metadata.generation ?? 1) } : item,
      )
      if (isEqual(before, conditions)) return
      const next = store.replace({ ...policy, status: { ...policy.status, conditions } })
      if (said.status === 'False') cluster.record(next, 'Warning', said.reason, said.message, 'istiod')
    },
  }

  function boundTo(policy: KubeObject, reference: Fields): Condition {
    const kind = textOf(reference['kind'])
    const namespace = textOf(reference['namespace'], policy.metadata.namespace)
    const name = textOf(reference['name'])
    const refuse = (reason: string, message: string) => fails('WaypointAccepted', reason, message)
    const accept = (to: string) => holds('WaypointAccepted', 'Accepted', `bound to ${to}`)
    const key = `${namespace}/${name}`
    const target = store.get(targets[kind] ?? 'services', kind === 'GatewayClass' ? undefined : namespace, name)
    if (kind === 'GatewayClass' && policy.metadata.namespace !== rootNamespace)
      return refuse(
        'Invalid',
        `AuthorizationPolicy must be in the root namespace \`${rootNamespace}\` when referencing a GatewayClass`,
      )
    if (!target)
      return refuse(
        'TargetNotFound',
        kind === 'Gateway' || kind === 'GatewayClass' ? 'not bound' : `${kind} ${key} was not found`,
      )
    if (kind === 'GatewayClass')
      return target.spec?.['controllerName'] === 'istio.io/mesh-controller'
        ? accept(name)
        : refuse('Invalid', 'GatewayClass must use controller name `istio.io/mesh-controller` for waypoints')
    if (kind === 'Gateway') return classOf(store, target) ? accept(key) : refuse('TargetNotFound', 'not bound')
    const binding = bindingOf(store, target)
    if (binding?.status === 'True') return accept(binding.message.replace(/^.*waypoint ([^\s.]+).*$/s, '$1'))
    return refuse('AncestorNotBound', `${kind} ${key} is not bound to a waypoint`)
  }
}

const ownTypes = ['WaypointAccepted', 'ZtunnelAccepted']

/** One condition for all targets: accepted where all are, else what is wrong with those that are not. */
function flattened(conditions: readonly Condition[]): Condition {
  const [first] = conditions
  if (conditions.length === 1 && first) return first
  const bad = conditions.filter(condition => condition.status === 'False')
  const message = conditions.map(condition => condition.message).join('; ')
  if (bad.length === 0) return holds('WaypointAccepted', 'Accepted', message)
  return bad.length < conditions.length
    ? holds('WaypointAccepted', 'PartiallyInvalid', message)
    : fails('WaypointAccepted', bad[0]?.reason ?? 'Invalid', message)
}

/** What of a policy ztunnel can enforce (Istio docs, "Use Layer 4 security policy"). */
function ztunnelAccepts(policy: KubeObject): Condition {
  const action = textOf(policy.spec?.['action'], 'ALLOW')
  if (action !== 'ALLOW' && action !== 'DENY')
    return fails('ZtunnelAccepted', 'UnsupportedValue', `ztunnel does not support the ${action} action`)
  if (policy.metadata.annotations?.['istio.io/dry-run'] === 'true')
    return fails('ZtunnelAccepted', 'UnsupportedValue', 'ztunnel does not support dry-run policies')
  const found = [...new Set(listOf(policy.spec?.['rules']).flatMap(httpAttributes))].toSorted()
  if (found.length === 0) return holds('ZtunnelAccepted', 'Accepted', 'attached to ztunnel')
  const consequence =
    action === 'DENY'
      ? 'DENY policy with HTTP attributes is enforced without the HTTP rules.'
      : 'Within an ALLOW policy, rules matching HTTP attributes are omitted.'
  return holds(
    'ZtunnelAccepted',
    'UnsupportedValue',
    `ztunnel does not support HTTP attributes (found: ${found.join(', ')}). In ambient mode you must use a waypoint proxy to enforce HTTP rules. ${consequence} This will be more restrictive than requested.`,
  )
}

const httpOperations = ['hosts', 'notHosts', 'methods', 'notMethods', 'paths', 'notPaths']
const httpSources = ['requestPrincipals', 'notRequestPrincipals', 'remoteIpBlocks', 'notRemoteIpBlocks']
const l4Keys = /^(source\.(ip|namespace|principal|serviceAccount)|destination\.(ip|port))$/

function httpAttributes(rule: Fields): string[] {
  const named = (item: Fields, keys: readonly string[]) =>
    keys.filter(key => Array.isArray(item[key]) && item[key].length > 0)
  return [
    ...listOf(rule['to']).flatMap(item => named(fieldsOf(item['operation']), httpOperations)),
    ...listOf(rule['from']).flatMap(item => named(fieldsOf(item['source']), httpSources)),
    ...listOf(rule['when'])
      .map(item => textOf(item['key']))
      .filter(key => !l4Keys.test(key)),
  ]
}
