import { attribute, type Trace } from '#shared/mesh/span.ts'
import type { TraceSearch, TraceSummary } from './source.ts'
import { fields, idOf, list, microsecondsOf, number, text } from './trace-json.ts'

/** What a list shows of a trace that came whole. */
export function summaryOf({ traceId, spans }: Trace): TraceSummary {
  let [start, end] = [Infinity, -Infinity]
  for (const span of spans) {
    start = Math.min(start, span.start)
    end = Math.max(end, span.start + Math.max(0, span.duration))
  }
  const root = spans
    .filter(({ parentId }) => parentId === null)
    .reduce<Trace['spans'][number] | null>(
      (first, span) => (first === null || span.start < first.start ? span : first),
      null,
    )
  const errors = (of: Trace['spans']) => of.filter(({ isError }) => isError).length
  return {
    traceId,
    rootService: root?.service ?? '',
    rootOperation: root?.operation ?? '',
    start: spans.length === 0 ? 0 : start,
    duration: spans.length === 0 ? 0 : end - start,
    spanCount: spans.length,
    errorCount: errors(spans),
    services: [...Map.groupBy(spans, ({ service }) => service)].map(([name, own]) => ({
      name,
      spanCount: own.length,
      errorCount: errors(own),
    })),
  }
}

/** Jaeger's own summary (v3, from 2.19): zero values are left out. */
export function summaryFromV3(given: unknown): TraceSummary | null {
  const summary = fields(given)
  const [start, end] = [microsecondsOf(summary['minStartTimeUnixNano']), microsecondsOf(summary['maxEndTimeUnixNano'])]
  const traceId = idOf(summary['traceId'])
  if (traceId === '' || start === null || end === null) return null
  return {
    traceId,
    rootService: text(summary['rootServiceName']),
    rootOperation: text(summary['rootOperationName']),
    start,
    duration: Math.max(0, end - start),
    spanCount: number(summary['spanCount']) ?? 0,
    errorCount: number(summary['errorSpanCount']) ?? 0,
    services: list(summary['services']).map(each => {
      const { name, spanCount, errorSpanCount } = fields(each)
      return { name: text(name), spanCount: number(spanCount) ?? 0, errorCount: number(errorSpanCount) ?? 0 }
    }),
  }
}

/** Tempo's search tells neither how many spans failed nor, always, how many there are. */
export function summaryFromTempo(given: unknown): TraceSummary | null {
  const trace = fields(given)
  const start = microsecondsOf(trace['startTimeUnixNano'])
  const traceId = idOf(trace['traceID'])
  if (traceId === '' || start === null) return null
  const stats = Object.entries(fields(trace['serviceStats'])).map(([name, each]) => {
    const { spanCount, errorCount } = fields(each)
    return { name, spanCount: number(spanCount) ?? 0, errorCount: number(errorCount) ?? 0 }
  })
  const sum = (of: (each: (typeof stats)[number]) => number) =>
    stats.length === 0 ? null : stats.reduce((total, each) => total + of(each), 0)
  return {
    traceId,
    rootService: text(trace['rootServiceName']),
    rootOperation: text(trace['rootTraceName']),
    start,
    duration: (number(trace['durationMs']) ?? 0) * 1000,
    spanCount: sum(({ spanCount }) => spanCount),
    errorCount: sum(({ errorCount }) => errorCount),
    services: stats,
  }
}

/** What a store that cannot look for tags itself would have found: all of them on one span. */
export const hasTags = (trace: Trace, { tags, isError = false }: Pick<TraceSearch, 'tags' | 'isError'>): boolean => {
  const wanted = Object.entries(tags)
  if (wanted.length === 0 && !isError) return true
  return trace.spans.some(
    span => (span.isError || !isError) && wanted.every(([key, value]) => attribute(span, key) === value),
  )
}

export const newestFirst = (summaries: readonly TraceSummary[]): TraceSummary[] =>
  [...summaries].sort((a, b) => b.start - a.start || (a.traceId < b.traceId ? -1 : 1))
