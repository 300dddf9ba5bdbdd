import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { authorize, type EnforcementPoint, type Verdict } from './authorize.ts'
import type { Flow, RbacCount } from './outcome.ts'

/** What the policies at an enforcement point say of a flow. `principal` is what its connection proves. */
export function verdictAt(
  snapshot: Snapshot,
  point: EnforcementPoint,
  flow: Flow,
  principal: string | null,
  port: number,
): Verdict {
  return authorize(snapshot, point, {
    principal,
    trustDomain: snapshot.mesh.trustDomain,
    address: flow.source.ready[0]?.ip ?? '',
    http: flow.protocol === 'tcp' ? null : flow,
    port,
  })
}

/** What the point's RBAC filter counts; nothing where no policy applies. */
export function countOf(at: Workload, flow: Flow, port: number, verdict: Verdict): RbacCount[] {
  if (!verdict.enforced && verdict.shadow === null) return []
  const enforced = verdict.enforced ? (verdict.allowed ? 'allowed' : 'denied') : null
  return [{ at, port, layer: flow.protocol === 'tcp' ? 'tcp' : 'http', enforced, shadow: verdict.shadow }]
}
