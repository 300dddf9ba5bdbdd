import type { Health } from '#shared/mesh/health.ts'
import type { Confidence } from '#shared/security/learn/confidence.ts'

export type Trust = 'well' | 'fairly' | 'little'

/** One word for how much of what comes was seen before. Without a whole week nothing is well known. */
export function trustIn({ unseenAtMost, hasWeek }: Pick<Confidence, 'unseenAtMost' | 'hasWeek'>): Trust {
  if (unseenAtMost > 0.1) return 'little'
  return unseenAtMost <= 0.02 && hasWeek ? 'well' : 'fairly'
}

export const trustHealth: Readonly<Record<Trust, Health>> = {
  well: 'healthy',
  fairly: 'unknown',
  little: 'degraded',
}
