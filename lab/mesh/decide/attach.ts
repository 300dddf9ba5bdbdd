import type { AuthorizationPolicy } from '#lab/mesh/snapshot/authorization-policies.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'

/** A proxy that enforces policies. A waypoint does so for one of its services at a time. */
export type EnforcementPoint =
  | { kind: 'sidecar' | 'ztunnel' | 'gateway'; workload: Workload }
  | { kind: 'waypoint'; workload: Workload; service: { name: string; namespace: string; isEntry: boolean } }

/** Names a point: what holds for one of that name holds for all. */
export const keyOf = (point: EnforcementPoint): string =>
  point.kind === 'waypoint'
    ? `waypoint ${point.workload.key} ${point.service.isEntry ? 'entry' : 'service'} ${point.service.namespace}/${point.service.name}`
    : `${point.kind} ${point.workload.key}`

/** Namespaces whose policies can reach a point: the mesh's, its own, and that of a waypoint's service. */
export const namespacesOf = (snapshot: Snapshot, point: EnforcementPoint): string[] => [
  ...new Set([
    snapshot.mesh.rootNamespace,
    point.workload.namespace,
    ...(point.kind === 'waypoint' ? [point.service.namespace] : []),
  ]),
]

type Attached = Pick<AuthorizationPolicy, 'namespace' | 'selector' | 'targets'>

/** Istio docs, Authorization Policy and Request Authentication, `selector` and `targetRefs`: is the point sent this policy? */
export function isAttached(snapshot: Snapshot, policy: Attached, point: EnforcementPoint): boolean {
  const { workload } = point
  if (policy.targets.length === 0)
    // A waypoint has only what is attached to it by name.
    return point.kind !== 'waypoint' && (policy.selector === null || hasLabels(workload.labels, policy.selector))
  return policy.targets.some(({ group, kind, name }) => {
    switch (`${group}/${kind}`) {
      case '/Service':
      case 'core/Service':
        return isService(point, policy.namespace, name, false)
      case 'networking.istio.io/ServiceEntry':
        return isService(point, policy.namespace, name, true)
      case 'gateway.networking.k8s.io/GatewayClass':
        return (
          point.kind === 'waypoint' && policy.namespace === snapshot.mesh.rootNamespace && name === 'istio-waypoint'
        )
      case 'gateway.networking.k8s.io/Gateway':
        return (
          (point.kind === 'waypoint' || point.kind === 'gateway') &&
          policy.namespace === workload.namespace &&
          name === workload.labels['gateway.networking.k8s.io/gateway-name']
        )
      default:
        return false
    }
  })
}

const isService = (point: EnforcementPoint, namespace: string, name: string, isEntry: boolean): boolean =>
  point.kind === 'waypoint' &&
  point.service.isEntry === isEntry &&
  point.service.namespace === namespace &&
  point.service.name === name
