import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'

/** The upstreams the BFF reads, by what they are. */
export const SourceName = z.enum(['prometheus', 'kubernetes', 'tracing'])
export type SourceName = z.infer<typeof SourceName>

/** What an upstream is like right now. Times are milliseconds since the epoch. */
export const SourceState = z.object({
  name: SourceName,
  /** `unset`: nobody gave an address for it. */
  state: z.enum(['ok', 'slow', 'failing', 'unset']),
  /** Where it is, without credentials. */
  url: z.string(),
  since: z.number(),
  /** Last time it answered well; null if never. */
  lastGoodAt: z.nullable(z.number()),
  /** Duration of the last good answer, milliseconds. */
  duration: z.nullable(z.number()),
  /** One sentence: what happened and what is tried next. Null while all is well. */
  because: z.nullable(z.string()),
  /** What it is, where it tells: product and version. */
  version: z.nullable(z.string()),
})
export type SourceState = z.infer<typeof SourceState>

export const Status = z.object({
  version: z.string(),
  /** `lab` when the console runs on its own embedded mesh. */
  mesh: z.enum(['lab', 'cluster']),
  cluster: z.string(),
  /** Whom the console asks the cluster as where nobody is chosen. */
  user: z.string(),
  /** Users of the lab that the page may switch to; empty on a cluster. */
  users: z.array(z.string()),
  now: z.number(),
  /** Seconds between two scrapes, as Prometheus' configuration says, and whether that is known or assumed. */
  scrapeInterval: z.number(),
  scrapeIntervalKnown: z.boolean(),
  sources: z.array(SourceState),
})
export type Status = z.infer<typeof Status>

export const readStatus = endpoint({
  method: 'GET',
  path: '/api/status',
  summary: 'The state of every source',
  reply: Status,
})
