import type { Span } from './span.ts'
import { spansOf } from './spans.ts'
import type { StoredTrace, TraceStore } from './store.ts'
import { tagsOf } from './tags.ts'

/** A search as both versions of the API mean it. Times and durations in microseconds, bounds included. */
export interface TraceQuery {
  service: string | undefined
  operation: string | undefined
  start: number
  end: number
  minDuration: number | undefined
  maxDuration: number | undefined
  /** All of them on one span. */
  tags: Record<string, string>
  limit: number
}

/** A trace is found when one of its spans meets every condition; the latest come first. */
export const search = (store: TraceStore, query: TraceQuery): StoredTrace[] =>
  [...store.traces(query.service)]
    .filter(trace => spansOf(trace.packed).some(span => meets(span, query)))
    .toSorted((one, other) => other.start - one.start)
    .slice(0, query.limit)

function meets(span: Span, query: TraceQuery): boolean {
  if (query.service !== undefined && span.service !== query.service) return false
  if (query.operation !== undefined && span.operation !== query.operation) return false
  if (span.start < query.start || span.start > query.end) return false
  if (query.minDuration !== undefined && span.duration < query.minDuration) return false
  if (query.maxDuration !== undefined && span.duration > query.maxDuration) return false
  const wanted = Object.entries(query.tags)
  if (wanted.length === 0) return true
  const tags = new Map(tagsOf(span).map(({ key, value }) => [key, String(value)]))
  tags.set('span.kind', span.kind.toLowerCase())
  return wanted.every(([key, value]) => tags.get(key) === value)
}
