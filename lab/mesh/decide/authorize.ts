import type { AuthorizationPolicy } from '#lab/mesh/snapshot/authorization-policies.ts'
import type { Snapshot, Workload } from '#lab/mesh/snapshot/facts.ts'
import { hasLabels } from '#lab/mesh/snapshot/read.ts'
import type { RbacCount } from './outcome.ts'
import { type Facts, matchesRule } from './rule-match.ts'

/** Istio docs, "Authorization policy precedence": DENY before ALLOW; AUDIT decides nothing. */

export interface Verdict {
  allowed: boolean
  /** `namespace/name rule N`, or that no ALLOW policy matched; null when allowed. */
  refusedBy: string | null
  /** False: no enforced policy applies here, so the filter does not exist. */
  enforced: boolean
  shadow: RbacCount['shadow']
}

export type EnforcementPoint =
  | { kind: 'sidecar' | 'ztunnel' | 'gateway'; workload: Workload }
  | { kind: 'waypoint'; workload: Workload; service: { name: string; namespace: string } }

export function authorize(snapshot: Snapshot, point: EnforcementPoint, facts: Known): Verdict {
  const policies = applicable(snapshot, point)
  const isL4 = point.kind === 'ztunnel' || facts.http === null
  const verdict = evaluate(
    policies.filter(policy => !policy.dryRun),
    isL4 ? { ...facts, http: null } : facts,
  )
  return { ...verdict, shadow: point.kind === 'ztunnel' ? null : shadowOf(policies, facts) }
}

/** Which policies a proxy was sent: policy-by-policy selectors for sidecars and ztunnel, targetRefs for waypoints and gateways. */
function applicable(snapshot: Snapshot, point: EnforcementPoint): AuthorizationPolicy[] {
  const { workload } = point
  const root = snapshot.mesh.rootNamespace
  const namespaces = new Set([
    root,
    workload.namespace,
    ...(point.kind === 'waypoint' ? [point.service.namespace] : []),
  ])
  return [...namespaces].flatMap(namespace =>
    (snapshot.authorizationPolicies.get(namespace) ?? []).filter(policy => {
      if (policy.targets.length > 0) return policy.targets.some(target => isTarget(target, policy.namespace, point))
      if (point.kind === 'waypoint') return false
      return policy.selector === null || hasLabels(workload.labels, policy.selector)
    }),
  )
}

function isTarget(target: { kind: string; name: string }, namespace: string, point: EnforcementPoint): boolean {
  const { workload } = point
  switch (target.kind) {
    case 'Gateway':
      return (
        (point.kind === 'waypoint' || point.kind === 'gateway') &&
        namespace === workload.namespace &&
        target.name === workload.labels['gateway.networking.k8s.io/gateway-name']
      )
    case 'Service':
      return point.kind === 'waypoint' && namespace === point.service.namespace && target.name === point.service.name
    case 'GatewayClass':
      return point.kind === 'waypoint' && target.name === 'istio-waypoint'
    default:
      return false
  }
}

type Known = Omit<Facts, 'policyNamespace'>

function evaluate(policies: readonly AuthorizationPolicy[], facts: Known): Omit<Verdict, 'shadow'> {
  const enforced = policies.some(policy => policy.action === 'DENY' || policy.action === 'ALLOW')
  for (const policy of policies)
    if (policy.action === 'DENY') {
      const rule = policy.rules.findIndex(candidate => matchesRule(candidate, factsFor(policy, facts), 'ignore'))
      if (rule >= 0) return { allowed: false, enforced, refusedBy: `${policy.namespace}/${policy.name} rule ${rule}` }
    }
  const allows = policies.filter(policy => policy.action === 'ALLOW')
  const passes =
    allows.length === 0 ||
    allows.some(policy => policy.rules.some(rule => matchesRule(rule, factsFor(policy, facts), 'fail')))
  if (passes) return { allowed: true, enforced, refusedBy: null }
  const names = allows.map(policy => `${policy.namespace}/${policy.name}`)
  return { allowed: false, enforced, refusedBy: `${names.join(', ')}: no rule matched` }
}

const factsFor = (policy: AuthorizationPolicy, facts: Known): Facts => ({ ...facts, policyNamespace: policy.namespace })

/** What policies marked `istio.io/dry-run` would have done: one word for the first action that speaks. */
function shadowOf(policies: readonly AuthorizationPolicy[], facts: Known): Verdict['shadow'] {
  const dry = policies.filter(policy => policy.dryRun)
  const denies = dry.filter(policy => policy.action === 'DENY')
  if (denies.length > 0 && !evaluate(denies, facts).allowed) return { action: 'deny', result: 'denied' }
  const allows = dry.filter(policy => policy.action === 'ALLOW')
  if (allows.length > 0) return { action: 'allow', result: evaluate(allows, facts).allowed ? 'allowed' : 'denied' }
  return denies.length > 0 ? { action: 'deny', result: 'allowed' } : null
}
