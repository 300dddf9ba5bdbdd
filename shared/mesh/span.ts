import * as z from 'zod/mini'

/** A name with a value, as the tracer gave it: texts stay texts, numbers stay numbers. */
export const Attribute = z.object({
  key: z.string(),
  value: z.union([z.string(), z.number(), z.boolean()]),
})
export type Attribute = z.infer<typeof Attribute>

export const SpanKind = z.enum(['client', 'server', 'producer', 'consumer', 'internal', 'unknown'])
export type SpanKind = z.infer<typeof SpanKind>

/** One piece of work in one process. Times are microseconds since the epoch, durations microseconds, both whole. */
export const Span = z.object({
  spanId: z.string(),
  /** Null: it says that it has none. A parent that is not in the trace makes it an orphan. */
  parentId: z.nullable(z.string()),
  service: z.string(),
  operation: z.string(),
  kind: SpanKind,
  start: z.number(),
  /** As the tracer says it; a negative one is kept and told, and drawn as nothing. */
  duration: z.number(),
  isError: z.boolean(),
  attributes: z.array(Attribute),
  events: z.array(z.object({ at: z.number(), name: z.string(), attributes: z.array(Attribute) })),
  /** Spans of this or other traces it follows or belongs to, without being their child. */
  links: z.array(z.object({ traceId: z.string(), spanId: z.string() })),
  /** Of the process it ran in: pod, version, address. */
  process: z.array(Attribute),
  /** What the tracer itself noticed. */
  warnings: z.array(z.string()),
  /** Of a namespace that whoever asked may not see: its names, attributes and events were taken away. */
  isHidden: z.optional(z.literal(true)),
})
export type Span = z.infer<typeof Span>

export const Trace = z.object({
  traceId: z.string(),
  /** In no order that means anything. */
  spans: z.array(Span),
  /** Said of the trace as a whole: parts that were left out, and why. */
  warnings: z.array(z.string()),
})
export type Trace = z.infer<typeof Trace>

export const attribute = (span: Pick<Span, 'attributes'>, key: string): string | undefined => {
  const found = span.attributes.find(each => each.key === key)
  return found === undefined ? undefined : String(found.value)
}
