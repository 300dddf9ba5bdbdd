import type { Health, HealthReason } from '#shared/mesh/health.ts'
import { healthRank } from '#shared/mesh/health.ts'
import type { Protocol } from '#shared/mesh/node.ts'
import type { Tally } from './tally.ts'

/**
 * From which share of bad answers something is degraded or failing. Ratios. Server and connection errors degrade when
 * the share is above `degraded` (any at all, by default); all else when it is reached.
 */
export interface Thresholds {
  serverErrors: { degraded: number; failing: number }
  /** TCP: failed or flagged connections. */
  connectionErrors: { degraded: number; failing: number }
  /** 4xx and the like: callers' mistakes make nothing fail. */
  clientErrors: { degraded: number }
  /** Of an edge. */
  refused: { degraded: number; failing: number }
}

export const defaultThresholds: Thresholds = {
  serverErrors: { degraded: 0, failing: 0.1 },
  connectionErrors: { degraded: 0, failing: 0.1 },
  clientErrors: { degraded: 0.1 },
  refused: { degraded: 0.1, failing: 0.5 },
}

export interface Judgement {
  health: Health
  reason: HealthReason
}

/** An edge speaks of its calls, refused ones included. */
export function judgeEdge(tally: Tally, protocol: Protocol, thresholds: Thresholds): Judgement {
  if (tally.total === 0 && tally.bytes === 0) return unknown('noTraffic')
  const refused = tally.total > 0 ? tally.denied / tally.total : 0
  return worst([
    ...answers(tally, protocol, thresholds),
    refused >= thresholds.refused.failing
      ? { health: 'failing', reason: { rule: 'refused', value: refused, threshold: thresholds.refused.failing } }
      : refused >= thresholds.refused.degraded && refused > 0
        ? { health: 'degraded', reason: { rule: 'refused', value: refused, threshold: thresholds.refused.degraded } }
        : healthy('refused', refused, thresholds.refused.degraded),
  ])
}

export interface Served {
  requests: Tally
  connections: Tally
  /** Ready and wanted. */
  pods: { ready: number; total: number } | null
  /** Nobody of the mesh sees what it serves: a caller without a proxy, the internet, what lies outside the scope. */
  isUnobserved: boolean
  isIdle: boolean
}

/** A node speaks of what it serves. What policy refuses on its behalf is no error of its own, and no answer. */
export function judgeNode(served: Served, thresholds: Thresholds): Judgement {
  const { requests, connections, pods } = served
  const judgements: Judgement[] = []
  if (requests.total > requests.denied) judgements.push(...answers(requests, 'http', thresholds))
  if (connections.total > connections.denied || connections.bytes > 0)
    judgements.push(...answers(connections, 'tcp', thresholds))
  // Nobody is there to answer what still comes in: true before the counters say so, which need two scrapes.
  const isCalled = judgements.length > 0
  if (pods !== null && (pods.ready < pods.total || (isCalled && pods.ready === 0)))
    judgements.push({ health: pods.ready === 0 ? 'failing' : 'degraded', reason: podsNotReady(pods) })
  if (judgements.length > 0) return worst(judgements)
  if (served.isIdle) return unknown('noTraffic')
  if (served.isUnobserved || pods === null || pods.total === 0) return unknown('notObserved')
  return { health: 'healthy', reason: podsNotReady(pods) }
}

/** The worst; of equals the first. */
export function worst(judgements: readonly Judgement[]): Judgement {
  return judgements.reduce(
    (worse, one) => (healthRank[one.health] > healthRank[worse.health] ? one : worse),
    judgements[0] ?? unknown('noTraffic'),
  )
}

function answers(tally: Tally, protocol: Protocol, thresholds: Thresholds): Judgement[] {
  // What was refused never came to whoever answers; on an edge the share is still of all calls.
  const answered = tally.total - tally.denied
  const rule = protocol === 'tcp' ? 'connectionErrors' : 'serverErrors'
  const errors = answered > 0 ? tally.serverErrors / answered : 0
  const { degraded, failing } = thresholds[rule]
  const judgements: Judgement[] = [
    errors >= failing && errors > 0
      ? { health: 'failing', reason: { rule, value: errors, threshold: failing } }
      : errors > degraded
        ? { health: 'degraded', reason: { rule, value: errors, threshold: degraded } }
        : healthy(rule, errors, degraded),
  ]
  const callers = answered > 0 ? (tally.clientErrors - tally.denied) / answered : 0
  const threshold = thresholds.clientErrors.degraded
  if (protocol !== 'tcp' && callers >= threshold && callers > 0)
    judgements.push({ health: 'degraded', reason: { rule: 'clientErrors', value: callers, threshold } })
  return judgements
}

const healthy = (rule: HealthReason['rule'], value: number, threshold: number): Judgement => ({
  health: 'healthy',
  reason: { rule, value, threshold },
})

const unknown = (rule: 'noTraffic' | 'notObserved'): Judgement => ({
  health: 'unknown',
  reason: { rule, value: 0, threshold: 0 },
})

const podsNotReady = ({ ready, total }: { ready: number; total: number }): HealthReason => ({
  rule: 'podsNotReady',
  value: ready,
  threshold: total,
})
