import { served } from '#bff/http/server.fixture.ts'
import type { Seers } from '#bff/http/sight.ts'
import type { Prometheus, Tracing } from '#bff/sources/source.ts'
import { summaryOf } from '#bff/sources/trace-summary.ts'
import type { Span, Trace } from '#shared/mesh/span.ts'
import type { Deps } from './read.ts'
import { tracesRoutes } from './routes.ts'

export const now = Date.UTC(2026, 10, 25, 14)

/** A span says only what the test is about; milliseconds since a minute before now. */
export const span = (spanId: string, parentId: string | null, service: string, start: number, end: number): Span => ({
  spanId,
  parentId,
  service,
  operation: `op of ${service}`,
  kind: 'server',
  start: (now - 60_000 + start) * 1000,
  duration: (end - start) * 1000,
  isError: false,
  attributes: [{ key: 'http.url', value: `http://${service}/` }],
  events: [{ at: 1, name: `event of ${service}`, attributes: [] }],
  links: [{ traceId: 'ff', spanId: 'ff' }],
  process: [{ key: 'pod', value: `pod of ${service}` }],
  warnings: [`warning of ${service}`],
})
export const traceOf = (traceId: string, ...spans: Span[]): Trace => ({ traceId, spans, warnings: [] })

/** A store of these traces, a Prometheus that saw so many requests a second, somebody who sees these namespaces. */
export function world(given: {
  traces?: readonly Trace[]
  services?: readonly string[]
  sees?: readonly string[]
  rate?: number
  tracing?: Partial<Tracing>
  prometheus?: Partial<Prometheus>
}): Deps & { asked: string[] } {
  const { traces = [] } = given
  const asked: string[] = []
  const state = {
    name: 'tracing' as const,
    state: 'ok' as const,
    url: 'http://jaeger:16686',
    since: 0,
    lastGoodAt: null,
    duration: null,
    because: null,
    version: 'Jaeger query API v3',
  }
  const tracing: Tracing = {
    services: async () => {
      asked.push('services')
      return [
        ...new Set([...(given.services ?? []), ...traces.flatMap(({ spans }) => spans.map(each => each.service))]),
      ]
    },
    operations: async service => [`op of ${service}`],
    search: async query => {
      asked.push('search')
      return traces
        .filter(({ spans }) => spans.some(each => each.service === query.service))
        .map(summaryOf)
        .filter(({ start }) => start >= query.start * 1000 && start <= query.end * 1000)
        .slice(0, query.limit)
    },
    trace: async id => {
      asked.push(`trace ${id}`)
      return traces.find(({ traceId }) => traceId === id) ?? null
    },
    dependencies: async () => null,
    state: () => state,
    probe: async () => undefined,
    ...given.tracing,
  }
  const prometheus: Prometheus = {
    query: async () => (given.rate === undefined ? [] : [{ metric: {}, value: given.rate }]),
    queryRange: async () => [],
    queryExemplars: () => Promise.resolve([]),
    words: () => Promise.resolve([]),
    targets: () => Promise.resolve([]),
    scrapeInterval: async () => ({ interval: 15, known: true }),
    queryCount: () => 0,
    state: () => ({ ...state, name: 'prometheus' }),
    probe: async () => undefined,
    ...given.prometheus,
  }
  const { sees } = given
  const seers: Seers = {
    of: async (_, names) => (sees === undefined ? 'everything' : new Set(names.filter(name => sees.includes(name)))),
  }
  return { sources: { tracing, prometheus }, now: () => now, seers, asked }
}

export async function asking(deps: Deps) {
  const { url } = await served(router => tracesRoutes(router, deps))
  return async (path: string) => {
    const reply = await fetch(`${url}/api/traces${path}`)
    return {
      status: reply.status,
      text: await reply.clone().text(),
      body: (await reply.json()) as Record<string, never>,
    }
  }
}
