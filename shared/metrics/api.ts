import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Ladder } from '#shared/mesh/ladder.ts'
import { moment, namespaceName } from '#shared/scope.ts'
import { mostCallers } from './callers.ts'

/** What a dashboard is about, and how it is cut. */
export const Subject = z.enum(['service', 'workload', 'mesh'])
export const Split = z.enum(['none', 'version', 'caller', 'code', 'flag', 'protocol'])
export type Split = z.infer<typeof Split>
/** Whose reports are read; `auto`: whoever serves, its callers where it says nothing. */
export const ReporterChoice = z.enum(['auto', 'destination', 'source'])
export type ReporterChoice = z.infer<typeof ReporterChoice>

const name = z.string().check(z.maxLength(253))

export const MetricsQuery = z.object({
  of: Subject,
  namespace: z.optional(namespaceName),
  name: z.optional(name),
  direction: z._default(z.enum(['inbound', 'outbound']), 'inbound'),
  split: z._default(Split, 'none'),
  reporter: z._default(ReporterChoice, 'auto'),
  /** Of an edge: calls of these only, `namespace/workload` or `namespace/workload,workload`. */
  caller: z.optional(
    z.string().check(
      z.regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}(,[a-z0-9.-]{1,253})*$/),
      z.refine(text => text.split(',').length <= mostCallers),
    ),
  ),
  /** Milliseconds since the epoch; without them the last `range` seconds. */
  from: moment,
  to: moment,
  range: z._default(z.enum(['900', '3600', '10800', '43200', '86400', '604800']), '3600'),
  /** Only what is compared: requests and latency. */
  only: z.optional(z.enum(['compared'])),
})
export type MetricsQuery = z.infer<typeof MetricsQuery>

/** Values stand at the dashboard's `times`; null where there is no sample. */
export const MetricLine = z.object({ id: z.string(), name: z.string(), values: z.array(z.nullable(z.number())) })
export type MetricLine = z.infer<typeof MetricLine>

export const panelIds = [
  'requests',
  'errors',
  'latency',
  'tcp',
  'openings',
  'sizes',
  'messages',
  'pushes',
  'convergence',
  'rejects',
  'cpu',
  'memory',
  'connections',
] as const
export const Panel = z.object({
  id: z.enum(panelIds),
  unit: z.enum(['perSecond', 'milliseconds', 'bytesPerSecond', 'bytes', 'count', 'cores']),
  lines: z.array(MetricLine),
  query: z.string(),
})
export type Panel = z.infer<typeof Panel>

export const Dashboard = z.object({
  from: z.number(),
  to: z.number(),
  /** Seconds. */
  step: z.number(),
  times: z.array(z.number()),
  panels: z.array(Panel),
  /** How many requests took how long, when: `counts[time][bucket]`. Bounds are upper ones, milliseconds; null is the last. */
  heatmap: z.nullable(
    z.object({ bounds: z.array(z.nullable(z.number())), counts: z.array(z.array(z.number())), query: z.string() }),
  ),
  /** Requests that were measured together with their trace, milliseconds; none where Prometheus keeps none. */
  exemplars: z.array(z.object({ at: z.number(), value: z.number(), traceId: z.string() })),
  /** Sent to Prometheus for this. */
  queries: z.number(),
})
export type Dashboard = z.infer<typeof Dashboard>

export const readDashboard = endpoint({
  method: 'GET',
  path: '/api/metrics/dashboard',
  summary: 'Requests, errors, latency and bytes over time, of a service, a workload, an edge or the mesh',
  query: MetricsQuery,
  reply: Dashboard,
})

export const WordsQuery = z.object({
  of: z.enum(['metrics', 'labels', 'values']),
  /** Of the series of this metric; all without it. */
  metric: z.optional(z.string().check(z.regex(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,255}$/))),
  /** Whose values. */
  label: z.optional(z.string().check(z.regex(/^[a-zA-Z_][a-zA-Z0-9_]{0,127}$/))),
  /** What they contain, whatever its case. */
  has: z._default(z.string().check(z.maxLength(128)), ''),
})
export type WordsQuery = z.infer<typeof WordsQuery>

/** What can stand at a place of a PromQL query, as far as the caller may see it. */
export const readWords = endpoint({
  method: 'GET',
  path: '/api/metrics/words',
  summary: 'Names of metrics and labels, and values of a label, of series that the caller may see',
  query: WordsQuery,
  reply: z.object({
    words: z.array(z.string()),
    /** How many there are that are not told. */
    more: z.number(),
  }),
})
export type Words = z.infer<(typeof readWords)['reply']>

export const SubjectsQuery = z.object({
  of: z.enum(['service', 'workload', 'gateway', 'caller']),
  /** Whose callers. */
  namespace: z.optional(namespaceName),
  name: z.optional(name),
  /** What `namespace/name` contains, whatever its case. */
  has: z._default(z.string().check(z.maxLength(128)), ''),
})
export type SubjectsQuery = z.infer<typeof SubjectsQuery>

export const readSubjects = endpoint({
  method: 'GET',
  path: '/api/metrics/subjects',
  summary:
    'What charts can be about: services, workloads, gateways, and callers of a service, as far as the caller may see them',
  query: SubjectsQuery,
  reply: z.object({
    subjects: z.array(z.object({ namespace: z.string(), name: z.string() })),
    /** How many there are that are not told. */
    more: z.number(),
  }),
})
export type Subjects = z.infer<(typeof readSubjects)['reply']>

export const ExploreQuery = z.object({
  q: z.string().check(z.minLength(1), z.maxLength(4096)),
  from: moment,
  to: moment,
  range: MetricsQuery.shape.range,
})
export type ExploreQuery = z.infer<typeof ExploreQuery>

export const exploreMetrics = endpoint({
  method: 'GET',
  path: '/api/metrics/explore',
  summary: "One's own PromQL, limited to the namespaces the caller may see",
  query: ExploreQuery,
  reply: z.object({
    from: z.number(),
    to: z.number(),
    step: z.number(),
    times: z.array(z.number()),
    lines: z.array(MetricLine),
    /** How many series there were: the busiest 20 are told. */
    series: z.number(),
    /** All of them, ten thousand at most, with their last, least and largest value of this time. */
    rows: z.array(
      z.object({
        labels: z.record(z.string(), z.string()),
        last: z.nullable(z.number()),
        least: z.nullable(z.number()),
        most: z.nullable(z.number()),
      }),
    ),
    /** As it was asked, matchers of rights included. */
    asked: z.string(),
  }),
})
export type Explored = z.infer<(typeof exploreMetrics)['reply']>

export const explainExplored = endpoint({
  method: 'GET',
  path: '/api/metrics/explore/empty',
  summary: "Why one's own PromQL found nothing: metrics, labels, the expression",
  query: ExploreQuery,
  reply: Ladder,
})
