import * as z from 'zod/mini'
import { ObjectRef } from './object.ts'

export const Health = z.enum(['healthy', 'degraded', 'failing', 'unknown'])
export type Health = z.infer<typeof Health>

/** Worst first: failing, degraded, healthy; unknown is no judgement and yields to all others. */
export const healthRank: Record<Health, number> = { failing: 3, degraded: 2, healthy: 1, unknown: 0 }

/** From which share on; null: never. */
export const Limits = z.object({ degraded: z.nullable(z.number()), failing: z.nullable(z.number()) })
export type Limits = z.infer<typeof Limits>

/** Where limits are written: nowhere, in the config file, or on an object. */
export const Origin = z.object({ kind: z.enum(['default', 'file', 'object']), object: z.optional(ObjectRef) })
export type Origin = z.infer<typeof Origin>

export const Rule = z.enum([
  'serverErrors',
  'clientErrors',
  /** Policy refused the calls. Said of edges only: the destination did what it was told. */
  'refused',
  'connectionErrors',
  /** Somebody wrote limits of their own for some codes. */
  'tolerance',
  'podsNotReady',
  'noTraffic',
  'notObserved',
])
export type Rule = z.infer<typeof Rule>

/**
 * Why a health was given: the rule that decided, the number it saw and the threshold it was held against.
 * `value` and `threshold` are ratios (0–1), except for `podsNotReady` (counts: ready and wanted). What follows is there
 * for rules that have limits.
 */
export const HealthReason = z.object({
  rule: Rule,
  value: z.number(),
  threshold: z.number(),
  limits: z.optional(Limits),
  /** Of how many requests (TCP: connections) in the window `value` is a share. */
  seen: z.optional(z.number()),
  /** Absent: nowhere. */
  origin: z.optional(Origin),
  /** Of rule `tolerance`: `5xx, none` · http · inbound. TCP has no codes. */
  of: z.optional(z.object({ codes: z.string(), protocol: z.string(), direction: z.enum(['inbound', 'outbound']) })),
  /** Annotations about it that cannot be read, a sentence each. */
  wrongs: z.optional(z.array(z.string())),
})
export type HealthReason = z.infer<typeof HealthReason>

/** Since when something is as it is, milliseconds since the epoch. `isAtLeast`: it was so when the console began to look. */
export const Since = z.object({ at: z.number(), isAtLeast: z.boolean() })
export type Since = z.infer<typeof Since>
