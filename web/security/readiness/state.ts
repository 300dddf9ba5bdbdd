import type { Health } from '#shared/mesh/health.ts'
import type { Plaintext } from '#shared/security/denials.ts'
import type { Readiness } from '#shared/security/posture/readiness.ts'

export type ReadyState = 'strict' | 'ready' | 'waiting' | 'blocked' | 'untold'

export const healthOf = {
  strict: 'healthy',
  ready: 'healthy',
  waiting: 'unknown',
  blocked: 'degraded',
  untold: 'unknown',
} satisfies Record<ReadyState, Health>

/** May STRICT be set? Ready is only what was clean, and told, for the whole window. */
export function stateOf(
  { mode, exceptions, toldSince, cleanSince, lastSeen }: Readiness,
  plaintext: Pick<Plaintext, 'at' | 'window' | 'step'> | null,
): ReadyState {
  if (mode === 'STRICT' && exceptions.length === 0) return 'strict'
  if (plaintext === null || toldSince === null) return 'untold'
  if (cleanSince === null) return 'blocked'
  const start = plaintext.at - plaintext.window * 1000
  return lastSeen === null && toldSince <= start + plaintext.step * 1000 ? 'ready' : 'waiting'
}
