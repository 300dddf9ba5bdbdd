import type { Attribute, Span, SpanKind, Trace } from '#shared/mesh/span.ts'
import { type Fields, fields, idOf, jaegerTag, list, number, text } from './trace-json.ts'

/** Jaeger's older JSON of one trace. Spans that are none are left out and counted in its warnings. */
export function traceFromV1(given: unknown): Trace {
  const trace = fields(given)
  const processes = fields(trace['processes'])
  const all = list(trace['spans'])
  const spans = all.flatMap(each => spanFrom(fields(each), processes) ?? [])
  const lost = all.length - spans.length
  return {
    traceId: idOf(trace['traceID']),
    spans,
    warnings: [
      ...list(trace['warnings']).map(text),
      ...(lost === 0 ? [] : [`${lost} of ${all.length} spans have no id or no time and are left out.`]),
    ].filter(each => each !== ''),
  }
}

function spanFrom(given: Fields, processes: Fields): Span | null {
  const spanId = idOf(given['spanID'])
  const [start, duration] = [number(given['startTime']), number(given['duration'])]
  if (spanId === '' || start === null || duration === null) return null
  const own = idOf(given['traceID'])
  const references = list(given['references']).map(each => {
    const { refType, traceID, spanID } = fields(each)
    return { isChild: refType === 'CHILD_OF', traceId: idOf(traceID), spanId: idOf(spanID) }
  })
  const isHere = (reference: { traceId: string }) => reference.traceId === own || reference.traceId === ''
  const parent =
    references.find(reference => reference.isChild && isHere(reference)) ?? references.find(each => isHere(each))
  const process = fields(processes[text(given['processID'])])
  const attributes = list(given['tags']).map(jaegerTag)
  // Before there was a list of references, the parent had a field of its own.
  const parentId = parent?.spanId ?? idOf(given['parentSpanID'])
  return {
    spanId,
    parentId: parentId === '' ? null : parentId,
    service: text(process['serviceName']),
    operation: text(given['operationName']),
    kind: kindOf(attributes),
    start,
    duration,
    isError: isErrorOf(attributes),
    attributes,
    events: list(given['logs']).map(each => {
      const { timestamp, fields: own } = fields(each)
      const attributes = list(own).map(jaegerTag)
      const name = attributes.find(({ key }) => key === 'event')?.value ?? ''
      return { at: number(timestamp) ?? start, name: String(name), attributes }
    }),
    links: references
      .filter(reference => reference !== parent)
      .map(({ traceId, spanId }) => ({ traceId: traceId === '' ? own : traceId, spanId })),
    process: list(process['tags']).map(jaegerTag),
    warnings: list(given['warnings'])
      .map(text)
      .filter(each => each !== ''),
  }
}

const kinds: readonly string[] = ['client', 'server', 'producer', 'consumer', 'internal']

function kindOf(attributes: readonly Attribute[]): SpanKind {
  const said = String(attributes.find(({ key }) => key === 'span.kind')?.value ?? '').toLowerCase()
  return kinds.includes(said) ? (said as SpanKind) : 'unknown'
}

/** OpenTracing's `error`, OpenTelemetry's status as Jaeger writes it. */
export const isErrorOf = (attributes: readonly Attribute[]): boolean =>
  attributes.some(
    ({ key, value }) =>
      (key === 'error' && (value === true || value === 'true')) ||
      (key === 'otel.status_code' && String(value).toUpperCase() === 'ERROR'),
  )
