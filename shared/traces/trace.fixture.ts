import fc from 'fast-check'
import type { Span, SpanKind, Trace } from '#shared/mesh/span.ts'

/** For tests: a span says only what the test is about. Times in microseconds since the epoch. */
export const span = (
  spanId: string,
  parentId: string | null,
  start: number,
  end: number,
  rest: Partial<Span> = {},
): Span => ({
  spanId,
  parentId,
  service: rest.service ?? 's',
  operation: 'o',
  kind: 'internal',
  start,
  duration: end - start,
  isError: false,
  attributes: [],
  events: [],
  links: [],
  process: [],
  warnings: [],
  ...rest,
})

export const trace = (...spans: Span[]): Trace => ({ traceId: 't', spans, warnings: [] })

const kinds: readonly SpanKind[] = ['client', 'server', 'internal', 'producer', 'consumer', 'unknown']

/** Anything a tracer may say: gaps, overlaps, skewed clocks, missing parents, cycles, double ids, negative durations. */
export const anyTrace = fc
  .array(
    fc.record({
      id: fc.integer({ min: 0, max: 24 }),
      parent: fc.option(fc.integer({ min: 0, max: 30 })),
      start: fc.integer({ min: 0, max: 2000 }),
      duration: fc.integer({ min: -50, max: 1200 }),
      service: fc.constantFrom('a', 'b', 'c'),
      kind: fc.constantFrom(...kinds),
      isError: fc.boolean(),
    }),
    { maxLength: 24 },
  )
  .map(all =>
    trace(
      ...all.map(({ id, parent, start, duration, ...rest }) =>
        span(
          String(id),
          parent === null ? null : String(parent),
          1_000_000 + start,
          1_000_000 + start + duration,
          rest,
        ),
      ),
    ),
  )
