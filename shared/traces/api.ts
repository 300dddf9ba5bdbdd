import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { Ladder } from '#shared/mesh/ladder.ts'
import { Trace } from '#shared/mesh/span.ts'
import { type Tags, tagsIn } from './tags.ts'

const words = (most: number) => z.optional(z.string().check(z.maxLength(most)))

/** A number in the address; absent where it says nothing. */
const numberIn = (name: string, least: number, most: number) =>
  z.pipe(
    z.optional(z.string()),
    z.transform((text, context): number | undefined => {
      if (text === undefined || text === '') return undefined
      const value = Number(text)
      if (text.trim() !== '' && Number.isFinite(value) && value >= least && value <= most) return value
      context.issues.push({ code: 'custom', message: `${name} is a number from ${least} to ${most}`, input: text })
      return z.NEVER
    }),
  )

const units = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** `15m`, `1h`, `2d` in milliseconds; null: it is none, or longer than a month. */
export function rangeIn(text: string): number | null {
  const [, count, unit] = /^(\d{1,4})([smhd])$/.exec(text) ?? []
  const length = Number(count) * units[(unit ?? 's') as keyof typeof units]
  return length > 0 && length <= 31 * units.d ? length : null
}

const range = z.pipe(
  z.optional(z.string()),
  z.transform((text, context): number | undefined => {
    if (text === undefined || text === '') return undefined
    const length = rangeIn(text)
    if (length !== null) return length
    context.issues.push({ code: 'custom', message: 'range is a length of time such as 15m or 1h', input: text })
    return z.NEVER
  }),
)

const tags = z.pipe(
  z.optional(z.string().check(z.maxLength(4096))),
  z.transform((text, context): Tags => {
    const found = tagsIn(text ?? '')
    if (found !== null) return found
    context.issues.push({ code: 'custom', message: 'tags are written key=value,key=value, at most 16', input: text })
    return z.NEVER
  }),
)

/** Hexadecimal, of 64 or 128 bits; leading zeros may be left out. */
export const traceIdPattern = /^[0-9a-f]{1,32}$/i
const TraceId = z.string().check(z.regex(traceIdPattern, 'a trace id is up to 32 hexadecimal digits'))

export const mostTraces = 1500
const lastMoment = 8.64e15

/** What is looked for. Without `to` the time ends now; without `from` it is `range` long, an hour unless said. */
export const TraceQuery = z.object({
  service: words(256),
  operation: words(1024),
  /** Only traces in which this service took part as well. */
  caller: words(256),
  tags,
  /** Milliseconds. */
  min: numberIn('min', 0, 1e9),
  max: numberIn('max', 0, 1e9),
  error: z.optional(z.enum(['1', ''])),
  /** Milliseconds since the epoch. */
  from: numberIn('from', 1, lastMoment),
  to: numberIn('to', 1, lastMoment),
  range,
  limit: numberIn('limit', 1, mostTraces),
  /** One trace, whatever else is asked. */
  id: z.optional(TraceId),
})
export type TraceQuery = z.infer<typeof TraceQuery>

/** One trace as a list shows it. Times in microseconds since the epoch, durations in microseconds. */
export const TraceRow = z.object({
  traceId: z.string(),
  /** Of the root; empty where it is not known, null where whoever asks may not see it. */
  service: z.nullable(z.string()),
  operation: z.nullable(z.string()),
  start: z.number(),
  duration: z.number(),
  /** Null where the store does not say. */
  spans: z.nullable(z.number()),
  errors: z.nullable(z.number()),
  /** Those that whoever asks may see; spans of the others are counted in `hidden`. */
  services: z.array(z.object({ name: z.string(), spans: z.number(), errors: z.number() })),
  hidden: z.number(),
})
export type TraceRow = z.infer<typeof TraceRow>

