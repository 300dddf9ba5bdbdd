import { describe, expect, it, onTestFinished } from 'vitest'
import { type Handler, json, loopback } from './loopback.fixture.ts'
import { SourceError } from './source.ts'
import { traceQl } from './tracing-dialects.ts'
import { openTracing } from './tracing.ts'

const start = Date.UTC(2026, 10, 25, 14)
const query = { service: 'cart.shop', tags: {}, start, end: start + 60_000, limit: 20 }

/** Replies by path; what is not named is not there. */
async function against(replies: Record<string, unknown>) {
  const handle: Handler = (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path in replies) json(response, replies[path])
    else response.writeHead(404).end('404 page not found')
  }
  const server = await loopback(handle)
  const tracing = openTracing({ url: server.url, now: Date.now, timeout: 2000 })
  onTestFinished(() => tracing.close())
  return { server, tracing }
}

const resourceSpans = [
  {
    resource: { attributes: [{ key: 'service.name', value: { stringValue: 'cart.shop' } }] },
    scopeSpans: [
      {
        spans: [
          {
            traceId: '0AF7651916CD43DD8448EB211C80319C',
            spanId: 'b7ad6b7169203331',
            parentSpanId: '0000000000000000',
            name: 'GET /cart',
            kind: 2,
            startTimeUnixNano: '1764079200000001999',
            endTimeUnixNano: '1764079200005001999',
            attributes: [
              { key: 'http.status_code', value: { intValue: '503' } },
              { key: 'big', value: { intValue: '9223372036854775807' } },
            ],
            status: { code: 2 },
          },
          { traceId: '0AF7651916CD43DD8448EB211C80319C', name: 'no id, no time' },
        ],
      },
    ],
  },
]
const v1Trace = {
  traceID: 'a1',
  spans: [
    {
      traceID: 'a1',
      spanID: '01',
      operationName: 'GET /',
      references: [],
      startTime: 1_764_079_200_000_000,
      duration: 5000,
      tags: [{ key: 'span.kind', type: 'string', value: 'server' }],
      logs: [{ timestamp: 1_764_079_200_000_001, fields: [{ key: 'event', type: 'string', value: 'retry' }] }],
      processID: 'p1',
    },
    {
      traceID: 'a1',
      spanID: '02',
      operationName: 'call',
      references: [
        { refType: 'FOLLOWS_FROM', traceID: 'b2', spanID: '09' },
        { refType: 'CHILD_OF', traceID: 'a1', spanID: '01' },
      ],
      startTime: 1_764_079_200_001_000,
      duration: 2000,
      tags: [{ key: 'error', type: 'bool', value: true }],
      processID: 'p1',
    },
  ],
  processes: { p1: { serviceName: 'front.shop', tags: [{ key: 'ip', type: 'string', value: '10.0.0.1' }] } },
}

