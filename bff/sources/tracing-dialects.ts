import type { Trace } from '#shared/mesh/span.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import type { Dependency, TraceSearch, TraceSummary } from './source.ts'
import { fields, idOf, list, number, text } from './trace-json.ts'
import { tracesFromOtlp } from './trace-otlp.ts'
import { hasTags, newestFirst, summaryFromTempo, summaryFromV3, summaryOf } from './trace-summary.ts'
import { traceFromV1 } from './trace-v1.ts'

/** Asks below the base address; null where there is no such thing (404). `cap` in bytes. */
export type Get = (path: string, params: Readonly<Record<string, string | undefined>>, cap: number) => Promise<unknown>

/** The five questions in one of the languages that stores speak. */
export interface Dialect {
  /** As the state says it. */
  name: string
  /** Null: it does not speak this language. */
  services(get: Get): Promise<string[] | null>
  operations(get: Get, service: string): Promise<string[]>
  search(get: Get, query: TraceSearch): Promise<TraceSummary[]>
  trace(get: Get, traceId: string, around?: { start: EpochMilliseconds; end: EpochMilliseconds }): Promise<Trace | null>
  dependencies(get: Get, end: EpochMilliseconds, lookback: Milliseconds): Promise<Dependency[] | null>
}

const small = 4e6
const one = 20e6
/** Where there are no summaries, whole traces have to be read to make them. */
const many = 64e6

const names = (values: readonly unknown[]): string[] =>
  [...new Set(values.map(text).filter(each => each !== ''))].sort((a, b) => (a < b ? -1 : 1))

/** Null where the reply is somebody else's. A list that is empty may be left out. */
function listIn(reply: unknown, field: string): string[] | null {
  const found = fields(reply)
  const isOurs = reply !== null && (field in found || Object.keys(found).length === 0)
  return isOurs ? names(list(found[field])) : null
}

/** A duration as Go writes it. */
const microseconds = (duration: number | undefined): string | undefined =>
  duration === undefined ? undefined : `${Math.round(duration)}us`
/** Jaeger writes `error` on every span that failed, whatever told it so. */
const attributesOf = ({ tags, isError }: TraceSearch): string | undefined => {
  const all = isError === true ? { ...tags, error: 'true' } : tags
  return Object.keys(all).length === 0 ? undefined : JSON.stringify(all)
}
const iso = (at: EpochMilliseconds): string => new Date(at).toISOString()

async function dependenciesOfV1(
  get: Get,
  end: EpochMilliseconds,
  lookback: Milliseconds,
): Promise<Dependency[] | null> {
  const reply = await get(
    '/api/dependencies',
    { endTs: String(Math.round(end)), lookback: String(Math.round(lookback)) },
    small,
  )
  if (reply === null) return null
  return list(fields(reply)['data']).map(each => {
    const { parent, child, callCount } = fields(each)
    return { parent: text(parent), child: text(child), callCount: number(callCount) ?? 0 }
  })
}

/** Jaeger's newer query API; what is missing in older releases of it is put together from what there is. */
export const v3: Dialect = {
  name: 'Jaeger query API v3',
  async services(get) {
    return listIn(await get('/api/v3/services', {}, small), 'services')
  },
  async operations(get, service) {
    const reply = await get('/api/v3/operations', { service }, small)
    return names(list(fields(reply)['operations']).map(each => fields(each)['name']))
  },
  async search(get, query) {
    const params = {
      'query.serviceName': query.service,
      'query.operationName': query.operation,
      'query.startTimeMin': iso(query.start),
      'query.startTimeMax': iso(query.end),
      'query.durationMin': microseconds(query.minDuration),
      'query.durationMax': microseconds(query.maxDuration),
      'query.searchDepth': String(query.limit),
      'query.attributes': attributesOf(query),
    }
    const summaries = await get('/api/v3/trace-summaries', params, one)
    if (summaries !== null)
      return newestFirst(list(fields(summaries)['summaries']).flatMap(each => summaryFromV3(each) ?? []))
    // Releases without summaries do not look at attributes either.
    const reply = await get('/api/v3/traces', params, many)
    const traces = reply === null ? [] : tracesFromOtlp(fields(fields(reply)['result'])['resourceSpans'])
    return newestFirst(traces.filter(trace => hasTags(trace, query)).map(summaryOf))
  },
  async trace(get, traceId, around) {
    const params = around === undefined ? {} : { startTime: iso(around.start), endTime: iso(around.end) }
    const reply = await get(`/api/v3/traces/${encodeURIComponent(traceId)}`, params, one)
    if (reply === null) return null
    const traces = tracesFromOtlp(fields(fields(reply)['result'])['resourceSpans'])
    return traces.find(each => each.traceId === idOf(traceId)) ?? traces[0] ?? null
  },
  dependencies: dependenciesOfV1,
}