export const FoundTraces = z.object({
  /** When it was asked, and the time it was asked about: milliseconds since the epoch. */
  at: z.number(),
  start: z.number(),
  end: z.number(),
  /** Newest first. */
  traces: z.array(TraceRow),
  limit: z.number(),
  /** As many were found as were asked for: there may be more. */
  isFull: z.boolean(),
})
export type FoundTraces = z.infer<typeof FoundTraces>

export const listServices = endpoint({
  method: 'GET',
  path: '/api/traces/services',
  summary: 'Services that have sent spans',
  reply: z.object({ services: z.array(z.string()) }),
})

export const listOperations = endpoint({
  method: 'GET',
  path: '/api/traces/operations',
  summary: 'Operations of a service that has sent spans',
  query: z.object({ service: z.string().check(z.minLength(1), z.maxLength(256)) }),
  reply: z.object({ operations: z.array(z.string()) }),
})

export const searchTraces = endpoint({
  method: 'GET',
  path: '/api/traces',
  summary: 'Traces of a service by operation, tags, duration, error and time, or one by its id',
  query: TraceQuery,
  reply: FoundTraces,
})

/** One trace, whole. What whoever asks may not see has lost its names (`isHidden`). */
export const SeenTrace = z.object({
  at: z.number(),
  trace: Trace,
  hidden: z.number(),
  /** Who told it: `Jaeger query API v3`. */
  store: z.nullable(z.string()),
})
export type SeenTrace = z.infer<typeof SeenTrace>

export const readTrace = endpoint({
  method: 'GET',
  path: '/api/traces/:id',
  summary: 'One trace with all its spans',
  params: z.object({ id: TraceId }),
  reply: SeenTrace,
})

/** Empty names: of a namespace that whoever asks may not see. */
const Share = z.object({
  service: z.nullable(z.string()),
  caller: z.nullable(z.string()),
  time: z.number(),
  share: z.number(),
  traces: z.number(),
  quantileWithout: z.number(),
})

export const Together = z.object({
  at: z.number(),
  /** The root operation they have in common. */
  service: z.nullable(z.string()),
  operation: z.nullable(z.string()),
  /** Traces of it that were found, those that were read, and those that could not be. */
  found: z.number(),
  traces: z.number(),
  missing: z.number(),
  spans: z.number(),
  quantile: z.number(),
  /** The quantile of their durations, microseconds. */
  duration: z.number(),
  byService: z.array(Share),
  byEdge: z.array(Share),
})
export type Together = z.infer<typeof Together>

export const mostTogether = 100

export const readTogether = endpoint({
  method: 'GET',
  path: '/api/traces/together',
  summary: 'Where the critical-path time of many traces of one root operation went',
  query: z.extend(TraceQuery, { sample: numberIn('sample', 2, mostTogether), quantile: numberIn('quantile', 0, 1) }),
  reply: Together,
})

const Figures = z.object({ count: z.number(), errors: z.number(), duration: z.number(), self: z.number() })

export const TraceComparison = z.object({
  at: z.number(),
  /** What it is compared with; null: the median of `of` traces of its root operation. */
  a: z.nullable(TraceRow),
  b: TraceRow,
  of: z.number(),
  /** Parents before their children. */
  places: z.array(
    z.object({
      service: z.string(),
      operation: z.string(),
      depth: z.number(),
      before: z.nullable(Figures),
      after: z.nullable(Figures),
    }),
  ),
  /** Places beyond what is told. */
  left: z.number(),
})
export type TraceComparison = z.infer<typeof TraceComparison>

export const compareTraces = endpoint({
  method: 'GET',
  path: '/api/traces/compare',
  summary: 'One trace against another, or against the median of its operation',
  query: z.object({ a: z.optional(TraceId), b: TraceId }),
  reply: TraceComparison,
})

export const explainNoTraces = endpoint({
  method: 'GET',
  path: '/api/traces/empty',
  summary: 'Why a search found no traces',
  query: TraceQuery,
  reply: Ladder,
})
