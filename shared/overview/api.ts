import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { namespaceList } from '#shared/scope.ts'

/** One value a minute; null where there is no sample: missing is not zero. */
const Line = z.array(z.nullable(z.number()))

/** The golden signals of a scope over the last hour, and who answers slower than before. */
export const Signals = z.object({
  /** Milliseconds since the epoch, ascending. */
  times: z.array(z.number()),
  /** 1/s. */
  requestRate: Line,
  errorRatio: Line,
  /** Milliseconds, from the summed buckets of the whole scope. */
  p50: Line,
  p95: Line,
  p99: Line,
  mtlsRatio: Line,
  /** TCP, bytes per second. */
  byteRate: Line,
  /** Services whose p95 of now is well above that of their own last day, worst first; `hours`: of so many it is known. */
  slower: z.array(
    z.object({ namespace: z.string(), name: z.string(), p95: z.number(), before: z.number(), hours: z.number() }),
  ),
  /** Why it is not known who has become slower; null: it is. */
  slowerBecause: z.nullable(z.string()),
  /** The PromQL behind these numbers. */
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
})
export type Signals = z.infer<typeof Signals>

export const readSignals = endpoint({
  method: 'GET',
  path: '/api/overview/signals',
  summary: 'Golden signals of some namespaces over the last hour',
  query: z.object({ namespaces: namespaceList }),
  reply: Signals,
})

export const Happening = z.object({
  at: z.number(),
  kind: z.enum(['rollout', 'scaling', 'warning']),
  namespace: z.string(),
  /** `Deployment`, `Pod`, … */
  of: z.string(),
  name: z.string(),
  /** Kubernetes' own word for it: `FailedScheduling`. */
  reason: z.string(),
  /** In Kubernetes' words. */
  message: z.string(),
  count: z.number(),
})
export type Happening = z.infer<typeof Happening>

export const readHappenings = endpoint({
  method: 'GET',
  path: '/api/overview/happenings',
  summary:
    'Rollouts, scaling and warnings of the last 30 minutes, as the caller may read events, and the control plane',
  query: z.object({ namespaces: namespaceList }),
  reply: z.object({
    /** Newest first. */
    happenings: z.array(Happening),
    /** Namespaces whose events the caller may not list. */
    refused: z.array(z.string()),
    /** istiod, each revision of it, where the caller may see its namespace. */
    plane: z.array(z.object({ namespace: z.string(), name: z.string(), ready: z.number(), total: z.number() })),
  }),
})
