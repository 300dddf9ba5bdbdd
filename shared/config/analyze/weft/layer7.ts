import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { hasWaypoint, isAmbient, waypointOfService } from '#shared/config/world/ambient.ts'
import { fullHost, serviceNameOf } from '#shared/config/world/hosts.ts'
import { hasProxy } from '#shared/config/world/membership.ts'
import { at, has, items, record, text, texts } from '#shared/config/world/read.ts'
import type { World } from '#shared/config/world/world.ts'
import { type MeshObject, type Path, refOf } from '#shared/mesh/object.ts'
import { boundToNoWaypoint, needsWaypoint, notInServiceNamespace, serviceNotCaptured } from './messages.ts'
import { actionOf, httpFieldsOf, isBoundToTarget } from './rules.ts'
import { policiesOf } from './traffic-policies.ts'
import { podsOf } from './workloads.ts'

/** Istio docs, "Use Layer 7 features": ztunnel knows connections; what speaks of requests needs a waypoint. */
export const layer7: EachAnalyzer = {
  name: 'weft.Layer7',
  each: [
    'security.istio.io/AuthorizationPolicy',
    'security.istio.io/RequestAuthentication',
    'extensions.istio.io/WasmPlugin',
    'telemetry.istio.io/Telemetry',
    'networking.istio.io/VirtualService',
    'networking.istio.io/DestinationRule',
  ],
  analyze(object, world, report) {
    const namespace = object.metadata.namespace ?? ''
    if (!isAmbient(world, namespace)) return
    const needs = needsOf(object)
    if (needs === null) return
    const { path, what } = needs
    if (object.kind === 'VirtualService' || object.kind === 'DestinationRule') {
      for (const host of hostsOf(object)) {
        const name = serviceNameOf(fullHost(host, namespace))
        const service = name ? world.get('/Service', name.namespace, name.name) : undefined
        if (!service || !isAmbient(world, service.metadata.namespace ?? '')) continue
        const waypoint = waypointOfService(world, service)
        const home = service.metadata.namespace ?? ''
        if (!waypoint && !hasWaypoint(world, home)) report(object, needsWaypoint, [what, home], { path })
        else if (!waypoint) report(object, serviceNotCaptured, [what, host], { path, related: [refOf(service)] })
        else if (home !== namespace)
          report(object, notInServiceNamespace, [host, home], { path, related: [refOf(service)] })
      }
      return
    }
    if (isBoundToTarget(object) || isForProxies(world, object)) return
    if (hasWaypoint(world, namespace)) report(object, boundToNoWaypoint, [what], { path })
    else report(object, needsWaypoint, [what, namespace], { path })
  },
}

/** Gateways and sidecars in an ambient namespace do it themselves. */
function isForProxies(world: World, policy: MeshObject): boolean {
  const pods = podsOf(world, policy)
  return pods.length > 0 && pods.every(pod => hasProxy(pod.spec))
}

const hostsOf = (object: MeshObject): string[] =>
  object.kind === 'DestinationRule' ? [text(object.spec?.['host'])] : texts(object.spec?.['hosts'])

/** What of an object ztunnel cannot do; null where nothing. */
function needsOf(object: MeshObject): { path: Path; what: string } | null {
  const spec = object.spec ?? {}
  switch (object.kind) {
    case 'AuthorizationPolicy': {
      const [field] = httpFieldsOf(object)
      if (field) return { path: field.path, what: field.field }
      const action = actionOf(object)
      return ['CUSTOM', 'AUDIT'].includes(action) ? { path: ['spec', 'action'], what: `the action ${action}` } : null
    }
    case 'RequestAuthentication':
      return items(spec['jwtRules']).length > 0 ? { path: ['spec', 'jwtRules'], what: 'a token' } : null
    case 'WasmPlugin':
      return { path: ['spec'], what: 'a plugin' }
    case 'Telemetry':
      return (
        ['tracing', 'metrics'].flatMap(field =>
          has(spec, field) ? [{ path: ['spec', field], what: field }] : [],
        )[0] ?? null
      )
    case 'VirtualService': {
      const gateways = texts(spec['gateways'])
      const isForMesh = gateways.length === 0 || gateways.includes('mesh')
      return isForMesh && items(spec['http']).length > 0 ? { path: ['spec', 'http'], what: 'a route by request' } : null
    }
    default:
      return policyNeeds(object)
  }
}

function policyNeeds(rule: MeshObject): { path: Path; what: string } | null {
  for (const { policy, path } of policiesOf(rule)) {
    const hash = record(at(policy, 'loadBalancer', 'consistentHash'))
    if (['httpHeaderName', 'httpCookie', 'httpQueryParameterName'].some(field => has(hash, field)))
      return { path: [...path, 'loadBalancer', 'consistentHash'], what: 'balancing by request' }
    if (has(record(policy['connectionPool']), 'http'))
      return { path: [...path, 'connectionPool', 'http'], what: 'a pool of requests' }
    if (has(policy, 'outlierDetection')) return { path: [...path, 'outlierDetection'], what: 'outlier detection' }
  }
  return null
}
