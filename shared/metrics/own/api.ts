import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { MetricLine, MetricsQuery } from '#shared/metrics/api.ts'
import { OwnDashboard, Unit } from './dashboard.ts'

/** Where one is kept: a namespace and the ConfigMap's name, or `~` and the file's. */
const Place = z.object({
  namespace: z.string().check(z.regex(/^(~|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$/)),
  name: z.string().check(z.regex(/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/)),
})
export type Place = z.infer<typeof Place>

export const OwnList = z.object({
  dashboards: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      title: z.string(),
      panels: z.number(),
      /** Why it cannot be shown. */
      problem: z.nullable(z.string()),
    }),
  ),
  /** What is not known, in words. */
  partial: z.array(z.string()),
})
export type OwnList = z.infer<typeof OwnList>

export const listOwn = endpoint({
  method: 'GET',
  path: '/api/metrics/dashboards',
  summary: 'Own dashboards: ConfigMaps with the label weft.io/dashboard as far as the caller may list them, and files',
  reply: OwnList,
})

export const OwnKept = z.object({
  text: z.string(),
  /** The ConfigMap, without the notes of who owns which field; null: a file, which only its administrator changes. */
  object: z.nullable(z.record(z.string(), z.unknown())),
})
export type OwnKept = z.infer<typeof OwnKept>

export const readOwn = endpoint({
  method: 'GET',
  path: '/api/metrics/dashboards/:namespace/:name',
  summary: 'One own dashboard as it is kept',
  params: Place,
  reply: OwnKept,
})

export const OwnCharts = z.object({
  title: z.string(),
  description: z.string(),
  from: z.number(),
  to: z.number(),
  /** Seconds. */
  step: z.number(),
  times: z.array(z.number()),
  variables: z.array(
    z.object({
      name: z.string(),
      options: z.array(z.string()),
      /** How many there are that are not told. */
      more: z.number(),
      /** Null: all. */
      chosen: z.nullable(z.string()),
      allowsAll: z.boolean(),
      problem: z.nullable(z.string()),
    }),
  ),
  panels: z.array(
    z.object({
      id: z.string(),
      title: z.string(),
      unit: Unit,
      isWide: z.boolean(),
      isStacked: z.boolean(),
      lines: z.array(MetricLine),
      /** How many series there were: the largest are told. */
      series: z.number(),
      /** As they were asked, matchers of rights included. */
      queries: z.array(z.string()),
      /** Why it shows nothing, where it cannot be asked. */
      problem: z.nullable(z.string()),
    }),
  ),
  /** Sent to Prometheus for this. */
  queries: z.number(),
})
export type OwnCharts = z.infer<typeof OwnCharts>
export type OwnChart = OwnCharts['panels'][number]

/** What is chosen of its variables; all of one: `*` in an address, null here. */
export const Chosen = z.record(z.string().check(z.maxLength(32)), z.nullable(z.string().check(z.maxLength(500))))
export type Chosen = z.infer<typeof Chosen>

export const chartOwn = endpoint({
  method: 'POST',
  path: '/api/metrics/dashboards/charts',
  summary: 'The charts of a dashboard as it is written, limited to the namespaces the caller may see',
  body: z.object({
    dashboard: OwnDashboard,
    chosen: Chosen,
    from: z.optional(z.number()),
    to: z.optional(z.number()),
    range: MetricsQuery.shape.range,
  }),
  reply: OwnCharts,
})

/**
 * Of a live one: where it is kept, and what is chosen as JSON. `revision` is the one the page knows: it reads whatever
 * is kept, but who knows another is told at once and not with the next reading of those before.
 */
export const OwnLive = z.object({
  namespace: Place.shape.namespace,
  name: Place.shape.name,
  range: MetricsQuery.shape.range,
  chosen: z._default(z.string().check(z.maxLength(4000)), '{}'),
  revision: z._default(z.string().check(z.maxLength(100)), ''),
})
export type OwnLive = z.infer<typeof OwnLive>