/** Jaeger's older query API. */
export const v1: Dialect = {
  name: 'Jaeger query API v1',
  async services(get) {
    return listIn(await get('/api/services', {}, small), 'data')
  },
  async operations(get, service) {
    const reply = await get('/api/operations', { service }, small)
    if (reply !== null) return names(list(fields(reply)['data']).map(each => fields(each)['name']))
    const older = await get(`/api/services/${encodeURIComponent(service)}/operations`, {}, small)
    return names(list(fields(older)['data']))
  },
  async search(get, query) {
    const reply = await get(
      '/api/traces',
      {
        service: query.service,
        operation: query.operation,
        start: String(Math.round(query.start * 1000)),
        end: String(Math.round(query.end * 1000)),
        minDuration: microseconds(query.minDuration),
        maxDuration: microseconds(query.maxDuration),
        limit: String(query.limit),
        tags: attributesOf(query),
      },
      many,
    )
    return newestFirst(list(fields(reply)['data']).map(each => summaryOf(traceFromV1(each))))
  },
  async trace(get, traceId, around) {
    const params =
      around === undefined
        ? {}
        : { start: String(Math.round(around.start * 1000)), end: String(Math.round(around.end * 1000)) }
    const reply = await get(`/api/traces/${encodeURIComponent(traceId)}`, params, one)
    const [found] = list(fields(reply)['data'])
    return found === undefined ? null : traceFromV1(found)
  },
  dependencies: dependenciesOfV1,
}

const quoted = (value: string): string => JSON.stringify(value)
const attributeName = (key: string): string => `span.${/^[\w.-]+$/.test(key) ? key : quoted(key)}`

/** A search in Tempo's own language. */
export function traceQl({ service, operation, tags, isError, minDuration, maxDuration }: TraceSearch): string {
  const parts = [
    `resource.service.name = ${quoted(service)}`,
    ...(operation === undefined ? [] : [`name = ${quoted(operation)}`]),
    ...Object.entries(tags).map(([key, value]) =>
      // A number in the store is equal to a number, not to its text.
      /^-?\d{1,15}$/.test(value)
        ? `(${attributeName(key)} = ${quoted(value)} || ${attributeName(key)} = ${value})`
        : `${attributeName(key)} = ${quoted(value)}`,
    ),
    ...(isError === true ? ['status = error'] : []),
    ...(minDuration === undefined ? [] : [`traceDuration >= ${microseconds(minDuration)}`]),
    ...(maxDuration === undefined ? [] : [`traceDuration <= ${microseconds(maxDuration)}`]),
  ]
  return `{ ${parts.join(' && ')} }`
}

const tempoValues = (reply: unknown): string[] =>
  names(list(fields(reply)['tagValues']).map(each => (typeof each === 'string' ? each : fields(each)['value'])))

/** Grafana Tempo. It counts no dependencies that can be asked for here. */
export const tempo: Dialect = {
  name: 'Tempo',
  async services(get) {
    const reply = await get('/api/v2/search/tag/resource.service.name/values', {}, small)
    return listIn(reply, 'tagValues') === null ? null : tempoValues(reply)
  },
  async operations(get, service) {
    const q = `{ resource.service.name = ${quoted(service)} }`
    return tempoValues(await get('/api/v2/search/tag/name/values', { q }, small))
  },
  async search(get, query) {
    const reply = await get(
      '/api/search',
      {
        q: traceQl(query),
        start: String(Math.floor(query.start / 1000)),
        end: String(Math.ceil(query.end / 1000)),
        limit: String(query.limit),
      },
      one,
    )
    return newestFirst(list(fields(reply)['traces']).flatMap(each => summaryFromTempo(each) ?? []))
  },
  async trace(get, traceId, around) {
    const params =
      around === undefined
        ? {}
        : { start: String(Math.floor(around.start / 1000)), end: String(Math.ceil(around.end / 1000)) }
    const reply = await get(`/api/v2/traces/${encodeURIComponent(traceId)}`, params, one)
    if (reply === null) return null
    const { trace } = fields(reply)
    const { resourceSpans, batches } = fields(trace)
    return tracesFromOtlp(resourceSpans ?? batches)[0] ?? null
  },
  dependencies: () => Promise.resolve(null),
}