describe('Jaeger, newer API', () => {
  it('is asked for summaries; zero values are left out of them', async () => {
    const { server, tracing } = await against({
      '/api/v3/services': { services: ['cart.shop'] },
      '/api/v3/trace-summaries': {
        summaries: [
          { traceId: 'a1', minStartTimeUnixNano: '1764079200000000000', maxEndTimeUnixNano: '1764079200000500000' },
          {
            traceId: 'a2',
            minStartTimeUnixNano: '1764079201000000000',
            maxEndTimeUnixNano: '1764079201005000000',
            spanCount: 4,
          },
        ],
      },
    })
    const found = await tracing.search({ ...query, tags: { 'http.status_code': '503' }, minDuration: 1500 })
    expect(found.map(({ traceId, duration, spanCount }) => [traceId, duration, spanCount])).toEqual([
      ['a2', 5000, 4],
      ['a1', 500, 0],
    ])
    const asked = new URLSearchParams(server.asked.at(-1)?.split('?')[1])
    expect(Object.fromEntries(asked)).toEqual({
      'query.serviceName': 'cart.shop',
      'query.startTimeMin': '2026-11-25T14:00:00.000Z',
      'query.startTimeMax': '2026-11-25T14:01:00.000Z',
      'query.durationMin': '1500us',
      'query.searchDepth': '20',
      'query.attributes': '{"http.status_code":"503"}',
    })
  })

  it('failures are looked for by the tag that Jaeger writes on them, with or without summaries', async () => {
    const summaries = await against({ '/api/v3/services': { services: [] }, '/api/v3/trace-summaries': {} })
    await summaries.tracing.search({ ...query, tags: { a: 'b' }, isError: true })
    expect(new URLSearchParams(summaries.server.asked.at(-1)?.split('?')[1]).get('query.attributes')).toBe(
      '{"a":"b","error":"true"}',
    )
    const without = await against({
      '/api/v3/services': { services: [] },
      '/api/v3/traces': { result: { resourceSpans } },
    })
    const found = await without.tracing.search({ ...query, tags: { 'http.status_code': '503' }, isError: true })
    expect(found).toHaveLength(1)
    expect(await without.tracing.search({ ...query, tags: { 'http.status_code': '200' }, isError: true })).toEqual([])
  })

  it('without summaries: they are made of the traces, and tags are looked for here', async () => {
    const { tracing } = await against({
      '/api/v3/services': {},
      '/api/v3/traces': { result: { resourceSpans } },
    })
    expect(await tracing.search({ ...query, tags: { 'http.status_code': '200' } })).toEqual([])
    expect(await tracing.search({ ...query, tags: { 'http.status_code': '503' } })).toEqual([
      {
        traceId: '0af7651916cd43dd8448eb211c80319c',
        rootService: 'cart.shop',
        rootOperation: 'GET /cart',
        start: 1_764_079_200_000_001,
        duration: 5000,
        spanCount: 1,
        errorCount: 1,
        services: [{ name: 'cart.shop', spanCount: 1, errorCount: 1 }],
      },
    ])
  })

  it('tells a trace whole: whole microseconds, exact numbers, and how many spans were none', async () => {
    const { tracing } = await against({
      '/api/v3/services': {},
      '/api/v3/traces/0af7651916cd43dd8448eb211c80319c': { result: { resourceSpans } },
    })
    const trace = await tracing.trace('0af7651916cd43dd8448eb211c80319c')
    expect(trace).toMatchObject({
      warnings: ['1 of 2 spans have no id or no time and are left out.'],
      spans: [{ parentId: null, kind: 'server', isError: true, duration: 5000 }],
    })
    expect(trace?.spans[0]?.attributes).toEqual([
      { key: 'http.status_code', value: 503 },
      { key: 'big', value: '9223372036854775807' },
    ])
    expect(await tracing.trace('ffff')).toBeNull()
    expect(tracing.state().state).toBe('ok')
  })
})

describe('Jaeger, older API', () => {
  it('tells parents, links, kinds, errors and logs', async () => {
    const { tracing } = await against({
      '/api/services': { data: ['front.shop'] },
      '/api/traces/a1': { data: [v1Trace] },
      '/api/traces': { data: [v1Trace] },
      '/api/dependencies': { data: [{ parent: 'a', child: 'b', callCount: 7 }] },
    })
    const trace = await tracing.trace('a1')
    expect(trace?.spans).toMatchObject([
      { spanId: '01', parentId: null, service: 'front.shop', kind: 'server', events: [{ name: 'retry' }] },
      { spanId: '02', parentId: '01', isError: true, links: [{ traceId: 'b2', spanId: '09' }] },
    ])
    expect(await tracing.search(query)).toMatchObject([{ traceId: 'a1', spanCount: 2, errorCount: 1, duration: 5000 }])
    expect(await tracing.dependencies(start, 60_000)).toEqual([{ parent: 'a', child: 'b', callCount: 7 }])
    expect(tracing.state().version).toBe('Jaeger query API v1')
  })

  it('asks the oldest releases for operations the oldest way', async () => {
    const { tracing } = await against({
      '/api/services': { data: ['a'] },
      '/api/services/a%2Fb/operations': { data: ['y', 'x', 'x'] },
    })
    expect(await tracing.operations('a/b')).toEqual(['x', 'y'])
  })
})

