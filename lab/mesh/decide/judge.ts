import { policyOf } from '#lab/mesh/snapshot/destination-rules.ts'
import { type Service, type Snapshot, type Workload, toldTo } from '#lab/mesh/snapshot/facts.ts'
import type { EnforcementPoint } from './attach.ts'
import { authenticate } from './authenticate.ts'
import { first } from './authorize.ts'
import { connectionTo, type Door, gatewayDoor, isJudgedAtGateway, podDoor, waypointDoor } from './door.ts'
import { type Entry, guardOf } from './guard.ts'
import type { Flow } from './outcome.ts'
import type { Facts } from './request-facts.ts'
import { factsOf } from './verdict.ts'

/** What is decided about a flow and by what, without a word about rates: for those who want to compare another evaluator with the lab. */
export interface Judgement {
  /** `custom`: an external authorizer decides, and nothing refuses whatever it says. */
  verdict: 'allow' | 'deny' | 'custom'
  /** Null: no rule decided; for `deny` by authorization, that no ALLOW policy's rule fits. */
  policy: { namespace: string; name: string } | null
  rule: number | null
  /** Which proxy decided; null where none stands before the destination. */
  point: EnforcementPoint['kind'] | null
  /** What refused: authorization, the connection, or a token. Null: nothing did. */
  by: 'authorization' | 'mtls' | 'token' | null
  /** Extension provider of a `custom`. */
  provider: string | null
}

/** How the policies of one enforcement point take a request: CUSTOM, then DENY, then ALLOW. */
export function judgeAt(snapshot: Snapshot, point: EnforcementPoint, facts: Facts): Judgement {
  const guard = guardOf(snapshot, point, facts.http !== null)
  const told = (
    verdict: Judgement['verdict'],
    entry: Entry | undefined,
    provider: string | null = null,
  ): Judgement => ({
    verdict,
    policy: entry ? { namespace: entry.namespace, name: entry.name } : null,
    rule: entry?.rule ?? null,
    point: point.kind,
    by: verdict === 'deny' ? 'authorization' : null,
    provider,
  })
  let asked: Judgement | null = null
  for (const { name, provider, entries } of guard.custom) {
    const entry = first(entries, facts)
    if (entry && provider === null) return told('deny', entry)
    if (entry) asked ??= told('custom', entry, name)
  }
  const denied = guard.deny?.enforced ? first(guard.deny.enforced, facts) : undefined
  if (denied) return told('deny', denied)
  const allow = guard.allow?.enforced ?? null
  const allowed = allow ? first(allow, facts) : undefined
  if (allow && !allowed) return told('deny', undefined)
  return asked ?? told('allow', allowed)
}

/** Where a flow ends, for one workload of the service it asks for. */
export interface End {
  service: Service
  workload: Workload
  /** Of the Service, and of the pod behind it. */
  port: number
  targetPort: number
}

/** A whole flow: every proxy on its way may refuse it; the first to do so is told, else who asks an authorizer, else the last. */
export function judge(snapshot: Snapshot, flow: Flow, end: End): Judgement {
  const { service, workload, port, targetPort } = end
  let current = flow
  let told: Judgement | null = null
  const pass = (door: Door): boolean => {
    const { flow: seen, refusal } = authenticate(snapshot, door.point, current)
    const found: Judgement = refusal
      ? { ...refusedBy('token'), point: door.point.kind }
      : judgeAt(snapshot, door.point, factsOf(snapshot, seen, door.arrival))
    current = { ...seen, validated: null }
    if (told?.verdict !== 'custom' || found.verdict === 'deny') told = found
    return found.verdict !== 'deny'
  }
  const waypoint = flow.source.proxy === 'sidecar' || flow.source.proxy === 'ztunnel' ? service.waypoint : null
  if (isJudgedAtGateway(flow) && !pass(gatewayDoor(flow))) return told ?? refusedBy('authorization')
  if (waypoint && !pass(waypointDoor(flow, waypoint, { kind: 'service', known: true, service, name: service }, port)))
    return told ?? refusedBy('authorization')
  const peer = waypoint ?? flow.source
  const isRead = waypoint !== null || peer.proxy === 'sidecar' || peer.proxy === 'gateway'
  const rule = isRead ? toldTo(snapshot, peer).destinationRules.find(service.host, service.namespace, peer) : undefined
  const mode = policyOf(rule, undefined, port).tls?.mode ?? null
  const connection = connectionTo(snapshot, peer, workload, targetPort, mode)
  const { proxy } = workload
  if (connection.kind !== 'open')
    return { ...refusedBy('mtls'), point: proxy === 'none' || proxy === 'waypoint' ? null : proxy }
  const upstreamCluster = `outbound|${port}||${service.host}`
  const door = podDoor(peer, workload, workload.ready, { mtls: connection.mtls, upstreamCluster, port: targetPort })
  if (door) pass(door)
  return told ?? { ...refusedBy(null), verdict: 'allow' }
}

const refusedBy = (by: Judgement['by']): Judgement => ({
  verdict: 'deny',
  policy: null,
  rule: null,
  point: null,
  by,
  provider: null,
})
