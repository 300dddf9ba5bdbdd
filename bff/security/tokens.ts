import type { MeshObject } from '#shared/mesh/object.ts'
import type { Workload } from '#shared/security/landscape.ts'
import { policiesIn } from '#shared/security/policy.ts'
import { covers } from '#shared/security/read.ts'

/** Which workloads' proxies may look at tokens. One too many makes a 401 uncertain, one too few would make it certain. */
export function tokenReaders(objects: Iterable<MeshObject>, rootNamespace: string): (workload: Workload) => boolean {
  const policies = policiesIn([...objects]).request
  return ({ namespace, labels, enforcedBy }) =>
    enforcedBy !== 'none' &&
    enforcedBy !== 'ztunnel' &&
    policies.some(policy =>
      policy.targets.length > 0
        ? enforcedBy === 'waypoint' || enforcedBy === 'gateway'
        : (policy.namespace === namespace || policy.namespace === rootNamespace) &&
          (policy.selector === null || covers(policy.selector, labels)),
    )
}
