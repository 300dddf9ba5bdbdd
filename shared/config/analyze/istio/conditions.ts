import type { EachAnalyzer } from '#shared/config/analyze/analyzer.ts'
import { kindKeyOf } from '#shared/config/world/world.ts'
import { items, text } from '#shared/config/world/read.ts'
import type { Json, MeshObject } from '#shared/mesh/object.ts'
import { negativeCondition } from './messages.ts'

const gatewayApi = ['Accepted', 'Programmed', 'ResolvedRefs']

/** Conditions that istiod writes; those of other controllers are theirs to explain. */
const watched: Record<string, readonly string[]> = {
  '/Service': ['istio.io/WaypointBound'],
  'networking.istio.io/ServiceEntry': ['istio.io/WaypointBound'],
  'security.istio.io/AuthorizationPolicy': ['ZtunnelAccepted', 'WaypointAccepted'],
  'gateway.networking.k8s.io/Gateway': gatewayApi,
  'gateway.networking.k8s.io/HTTPRoute': gatewayApi,
  'gateway.networking.k8s.io/GRPCRoute': gatewayApi,
}

export const conditions: EachAnalyzer = {
  name: 'conditions.ConditionAnalyzer',
  each: Object.keys(watched),
  analyze(object, _, report) {
    const types = watched[kindKeyOf(object)] ?? []
    for (const condition of conditionsOf(object)) {
      const [type, reason] = [text(condition['type']), text(condition['reason'])]
      const isNegative = types.includes(type) && condition['status'] === 'False'
      // Accepted, but not all of it.
      const isPartial = type === 'WaypointAccepted' && reason === 'PartiallyInvalid'
      if (isNegative || isPartial) report(object, negativeCondition, [type, reason, text(condition['message'])])
    }
  },
}

const conditionsOf = ({ status = {} }: MeshObject): Json[] => [
  ...items(status['conditions']),
  ...items(status['parents']).flatMap(parent => items(parent['conditions'])),
]
