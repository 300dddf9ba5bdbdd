import type { Attribute, Span, SpanKind, Trace } from '#shared/mesh/span.ts'
import { type Fields, fields, idOf, list, microsecondsOf, otlpAttribute, text } from './trace-json.ts'
import { isErrorOf } from './trace-v1.ts'

/** OTLP's JSON as Jaeger's v3 and Tempo answer with: all traces in it, by their ids. Spans that are none are counted. */
export function tracesFromOtlp(resourceSpans: unknown): Trace[] {
  const traces = new Map<string, { spans: Span[]; lost: number }>()
  const of = (traceId: string) => {
    const known = traces.get(traceId)
    if (known !== undefined) return known
    const fresh = { spans: [], lost: 0 }
    traces.set(traceId, fresh)
    return fresh
  }
  for (const resource of list(resourceSpans).map(fields)) {
    const process = list(fields(resource['resource'])['attributes']).map(otlpAttribute)
    const service = String(process.find(({ key }) => key === 'service.name')?.value ?? '')
    for (const scope of [...list(resource['scopeSpans']), ...list(resource['instrumentationLibrarySpans'])].map(fields))
      for (const given of list(scope['spans']).map(fields)) {
        const trace = of(idOf(given['traceId']))
        const span = spanFrom(given, service, process)
        if (span === null) trace.lost++
        else trace.spans.push(span)
      }
  }
  return [...traces].map(([traceId, { spans, lost }]) => ({
    traceId,
    spans,
    warnings: lost === 0 ? [] : [`${lost} of ${lost + spans.length} spans have no id or no time and are left out.`],
  }))
}

function spanFrom(given: Fields, service: string, process: Attribute[]): Span | null {
  const spanId = idOf(given['spanId'])
  const [start, end] = [microsecondsOf(given['startTimeUnixNano']), microsecondsOf(given['endTimeUnixNano'])]
  if (spanId === '' || start === null || end === null) return null
  const parentId = idOf(given['parentSpanId'])
  const attributes = list(given['attributes']).map(otlpAttribute)
  const code = fields(given['status'])['code']
  return {
    spanId,
    parentId: parentId === '' || /^0+$/.test(parentId) ? null : parentId,
    service,
    operation: text(given['name']),
    kind: kindOf(given['kind']),
    start,
    duration: end - start,
    isError: code === 2 || code === 'STATUS_CODE_ERROR' || isErrorOf(attributes),
    attributes,
    events: list(given['events']).map(each => {
      const { timeUnixNano, name, attributes } = fields(each)
      return {
        at: microsecondsOf(timeUnixNano) ?? start,
        name: text(name),
        attributes: list(attributes).map(otlpAttribute),
      }
    }),
    links: list(given['links']).map(each => {
      const { traceId, spanId } = fields(each)
      return { traceId: idOf(traceId), spanId: idOf(spanId) }
    }),
    process,
    warnings: [],
  }
}

/** OTLP's numbers, and the names protobuf's JSON writes for them. */
const kinds: Readonly<Record<string, SpanKind>> = {
  1: 'internal',
  2: 'server',
  3: 'client',
  4: 'producer',
  5: 'consumer',
  SPAN_KIND_INTERNAL: 'internal',
  SPAN_KIND_SERVER: 'server',
  SPAN_KIND_CLIENT: 'client',
  SPAN_KIND_PRODUCER: 'producer',
  SPAN_KIND_CONSUMER: 'consumer',
}
const kindOf = (kind: unknown): SpanKind => kinds[String(kind)] ?? 'unknown'
