import type { Health } from '#shared/mesh/health.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'

const day: Milliseconds = 86_400_000
/** Whoever renews by hand needs time; whoever is renewed by a machine is late when a quarter of the life is left. */
const soon: Milliseconds = 14 * day

/**
 * What is left of a certificate's life. Istio's own live for a day and are renewed at half of it, cert-manager's for 90
 * and are renewed at two thirds (Istio docs, SECRET_GRACE_PERIOD_RATIO; cert-manager docs, renewBefore).
 */
export function lifeLeft(
  from: EpochMilliseconds,
  until: EpochMilliseconds,
  now: EpochMilliseconds,
): { health: Health; left: Milliseconds; is: 'valid' | 'ending' | 'expired' | 'early' } {
  const left = until - now
  if (left <= 0) return { health: 'failing', left, is: 'expired' }
  if (from > now) return { health: 'failing', left, is: 'early' }
  return left < Math.min(soon, (until - from) / 4)
    ? { health: 'degraded', left, is: 'ending' }
    : { health: 'healthy', left, is: 'valid' }
}
