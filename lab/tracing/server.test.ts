import { request } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hop, marksOf, pod, purchase } from './fixtures.ts'
import { createTracingServer } from './server.ts'
import { createTraceStore } from './store.ts'

const now = 1_795_000_010_000
const store = createTraceStore()
store.add(purchase(), marksOf(1))
store.add(
  hop(pod('storefront', 'shop'), pod('cart', 'shop', 'sidecar', 2), {
    code: 503,
    start: now - 5000,
    duration: 900,
    responseBytes: 19,
  }),
  marksOf(2),
)
const [failed, bought] = [...store.traces()].map(({ traceId }) => traceId)

const both = createTracingServer({ store, now: () => now })
const newest = createTracingServer({ store, now: () => now, mode: 'v3' })
const oldest = createTracingServer({ store, now: () => now, mode: 'v1' })
let base = ''
const bases: Record<string, string> = {}
beforeAll(async () => {
  base = await both.listen()
  bases['v3'] = await newest.listen()
  bases['v1'] = await oldest.listen()
})
afterAll(() => Promise.all([both.close(), newest.close(), oldest.close()]))

interface V1 {
  data: { traceID: string; spans: Record<string, unknown>[]; processes: Record<string, unknown> }[]
  total: number
  errors: { code?: number; msg: string; traceID?: string }[] | null
}
const read = async <T>(path: string, from = base): Promise<{ status: number; type: string | null; body: T }> => {
  const response = await fetch(`${from}${path}`)
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as T }
}
const idsOf = (body: V1) => body.data.map(({ traceID }) => traceID)

describe('version 1', () => {
  it('answers in one envelope', async () => {
    const { body } = await read<V1>('/api/services')
    expect(body).toEqual({
      data: [
        'cart.shop',
        'catalog.shop',
        'checkout.shop',
        'storefront.shop',
        'waypoint.logistics',
        'web-gateway-istio.gateways',
      ],
      total: 6,
      limit: 0,
      offset: 0,
      errors: null,
    })
    expect((await read<V1>('/api/operations?service=cart.shop&spanKind=server')).body.data).toEqual([
      { name: 'cart.shop.svc.cluster.local:8080/*', spanKind: 'server' },
    ])
    expect((await read<V1>('/api/operations?service=cart.shop&spanKind=client')).body.data).toEqual([])
    expect((await read<V1>('/api/services/cart.shop/operations')).body.data).toEqual([
      'cart.shop.svc.cluster.local:8080/*',
    ])
    expect((await read<V1>(`/api/dependencies?endTs=${now}&lookback=60000&service=cart.shop`)).body.data).toEqual([
      { parent: 'storefront.shop', child: 'cart.shop', callCount: 1 },
    ])
  })

  it('tells a trace with spans, references and processes', async () => {
    const { body, type } = await read<V1>(`/api/traces/${failed}`)
    expect(type).toBe('application/json')
    const [trace] = body.data
    expect(trace?.processes).toMatchObject({ p1: { serviceName: 'storefront.shop' }, p2: { serviceName: 'cart.shop' } })
    const [client, server] = trace?.spans ?? []
    expect(client).toMatchObject({
      traceID: failed,
      operationName: 'cart.shop.svc.cluster.local:8080/*',
      references: [],
      startTime: (now - 5000) * 1000,
      duration: 900_000,
      processID: 'p1',
      logs: [],
    })
    expect(client?.['tags']).toEqual(
      expect.arrayContaining([
        { key: 'span.kind', type: 'string', value: 'client' },
        { key: 'http.status_code', type: 'string', value: '503' },
        { key: 'error', type: 'bool', value: true },
      ]),
    )
    expect(server).toMatchObject({ references: [{ refType: 'CHILD_OF', traceID: failed, spanID: client?.['spanID'] }] })
  })

  it.each([
    ['service=cart.shop', [failed]],
    ['service=storefront.shop', [failed, bought]],
    ['service=storefront.shop&limit=1', [failed]],
    ['service=storefront.shop&operation=catalog.shop.svc.cluster.local:8080/*', [bought]],
    ['service=cart.shop&minDuration=2s', []],
    ['service=cart.shop&minDuration=0.5s&maxDuration=1s', [failed]],
    ['service=cart.shop&maxDuration=100ms', []],
    ['service=storefront.shop&tag=error:true', [failed]],
    ['service=storefront.shop&tag=error:true&tag=http.status_code:200', []],
    ['service=storefront.shop&tags=%7B%22http.status_code%22%3A%22503%22%7D', [failed]],
    ['service=storefront.shop&tag=span.kind:server', [bought]],
    [`service=storefront.shop&end=${(now - 6000) * 1000}`, [bought]],
    [`service=storefront.shop&start=${(now - 6000) * 1000}`, [failed]],
    ['service=nobody', []],
    [`traceID=${bought}`, [bought]],
  ])('finds by %s', async (query, ids) => {
    expect(idsOf((await read<V1>(`/api/traces?${query}`)).body)).toEqual(ids)
  })

  it.each([
    ['/api/traces', 400, "parameter 'service' is required"],
    ['/api/operations', 400, "parameter 'service' is required"],
    ['/api/traces?service=a&minDuration=2s&maxDuration=1s', 400, "'maxDuration' should be greater than 'minDuration'"],
    ['/api/traces?service=a&minDuration=soon', 400, "unable to parse param 'minDuration'"],
    ['/api/traces?service=a&start=yesterday', 400, "unable to parse param 'start'"],
    ['/api/traces?service=a&tag=plain', 400, "malformed 'tag' parameter"],
    ['/api/traces?service=a&tags=[1]', 400, "malformed 'tags' parameter"],
    ['/api/traces/xyz', 400, 'malformed trace ID'],
    ['/api/traces/1234', 404, 'trace not found'],
    ['/api/metrics/latencies?service=a&quantile=0.95', 501, 'metrics querying is currently disabled'],
  ])('refuses %s with %i, as text/plain with a JSON body', async (path, status, message) => {
    const reply = await read<V1>(path)
    expect(reply.status).toBe(status)
    expect(reply.type).toBe('text/plain; charset=utf-8')
    expect(reply.body.data).toBeNull()
    expect(reply.body.errors?.[0]?.code).toBe(status)
    expect(reply.body.errors?.[0]?.msg).toContain(message)
  })

  it('names the ids it did not find beside those it did', async () => {
    const { status, body } = await read<V1>(`/api/traces?traceID=${bought}&traceID=beef`)
    expect(status).toBe(200)
    expect(idsOf(body)).toEqual([bought])
    expect(body.errors).toEqual([{ msg: 'trace not found', traceID: 'beef' }])
  })
})

