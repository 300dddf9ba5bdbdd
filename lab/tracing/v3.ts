import { durationParam, mapParam, numberParam, type Read, Refusal, type Reply, traceIdOf } from './reply.ts'
import { search, type TraceQuery } from './search.ts'
import type { Span } from './span.ts'
import { spansOf } from './spans.ts'
import type { StoredTrace } from './store.ts'
import { type Tag, tagsOf } from './tags.ts'

/** Jaeger's newer JSON: OTLP inside, nanoseconds as text, zero values left out. */

/** Null where the path is not one of version 3's. */
export function readV3(read: Read): Reply | null {
  try {
    return routeOf(read)
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.message)
    throw error
  }
}

function routeOf(read: Read): Reply | null {
  const { path, params, store } = read
  switch (path) {
    case '/api/v3/services':
      return { status: 200, body: { services: store.services() } }
    case '/api/v3/operations': {
      const service = params.get('service')
      if (!service) throw new Refusal(400, 'malformed parameter service: must not be empty')
      const kind = params.get('spanKind') || params.get('span_kind') || ''
      const operations = store.operations(service).filter(({ spanKind }) => kind === '' || spanKind === kind)
      return { status: 200, body: { operations } }
    }
    case '/api/v3/traces':
      return tracesReply(search(store, queryOf(params)))
    case '/api/v3/trace-summaries':
      return { status: 200, body: { summaries: search(store, queryOf(params)).map(summaryOf) } }
    default: {
      const one = /^\/api\/v3\/traces\/([^/]+)$/.exec(path)
      if (one?.[1] === undefined) return null
      const trace = store.trace(traceIdOf(decodeURIComponent(one[1])))
      const from = timeParam(params, 'startTime') ?? -Infinity
      const to = timeParam(params, 'endTime') ?? Infinity
      return tracesReply(trace && trace.end >= from && trace.start <= to ? [trace] : [])
    }
  }
}

const failure = (httpCode: number, message: string): Reply => ({
  status: httpCode,
  body: { error: { httpCode, message } },
})

const tracesReply = (traces: StoredTrace[]): Reply =>
  traces.length === 0
    ? failure(404, 'No traces found')
    : { status: 200, body: { result: { resourceSpans: traces.flatMap(resourceSpansOf) } } }

function queryOf(params: URLSearchParams): TraceQuery {
  const start = timeParam(params, 'query.startTimeMin')
  const end = timeParam(params, 'query.startTimeMax')
  if (start === undefined || end === undefined)
    throw new Refusal(400, 'query.startTimeMin and query.startTimeMax are required')
  const attributes = params.get('query.attributes')
  const query = {
    service: params.get('query.serviceName') || undefined,
    operation: params.get('query.operationName') || undefined,
    start,
    end,
    minDuration: durationParam(params, 'query.durationMin'),
    maxDuration: durationParam(params, 'query.durationMax'),
    tags: attributes ? mapParam(attributes, 'query.attributes') : {},
    limit: numberParam(params, 'query.searchDepth', 100),
  }
  if (query.minDuration !== undefined && query.maxDuration !== undefined && query.maxDuration < query.minDuration)
    throw new Refusal(400, 'query.durationMax must not be less than query.durationMin')
  return query
}

/** RFC 3339 → microseconds. */
function timeParam(params: URLSearchParams, name: string): number | undefined {
  const text = params.get(name)
  if (text === null || text === '') return undefined
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-]\d\d:\d\d)$/.exec(text)
  const seconds = match ? Date.parse(`${match[1]}${match[3]}`) : Number.NaN
  if (Number.isNaN(seconds))
    throw new Refusal(400, `malformed parameter ${name}: cannot parse ${JSON.stringify(text)} as RFC 3339`)
  return seconds * 1000 + Math.floor(Number((match?.[2] ?? '').padEnd(9, '0')) / 1000)
}

const nanoseconds = (microseconds: number): string => `${microseconds}000`

/** One resource per proxy, as each sends its own. */
const resourceSpansOf = ({ packed }: StoredTrace) =>
  [...Map.groupBy(spansOf(packed), span => `${span.service} ${span.reporter.ip}`).values()].map(group => ({
    resource: {
      attributes: [
        attribute({ key: 'service.name', type: 'string', value: group[0]?.service ?? '' }),
        attribute({ key: 'ip', type: 'string', value: group[0]?.reporter.ip ?? '' }),
      ],
    },
    scopeSpans: [{ scope: {}, spans: group.map(spanOf) }],
  }))

const kinds = { SERVER: 2, CLIENT: 3 } as const

const spanOf = (span: Span) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId === null ? {} : { parentSpanId: span.parentSpanId }),
  name: span.operation,
  kind: kinds[span.kind],
  startTimeUnixNano: nanoseconds(span.start),
  endTimeUnixNano: nanoseconds(span.start + span.duration),
  attributes: tagsOf(span).map(attribute),
  // Status codes are numbers; 0 (unset) is left out.
  status: span.isError ? { code: 2 } : {},
})

const attribute = ({ key, value }: Tag) => ({
  key,
  value:
    typeof value === 'boolean'
      ? { boolValue: value }
      : typeof value === 'number'
        ? { intValue: String(value) }
        : { stringValue: value },
})

function summaryOf({ traceId, packed, start, end }: StoredTrace) {
  const spans = spansOf(packed)
  const known = new Set(spans.map(span => span.spanId))
  const root = spans.filter(span => span.parentSpanId === null).toSorted((one, other) => one.start - other.start)[0]
  const errors = (group: Span[]): number => group.filter(span => span.isError).length
  const orphans = spans.filter(span => span.parentSpanId !== null && !known.has(span.parentSpanId)).length
  return withoutZeros({
    traceId,
    rootServiceName: root?.service ?? '',
    rootOperationName: root?.operation ?? '',
    minStartTimeUnixNano: nanoseconds(start),
    maxEndTimeUnixNano: nanoseconds(end),
    spanCount: spans.length,
    errorSpanCount: errors(spans),
    orphanSpanCount: orphans,
    services: [...Map.groupBy(spans, span => span.service)].map(([name, group]) =>
      withoutZeros({ name, spanCount: group.length, errorSpanCount: errors(group) }),
    ),
  })
}

const withoutZeros = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== 0 && value !== ''))
