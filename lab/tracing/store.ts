import type { RequestSink } from '#lab/contract.ts'
import { createPacker, type Packed, type Packer } from '#lab/mesh/requests/pack.ts'
import { spansOf } from './spans.ts'
import type { Span } from './span.ts'

/** One finished trace. Its spans are made when they are asked for: kept, they would be ten times as large. */
export interface StoredTrace {
  traceId: string
  packed: Packed
  /** How many spans it has. */
  size: number
  /** Microseconds since the epoch. */
  start: number
  end: number
}

export interface Dependency {
  parent: string
  child: string
  callCount: number
}

export interface TraceStore extends RequestSink {
  /** A request that is packed already. */
  keep(packed: Packed): void
  readonly size: number
  trace(traceId: string): StoredTrace | undefined
  /** Traces in which the service took part, or all; latest arrival first. */
  traces(service?: string): Iterable<StoredTrace>
  /** Sorted. */
  services(): string[]
  /** Sorted by name. Empty for a service that is not known. */
  operations(service: string): { name: string; spanKind: 'client' | 'server' }[]
  /** Calls between services in the traces that began from `from` to `to` (microseconds). */
  dependencies(from: number, to: number): Dependency[]
}

/** A ring: the newest traces push out the oldest, by number of traces and by number of spans. */
export function createTraceStore(options: { capacity?: number; maxSpans?: number; packer?: Packer } = {}): TraceStore {
  const { capacity = 5000, maxSpans = 200_000, packer = createPacker() } = options
  const traces = new Map<string, StoredTrace>()
  const byService = new Map<string, Set<StoredTrace>>()
  const operations = new Map<string, Map<string, number>>()
  let spans = 0

  const drop = (trace: StoredTrace): void => {
    traces.delete(trace.traceId)
    spans -= trace.size
    for (const span of spansOf(trace.packed)) {
      const members = byService.get(span.service)
      members?.delete(trace)
      if (members?.size === 0) byService.delete(span.service)
      countOperation(operations, span, -1)
    }
  }
  const keep = (packed: Packed): void => {
    const written = spansOf(packed)
    const [first] = written
    if (first === undefined || written.length > maxSpans) return
    const trace: StoredTrace = {
      traceId: first.traceId,
      packed,
      size: written.length,
      start: Math.min(...written.map(span => span.start)),
      end: Math.max(...written.map(span => span.start + span.duration)),
    }
    traces.set(trace.traceId, trace)
    spans += written.length
    for (const span of written) {
      const members = byService.get(span.service) ?? new Set<StoredTrace>()
      byService.set(span.service, members.add(trace))
      countOperation(operations, span, 1)
    }
    while (traces.size > capacity || spans > maxSpans) {
      const oldest = traces.values().next().value
      if (oldest === undefined) break
      drop(oldest)
    }
  }

  return {
    add(root, marks) {
      if (marks.isTraced) keep(packer.pack(root, marks))
    },
    keep,
    get size() {
      return traces.size
    },
    trace: traceId => traces.get(traceId),
    traces: service => [...(service === undefined ? traces.values() : (byService.get(service) ?? []))].toReversed(),
    services: () => [...byService.keys()].toSorted(),
    operations: service =>
      [...(operations.get(service)?.keys() ?? [])].toSorted().map(key => {
        const [name = '', kind] = key.split('\n')
        return { name, spanKind: kind === 'CLIENT' ? 'client' : 'server' }
      }),
    dependencies: (from, to) =>
      dependenciesOf([...traces.values()].filter(({ start }) => start >= from && start <= to)),
  }
}

function countOperation(operations: Map<string, Map<string, number>>, span: Span, change: 1 | -1): void {
  const counts = operations.get(span.service) ?? new Map<string, number>()
  operations.set(span.service, counts)
  const key = `${span.operation}\n${span.kind}`
  const count = (counts.get(key) ?? 0) + change
  if (count > 0) counts.set(key, count)
  else counts.delete(key)
  if (counts.size === 0) operations.delete(span.service)
}

/** A span whose parent belongs to another service is one call between the two. */
function dependenciesOf(traces: StoredTrace[]): Dependency[] {
  const counts = new Map<string, Dependency>()
  for (const { packed } of traces) {
    const spans = spansOf(packed)
    const serviceOf = new Map(spans.map(span => [span.spanId, span.service]))
    for (const { parentSpanId, service: child } of spans) {
      const parent = parentSpanId === null ? undefined : serviceOf.get(parentSpanId)
      if (parent === undefined || parent === child) continue
      const key = `${parent} ${child}`
      const known = counts.get(key) ?? { parent, child, callCount: 0 }
      known.callCount++
      counts.set(key, known)
    }
  }
  return [...counts.values()]
}