interface V3 {
  result: { resourceSpans: { resource: unknown; scopeSpans: { spans: Record<string, unknown>[] }[] }[] }
  summaries: Record<string, unknown>[]
  error: { httpCode: number; message: string }
}
const range = `query.startTimeMin=${new Date(now - 60_000).toISOString()}&query.startTimeMax=${new Date(now).toISOString()}`
const v3IdsOf = (body: V3) => [
  ...new Set(
    body.result.resourceSpans.flatMap(({ scopeSpans }) =>
      scopeSpans.flatMap(({ spans }) => spans.map(span => span['traceId'])),
    ),
  ),
]

describe('version 3', () => {
  it('lists services and operations', async () => {
    expect((await read<{ services: string[] }>('/api/v3/services')).body.services).toHaveLength(6)
    expect((await read<unknown>('/api/v3/operations?service=cart.shop')).body).toEqual({
      operations: [{ name: 'cart.shop.svc.cluster.local:8080/*', spanKind: 'server' }],
    })
  })

  it('tells a trace as OTLP JSON', async () => {
    const { body } = await read<V3>(`/api/v3/traces/${failed}`)
    expect(body.result.resourceSpans[0]?.resource).toEqual({
      attributes: [
        { key: 'service.name', value: { stringValue: 'storefront.shop' } },
        { key: 'ip', value: { stringValue: '10.64.0.1' } },
      ],
    })
    const [client] = body.result.resourceSpans[0]?.scopeSpans[0]?.spans ?? []
    expect(client).toMatchObject({
      traceId: failed,
      name: 'cart.shop.svc.cluster.local:8080/*',
      kind: 3,
      startTimeUnixNano: `${now - 5000}000000`,
      endTimeUnixNano: `${now - 4100}000000`,
      status: { code: 2 },
    })
    expect(client, 'a root has no parent').not.toHaveProperty('parentSpanId')
    expect(client?.['attributes']).toContainEqual({ key: 'error', value: { boolValue: true } })
    const [server] = body.result.resourceSpans[1]?.scopeSpans[0]?.spans ?? []
    expect(server).toMatchObject({ kind: 2, parentSpanId: client?.['spanId'] })
  })

  it.each([
    ['query.serviceName=cart.shop', [failed]],
    ['', [failed, bought]],
    ['query.searchDepth=1', [failed]],
    ['query.serviceName=storefront.shop&query.operationName=catalog.shop.svc.cluster.local:8080/*', [bought]],
    ['query.durationMin=500ms', [failed]],
    ['query.serviceName=cart.shop&query.durationMin=500ms&query.durationMax=2s', [failed]],
    ['query.attributes=%7B%22error%22%3A%22true%22%7D', [failed]],
  ])('finds by %s', async (query, ids) => {
    expect(v3IdsOf((await read<V3>(`/api/v3/traces?${range}&${query}`)).body)).toEqual(ids)
    const { summaries } = (await read<V3>(`/api/v3/trace-summaries?${range}&${query}`)).body
    expect(summaries.map(summary => summary['traceId'])).toEqual(ids)
  })

  it('sums a trace up without zeros', async () => {
    const { summaries } = (await read<V3>(`/api/v3/trace-summaries?${range}`)).body
    expect(summaries[0]).toEqual({
      traceId: failed,
      rootServiceName: 'storefront.shop',
      rootOperationName: 'cart.shop.svc.cluster.local:8080/*',
      minStartTimeUnixNano: `${now - 5000}000000`,
      maxEndTimeUnixNano: `${now - 4100}000000`,
      spanCount: 2,
      errorSpanCount: 2,
      services: [
        { name: 'storefront.shop', spanCount: 1, errorSpanCount: 1 },
        { name: 'cart.shop', spanCount: 1, errorSpanCount: 1 },
      ],
    })
    expect(summaries[1]).not.toHaveProperty('errorSpanCount')
    expect(summaries[1]).toMatchObject({ rootServiceName: 'web-gateway-istio.gateways', spanCount: 10 })
  })

  it.each([
    ['/api/v3/traces', 400, 'required'],
    [`/api/v3/traces?${range}&query.durationMin=soon`, 400, 'query.durationMin'],
    ['/api/v3/traces?query.startTimeMin=today&query.startTimeMax=now', 400, 'RFC 3339'],
    [`/api/v3/traces?${range}&query.attributes=nope`, 400, 'query.attributes'],
    [`/api/v3/traces?${range}&query.serviceName=nobody`, 404, 'No traces found'],
    ['/api/v3/traces/1234', 404, 'No traces found'],
    ['/api/v3/traces/xyz', 400, 'malformed trace ID'],
    ['/api/v3/operations', 400, 'service'],
  ])('refuses %s with %i', async (path, status, message) => {
    const reply = await read<V3>(path)
    expect(reply.status).toBe(status)
    expect(reply.type).toBe('text/plain; charset=utf-8')
    expect(reply.body.error.httpCode).toBe(status)
    expect(reply.body.error.message).toContain(message)
  })

  it('finds nothing as an empty list of summaries, not as an error', async () => {
    const reply = await read<V3>(`/api/v3/trace-summaries?${range}&query.serviceName=nobody`)
    expect(reply).toMatchObject({ status: 200, body: { summaries: [] } })
  })
})

