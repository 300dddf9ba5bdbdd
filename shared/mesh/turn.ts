import * as z from 'zod/mini'

const Outcome = z.enum(['holds', 'broken', 'uncertain'])

/** What was promised of the mesh, and how it came to stand otherwise with a change. */
export const Turn = z.object({
  /** A sentence, and the ConfigMap that keeps it. */
  assertion: z.object({ namespace: z.string(), name: z.string(), text: z.string() }),
  was: Outcome,
  became: Outcome,
})
export type Turn = z.infer<typeof Turn>

/** How many assertions of a change came to stand so. */
export const TurnCounts = z.object({ broken: z.number(), holds: z.number(), uncertain: z.number() })
export type TurnCounts = z.infer<typeof TurnCounts>
