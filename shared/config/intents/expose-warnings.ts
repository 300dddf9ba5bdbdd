import { actionOf, isBoundToTarget, isDryRun } from '#shared/config/analyze/weft/rules.ts'
import { selectorLabels } from '#shared/config/analyze/weft/workloads.ts'
import { hasLabels } from '#shared/config/world/labels.ts'
import { items, record, text, texts } from '#shared/config/world/read.ts'
import { keyOf, type MeshObject, refOf } from '#shared/mesh/object.ts'
import { ingress, newClass, newGatewayRef } from './expose-open.ts'
import { type Exposure, type ExposeView, gatewayAt } from './exposure.ts'
import type { Problem, Scene } from './intent.ts'
import { principalOf } from './lockdown-rules.ts'
import { gatewayRefsOf, hostsField, routeKinds } from './route-ends.ts'
import { nameOfRef } from './rules.ts'
import { type Caller, isFrom } from './rule-sources.ts'
import { namesIn, type Workload } from './scope.ts'

/** Policies of the service's workloads that would answer the gateway by 403. */
export function gatewayRefused(scene: Scene, view: ExposeView, model: Exposure): Problem[] {
  const account = accountOf(scene, view, model)
  if (account === null) return []
  const [namespace = ''] = account.split('/')
  const { trustDomain } = scene.inventory
  const principals = [...new Set([trustDomain, 'cluster.local'])].map(domain => principalOf(account, domain))
  const caller: Caller = { namespace, account, principals }
  const guarded = view.service.workloads.filter(({ proxy }) => proxy !== 'none')
  const refusing = guarded.flatMap(workload => refusedBy(policiesOf(scene, workload), caller))
  const names = [...new Set(refusing)].map(policy => nameOfRef(refOf(policy)))
  return names.length === 0
    ? []
    : [{ field: null, code: 'gatewayRefused', values: { policies: namesIn(names), account } }]
}

/** The service account of the gateway's pods; null where there are none and none will be made. */
function accountOf(scene: Scene, view: ExposeView, model: Exposure): string | null {
  const { workloads } = scene.inventory
  const gateway = view.way === null ? gatewayAt(scene, model) : (view.way.gateway ?? undefined)
  if (model.api === 'istio') {
    const selector = Object.entries(record(gateway?.spec?.['selector']))
    const pods =
      gateway === undefined
        ? ingress(scene)
        : workloads.find(
            ({ proxy, labels }) => proxy === 'gateway' && selector.every(([key, value]) => labels[key] === value),
          )
    return pods === undefined ? null : accountName(pods)
  }
  const { namespace, name } = gateway === undefined ? newGatewayRef(scene, view, model) : refOf(gateway)
  const pods = workloads.find(
    each => each.namespace === namespace && each.labels['gateway.networking.k8s.io/gateway-name'] === name,
  )
  if (pods !== undefined) return accountName(pods)
  // Istio docs, "Kubernetes Gateway API", automated deployment: what is made is called after the Gateway and its class.
  const className = gateway === undefined ? newClass(scene) : text(gateway.spec?.['gatewayClassName'])
  return `${namespace}/${name}-${className}`
}

const accountName = ({ namespace, serviceAccount }: Workload): string => `${namespace}/${serviceAccount}`

/** Policies a workload reads itself. A gateway's calls pass by the waypoint, unless it is told otherwise. */
const policiesOf = ({ world }: Scene, { namespace, labels }: Workload): MeshObject[] =>
  [...new Set([namespace, world.settings.rootNamespace])]
    .flatMap(place => world.list('security.istio.io/AuthorizationPolicy', place))
    .filter(policy => !isDryRun(policy) && !isBoundToTarget(policy) && hasLabels(labels, selectorLabels(policy)))

/**
 * Only what is sure: a DENY rule that asks for nothing but the caller, or ALLOW policies none of which could let it in.
 * Istio docs, "Authorization Policy", the order of CUSTOM, DENY and ALLOW.
 */
function refusedBy(policies: readonly MeshObject[], caller: Caller): MeshObject[] {
  const rules = (policy: MeshObject) => items(policy.spec?.['rules'])
  const denials = policies.filter(
    policy =>
      actionOf(policy) === 'DENY' &&
      rules(policy).some(
        rule => isFrom(rule, caller) === true && items(rule['to']).length + items(rule['when']).length === 0,
      ),
  )
  const allowing = policies.filter(policy => actionOf(policy) === 'ALLOW')
  const isLetIn = allowing.some(policy => rules(policy).some(rule => isFrom(rule, caller) !== false))
  return [...denials, ...(isLetIn ? [] : allowing)]
}

/** Other routes at the same gateway for the same host. */
export function rivals({ world }: Scene, { way }: ExposeView, model: Exposure): MeshObject[] {
  const { group, kind } = routeKinds[model.api]
  const [, , namespace, name] = model.gateway.split('/')
  return world
    .list(`${group}/${kind}`)
    .filter(
      route =>
        keyOf(refOf(route)) !== (way === null ? '' : keyOf(way.object)) &&
        texts(route.spec?.[hostsField(model.api)]).includes(model.host) &&
        gatewayRefsOf(route).some(parent => parent.namespace === namespace && parent.name === name),
    )
}
