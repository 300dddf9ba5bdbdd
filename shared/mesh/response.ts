import * as z from 'zod/mini'
import { Protocol } from './node.ts'

/** One line over time, as a source tells it. */
export const Line = z.object({
  /** Milliseconds since the epoch. */
  times: z.array(z.number()),
  /** Null where there is no sample: missing is not zero. */
  values: z.array(z.nullable(z.number())),
})
export type Line = z.infer<typeof Line>

/** Requests or connections that ended alike. */
export const ResponseShare = z.object({
  /** HTTP status, or for gRPC the gRPC status; `-` for TCP. */
  code: z.string(),
  protocol: Protocol,
  /** Envoy's response flags, `-` for none. */
  flags: z.string(),
  /** 1/s (requests or connections). */
  rate: z.number(),
  isServerError: z.boolean(),
})
export type ResponseShare = z.infer<typeof ResponseShare>
