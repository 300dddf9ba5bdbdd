import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'

const Line = z.array(z.nullable(z.number()))

/** The share of requests over mTLS in the last seven days; what policies said back then is not told by metrics. */
export const Trend = z.object({
  /** Milliseconds since the epoch, ascending. */
  times: z.array(z.number()),
  /** 0–1 at each of them; null: nobody told. */
  mesh: Line,
  namespaces: z.array(z.object({ namespace: z.string(), mtls: Line })),
  query: z.string(),
})
export type Trend = z.infer<typeof Trend>

export const readTrend = endpoint({
  method: 'GET',
  path: '/api/security/trend',
  summary: 'The share of requests over mTLS, by namespace, over the last seven days',
  reply: Trend,
})