describe('Tempo', () => {
  it('is spoken to where Jaeger is not', async () => {
    const { server, tracing } = await against({
      '/api/v2/search/tag/resource.service.name/values': { tagValues: [{ type: 'string', value: 'cart' }, 'front'] },
      '/api/search': {
        traces: [
          {
            traceID: 'A1',
            rootServiceName: 'front',
            rootTraceName: 'GET /',
            startTimeUnixNano: '1764079200000000000',
            durationMs: 12,
            serviceStats: { front: { spanCount: 3 }, cart: { spanCount: 2, errorCount: 1 } },
          },
        ],
      },
      '/api/v2/traces/a1': { trace: { resourceSpans } },
    })
    expect(await tracing.services()).toEqual(['cart', 'front'])
    expect(await tracing.search(query)).toMatchObject([
      { traceId: 'a1', duration: 12_000, spanCount: 5, errorCount: 1 },
    ])
    expect(server.asked.at(-1)).toContain(`q=${new URLSearchParams({ q: traceQl(query) }).toString().slice(2)}`)
    expect((await tracing.trace('a1'))?.spans).toHaveLength(1)
    expect(await tracing.dependencies(start, 1000)).toBeNull()
  })

  it.each<[string, Partial<Parameters<typeof traceQl>[0]>, string]>([
    [
      'quotes what comes from a person',
      { service: 'a" || true' },
      String.raw`{ resource.service.name = "a\" || true" }`,
    ],
    [
      'compares numbers as both',
      { tags: { 'http.status_code': '503' } },
      '{ resource.service.name = "cart.shop" && (span.http.status_code = "503" || span.http.status_code = 503) }',
    ],
    [
      'looks for the whole trace to take so long',
      { operation: 'GET /', minDuration: 1500 },
      '{ resource.service.name = "cart.shop" && name = "GET /" && traceDuration >= 1500us }',
    ],
    [
      'asks for failures by their status',
      { isError: true },
      '{ resource.service.name = "cart.shop" && status = error }',
    ],
    ['quotes odd names', { tags: { 'a b': 'x' } }, '{ resource.service.name = "cart.shop" && span."a b" = "x" }'],
  ])('TraceQL %s', (_, rest, expected) => {
    expect(traceQl({ ...query, ...rest })).toBe(expected)
  })
})

describe('bad days of the tracing store', () => {
  const refusing = async (handle: Handler, cap = 2000) => {
    const server = await loopback((request, response, body) =>
      request.url === '/api/v3/services' ? json(response, {}) : handle(request, response, body),
    )
    const tracing = openTracing({ url: server.url, now: Date.now, timeout: cap })
    onTestFinished(() => tracing.close())
    return tracing
  }
  it.each<[string, Handler, SourceError['reason'], RegExp]>([
    [
      'says no in JSON that is called text',
      (_, response) =>
        response.writeHead(400, { 'content-type': 'text/plain' }).end('{"error":{"message":"bad depth"}}'),
      'refused',
      /refused the question \(400\): bad depth/,
    ],
    ['is a web page', (_, response) => response.end('<html>'), 'malformed', /something else than JSON/],
    ['is broken', (_, response) => response.writeHead(500).end('{}'), 'unreachable', /answers 500/],
    [
      'sends sixty megabytes for one trace',
      (_, response) => response.end(Buffer.alloc(60e6, ' ')),
      'tooLarge',
      /more than 20 MB/,
    ],
  ])('it %s', async (_, handle, reason, words) => {
    const tracing = await refusing(handle)
    const error = await tracing.trace('a1').catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(SourceError)
    expect(error).toMatchObject({ reason, message: expect.stringMatching(words) })
  })

  it('a question nobody waits for is told as such, and leaves the state as it was', async () => {
    const tracing = await refusing(() => undefined)
    // Known to be there, before somebody asks and goes.
    await tracing.services()
    const stop = new AbortController()
    const asked = tracing.trace('a1', undefined, stop.signal).catch((thrown: unknown) => thrown)
    setTimeout(() => stop.abort(), 50)
    expect(await asked).toMatchObject({ reason: 'unreachable', message: expect.stringContaining('nobody needs') })
    expect(tracing.state().state).toBe('ok')
  })
})
