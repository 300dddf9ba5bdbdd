import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'

/** Refusals as proxies count them: those that happened, and those that a staged policy would have made. */

export const Denials = z.object({
  at: z.number(),
  /** Seconds that are looked back, and between two looks: what is said of the past is as exact as that. */
  window: z.number(),
  step: z.number(),
  /** Seconds that `rate` is an average of. */
  recent: z.number(),
  counts: z.array(
    z.object({
      /** Whose proxies count: of a waypoint, its own. */
      namespace: z.string(),
      workload: z.string(),
      kind: z.enum(['enforced', 'staged']),
      /** Of staged policies: those that allow and those that deny are counted apart. */
      action: z.nullable(z.enum(['ALLOW', 'DENY'])),
      /** 1/s, now. */
      rate: z.number(),
      /** Within the window. */
      denied: z.number(),
      /** When the last was counted, to the step; null: none within the window. */
      lastSeen: z.nullable(z.number()),
      /** Since when somebody counts, as far back as the window goes. */
      since: z.number(),
    }),
  ),
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
  duration: z.number(),
})
export type Denials = z.infer<typeof Denials>
export type Denial = Denials['counts'][number]

export const readDenials = endpoint({
  method: 'GET',
  path: '/api/security/denials',
  summary: 'Refusals that proxies counted, by workload: enforced ones, and those of policies that are only staged',
  query: z.object({ over: z.optional(z.enum(['1h', '24h', '30d'])) }),
  reply: Denials,
})

/** Who still calls without mTLS, and when the last time was. */
export const Plaintext = z.object({
  at: z.number(),
  window: z.number(),
  step: z.number(),
  recent: z.number(),
  calls: z.array(
    z.object({
      /** Empty names: nobody knows who. */
      source: z.object({ namespace: z.string(), workload: z.string(), isHidden: z.boolean() }),
      destination: z.object({ namespace: z.string(), workload: z.string() }),
      /** Requests, or connections of TCP. */
      protocol: z.enum(['http', 'tcp']),
      rate: z.number(),
      count: z.number(),
      lastSeen: z.number(),
    }),
  ),
  /** Namespaces whose proxies told of calls, and since when, as far back as the window goes. */
  told: z.array(z.object({ namespace: z.string(), since: z.number(), count: z.number() })),
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
  duration: z.number(),
})
export type Plaintext = z.infer<typeof Plaintext>

export const readPlaintext = endpoint({
  method: 'GET',
  path: '/api/security/plaintext',
  summary: 'Callers that came without mTLS within a window, how often, and when the last time was',
  query: z.object({ over: z.optional(z.enum(['1h', '24h', '30d'])) }),
  reply: Plaintext,
})
