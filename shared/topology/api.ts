import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Line, ResponseShare } from '#shared/mesh/response.ts'
import { moment, namespaceList, positiveSeconds } from '#shared/scope.ts'
import { Graph, Level } from './graph.ts'

/** What the map is asked for. `at` absent = now; `window` absent = what the scrape interval asks for (≥ 4 of them). */
export const TopologyQuery = z.object({
  /** Absent = chosen by size: services while they fit one picture, else namespaces. */
  level: z.optional(Level),
  namespaces: namespaceList,
  /** Namespaces drawn open at level `namespace`. */
  open: namespaceList,
  at: moment,
  window: positiveSeconds,
})
export type TopologyQuery = z.infer<typeof TopologyQuery>

export const readGraph = endpoint({
  method: 'GET',
  path: '/api/topology',
  summary: 'The graph of one scope at one moment',
  query: TopologyQuery,
  reply: Graph,
})

export { Line, ResponseShare }

const Direction = z.object({
  requestRate: z.number(),
  httpRate: z.number(),
  grpcRate: z.number(),
  tcpByteRate: z.number(),
  errorRatio: z.nullable(z.number()),
  mtlsRatio: z.nullable(z.number()),
  meanDuration: z.nullable(z.number()),
})

/** What the side panel shows of one node or edge beside what the graph already says. Asked for the selection only. */
export const Detail = z.object({
  id: z.string(),
  at: z.number(),
  window: z.number(),
  inbound: z.nullable(Direction),
  outbound: z.nullable(Direction),
  /** Of what it serves (node) or carries (edge), most frequent first. */
  responses: z.array(ResponseShare),
  /** Milliseconds, from summed buckets; null without samples. The day's value is the same quantile over the last 24 h. */
  quantiles: z.array(
    z.object({ quantile: z.number(), duration: z.nullable(z.number()), dayDuration: z.nullable(z.number()) }),
  ),
  /** The last 30 minutes: requests per second (or bytes per second for TCP), error ratio. */
  rate: Line,
  errors: Line,
  rateUnit: z.enum(['requests', 'bytes']),
  /** When errors rose over the failing (or degraded) threshold and stayed; null when healthy or not within the line. */
  failingSince: z.nullable(z.number()),
  /** SPIFFE ids of callers that the destination proved. */
  principals: z.array(z.string()),
  versions: z.array(z.object({ version: z.string(), requestRate: z.number() })),
  /** The PromQL behind these numbers, by name. */
  queries: z.array(z.object({ name: z.string(), query: z.string() })),
})
export type Detail = z.infer<typeof Detail>

export const readDetail = endpoint({
  method: 'GET',
  path: '/api/topology/detail',
  summary: 'Rates, codes, quantiles and callers of one node or edge of the graph',
  query: z.extend(TopologyQuery, { id: z.string().check(z.minLength(1), z.maxLength(1024)) }),
  reply: Detail,
})

/** The shell asks these too, so they live with their nouns. */
export { listNamespaces } from '#shared/mesh/namespace.ts'
export { readStatus } from '#shared/mesh/source.ts'