describe('the server', () => {
  it.each([
    ['v3', '/api/v3/services', 200],
    ['v3', '/api/services', 404],
    ['v3', '/api/traces?service=cart.shop', 404],
    ['v3', '/api/traces/1234', 404],
    ['v3', '/api/dependencies', 200],
    ['v1', '/api/v3/services', 404],
    ['v1', '/api/services', 200],
    ['v1', '/api/traces?service=cart.shop', 200],
  ])('of mode %s answers %s with %i', async (mode, path, status) => {
    expect((await fetch(`${bases[mode]}${path}`)).status).toBe(status)
  })

  it.each([
    ['/api/nowhere', 'GET', 404],
    ['/api/traces/%zz', 'GET', 400],
    ['/api/services', 'POST', 405],
  ])('says %s %s is %i', async (path, method, status) => {
    expect((await fetch(`${base}${path}`, { method })).status).toBe(status)
  })

  it('compresses for those who take it', async () => {
    const packed = await new Promise<{ encoding: string | undefined; body: string }>((resolve, reject) => {
      request(`${base}/api/services`, { headers: { 'accept-encoding': 'gzip' } }, response => {
        const pieces: Buffer[] = []
        response.on('data', (piece: Buffer) => pieces.push(piece))
        response.on('end', () =>
          resolve({
            encoding: response.headers['content-encoding'],
            body: gunzipSync(Buffer.concat(pieces)).toString(),
          }),
        )
      })
        .on('error', reject)
        .end()
    })
    expect(packed.encoding).toBe('gzip')
    expect(JSON.parse(packed.body)).toMatchObject({ total: 6 })
  })

  it('cuts every connection while it is not available, and comes back', async () => {
    both.setAvailable(false)
    await expect(fetch(`${base}/api/services`)).rejects.toThrow('fetch failed')
    both.setAvailable(true)
    expect((await fetch(`${base}/api/services`)).status).toBe(200)
  })
})
