import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { TraceSummary } from '#bff/sources/source.ts'
import { namespaceName } from '#shared/scope.ts'
import type { Span, Trace } from '#shared/mesh/span.ts'
import type { TraceRow } from '#shared/traces/api.ts'
import { serviceParts } from '#shared/traces/service.ts'

/** Traces as somebody may see them: what is of namespaces they do not see keeps its time and place, and nothing else. */

/** Attributes by which a process says where it runs: a service's name is only a name. */
const placeKeys = new Set(['k8s.namespace.name', 'istio.namespace'])

/** The namespace a span is of, empty where nothing says it: then only those who see everything see it. */
export function namespaceOfSpan(span: Pick<Span, 'service' | 'attributes' | 'process'>): string {
  const said = [...span.process, ...span.attributes].find(({ key }) => placeKeys.has(key))
  const named = said === undefined ? '' : String(said.value)
  return namespaceName.safeParse(named).success ? named : serviceParts(span.service).namespace
}

const sees = (sight: Sight, namespace: string): boolean =>
  sight === 'everything' || (namespace !== '' && isSeen(sight, namespace))

export const seesService = (sight: Sight, service: string): boolean => sees(sight, serviceParts(service).namespace)

export const namespacesOf = (services: Iterable<string>): string[] => [
  ...new Set([...services].map(service => serviceParts(service).namespace).filter(name => name !== '')),
]

export const namespacesIn = ({ spans }: Trace): string[] => [
  ...new Set(spans.map(namespaceOfSpan).filter(name => name !== '')),
]

const hidden = { service: '', operation: '', attributes: [], events: [], links: [], process: [], warnings: [] }

export function cutTrace(trace: Trace, sight: Sight): { trace: Trace; hidden: number } {
  if (sight === 'everything') return { trace, hidden: 0 }
  let count = 0
  const spans = trace.spans.map((span): Span => {
    if (sees(sight, namespaceOfSpan(span))) return span
    count++
    const { spanId, parentId, kind, start, duration, isError } = span
    return { spanId, parentId, kind, start, duration, isError, ...hidden, isHidden: true }
  })
  return { trace: { ...trace, spans }, hidden: count }
}

export function cutRow(summary: TraceSummary, sight: Sight): TraceRow {
  const { traceId, rootService, rootOperation, start, duration, spanCount, errorCount } = summary
  const services = summary.services.map(each => ({
    name: each.name,
    spans: each.spanCount,
    errors: each.errorCount,
  }))
  const seen = services.filter(({ name }) => seesService(sight, name))
  const isSeenRoot = rootService === '' || seesService(sight, rootService)
  return {
    traceId,
    service: isSeenRoot ? rootService : null,
    operation: isSeenRoot ? rootOperation : null,
    start,
    duration,
    spans: spanCount,
    errors: errorCount,
    services: seen,
    hidden: services.filter(each => !seen.includes(each)).reduce((sum, { spans }) => sum + spans, 0),
  }
}
