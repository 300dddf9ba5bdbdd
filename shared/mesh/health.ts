import * as z from 'zod/mini'

export const Health = z.enum(['healthy', 'degraded', 'failing', 'unknown'])
export type Health = z.infer<typeof Health>

/** Worst first: failing, degraded, healthy; unknown is no judgement and yields to all others. */
export const healthRank: Record<Health, number> = { failing: 3, degraded: 2, healthy: 1, unknown: 0 }

/**
 * Why a health was given: the rule that decided, the number it saw and the threshold it was held against.
 * `value` and `threshold` are ratios (0–1), except for `podsNotReady` (counts: ready and wanted).
 */
export const HealthReason = z.object({
  rule: z.enum([
    'serverErrors',
    'clientErrors',
    /** Policy refused the calls. Said of edges only: the destination did what it was told. */
    'refused',
    'connectionErrors',
    'podsNotReady',
    'noTraffic',
    'notObserved',
  ]),
  value: z.number(),
  threshold: z.number(),
})
export type HealthReason = z.infer<typeof HealthReason>
