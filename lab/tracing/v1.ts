import { durationParam, mapParam, numberParam, type Read, Refusal, type Reply, traceIdOf } from './reply.ts'
import { search, type TraceQuery } from './search.ts'
import type { Span } from './span.ts'
import { spansOf } from './spans.ts'
import type { StoredTrace } from './store.ts'
import { tagsOf } from './tags.ts'

/** Jaeger's older JSON: one envelope for everything, microseconds, tags and processes. */

const day = 86_400_000

/** Null where the path is not one of version 1's. `isRetired`: Jaeger ≥ 2.21 keeps only detail, dependencies and metrics. */
export function readV1(read: Read, isRetired: boolean): Reply | null {
  try {
    return routeOf(read, isRetired)
  } catch (error) {
    if (error instanceof Refusal) return failure(error.status, error.message)
    throw error
  }
}

function routeOf(read: Read, isRetired: boolean): Reply | null {
  const { path, params, store } = read
  const one = /^\/api\/traces\/([^/]+)$/.exec(path)
  if (one?.[1] !== undefined) return detail(read, decodeURIComponent(one[1]))
  if (path === '/api/dependencies') return dependencies(read)
  if (/^\/api\/metrics\/(latencies|calls|errors|minstep)$/.test(path))
    return failure(501, 'metrics querying is currently disabled')
  if (isRetired) return null
  if (path === '/api/services') return listed(store.services())
  if (path === '/api/operations') {
    const kind = params.get('spanKind') ?? ''
    const operations = store.operations(required(params, 'service'))
    return listed(operations.filter(({ spanKind }) => kind === '' || spanKind === kind))
  }
  const operations = /^\/api\/services\/([^/]+)\/operations$/.exec(path)
  if (operations?.[1] !== undefined)
    return listed([...new Set(store.operations(decodeURIComponent(operations[1])).map(({ name }) => name))])
  if (path === '/api/traces') return found(read)
  return null
}

const envelope = (data: unknown, total: number, errors: object[] | null) => ({
  data,
  total,
  limit: 0,
  offset: 0,
  errors,
})

const listed = (items: unknown[]): Reply => ({ status: 200, body: envelope(items, items.length, null) })

const failure = (status: number, msg: string): Reply => ({ status, body: envelope(null, 0, [{ code: status, msg }]) })

function required(params: URLSearchParams, name: string): string {
  const value = params.get(name)
  if (!value) throw new Refusal(400, `parameter '${name}' is required`)
  return value
}

function detail({ store }: Read, id: string): Reply {
  const trace = store.trace(traceIdOf(id))
  if (trace === undefined) return failure(404, 'trace not found')
  return { status: 200, body: envelope([traceOf(trace)], 0, null) }
}

function dependencies({ params, store, now }: Read): Reply {
  const endTs = numberParam(params, 'endTs', now)
  const lookback = numberParam(params, 'lookback', day)
  const service = params.get('service')
  const all = store.dependencies((endTs - lookback) * 1000, endTs * 1000)
  const wanted = service ? all.filter(({ parent, child }) => parent === service || child === service) : all
  return listed(wanted)
}

function found({ params, store, now }: Read): Reply {
  const ids = params.getAll('traceID').filter(id => id !== '')
  if (ids.length > 0) {
    const known = ids.map(id => ({ id, trace: store.trace(traceIdOf(id)) }))
    const missing = known.filter(({ trace }) => trace === undefined)
    return {
      status: 200,
      body: envelope(
        known.flatMap(({ trace }) => (trace ? [traceOf(trace)] : [])),
        0,
        missing.length > 0 ? missing.map(({ id }) => ({ msg: 'trace not found', traceID: id })) : null,
      ),
    }
  }
  const query: TraceQuery = {
    service: required(params, 'service'),
    operation: params.get('operation') || undefined,
    start: numberParam(params, 'start', (now - 2 * day) * 1000),
    end: numberParam(params, 'end', now * 1000),
    minDuration: durationParam(params, 'minDuration'),
    maxDuration: durationParam(params, 'maxDuration'),
    tags: tagParams(params),
    limit: numberParam(params, 'limit', 100),
  }
  if (query.minDuration !== undefined && query.maxDuration !== undefined && query.maxDuration < query.minDuration)
    throw new Refusal(400, "'maxDuration' should be greater than 'minDuration'")
  return { status: 200, body: envelope(search(store, query).map(traceOf), 0, null) }
}

/** `tag=key:value`, repeated, and `tags={"key":"value"}`, repeated. */
function tagParams(params: URLSearchParams): Record<string, string> {
  const tags: Record<string, string> = {}
  for (const tag of params.getAll('tag')) {
    const colon = tag.indexOf(':')
    if (colon < 0) throw new Refusal(400, `malformed 'tag' parameter, expecting key:value, received: ${tag}`)
    // Keys such as guid:x-request-id carry a colon themselves.
    const at = tag.startsWith('guid:') ? tag.indexOf(':', colon + 1) : colon
    if (at < 0) throw new Refusal(400, `malformed 'tag' parameter, expecting key:value, received: ${tag}`)
    tags[tag.slice(0, at)] = tag.slice(at + 1)
  }
  for (const text of params.getAll('tags')) Object.assign(tags, mapParam(text, 'tags'))
  return tags
}

function traceOf({ traceId, packed }: StoredTrace) {
  const spans = spansOf(packed)
  const processes = new Map<string, { id: string; span: Span }>()
  const processOf = (span: Span): string => {
    const key = `${span.service} ${span.reporter.ip}`
    const known = processes.get(key) ?? { id: `p${processes.size + 1}`, span }
    processes.set(key, known)
    return known.id
  }
  return {
    traceID: traceId,
    spans: spans.map(span => ({
      traceID: traceId,
      spanID: span.spanId,
      flags: 1,
      operationName: span.operation,
      references:
        span.parentSpanId === null ? [] : [{ refType: 'CHILD_OF', traceID: traceId, spanID: span.parentSpanId }],
      startTime: span.start,
      duration: span.duration,
      tags: [{ key: 'span.kind', type: 'string', value: span.kind.toLowerCase() }, ...tagsOf(span)],
      logs: [],
      processID: processOf(span),
      warnings: null,
    })),
    processes: Object.fromEntries(
      [...processes.values()].map(({ id, span }) => [
        id,
        { serviceName: span.service, tags: [{ key: 'ip', type: 'string', value: span.reporter.ip }] },
      ]),
    ),
    warnings: null,
  }
}
