import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { openUsers } from '#bff/sources/kubernetes-users.ts'
import { type Handler, json, loopback } from '#bff/sources/loopback.fixture.ts'
import { openPrometheus } from '#bff/sources/prometheus.ts'
import type { Kubernetes } from '#bff/sources/source.ts'
import { openTracing } from '#bff/sources/tracing.ts'
import { createApp } from './app.ts'

/**
 * Every bad day a source can have, by the sentence somebody reads and by what the same page goes on to show. The server
 * is whole, its sources are real clients, and what is bad is a real server on loopback. Where a day has finer kinds, the
 * last table says which test beside the code has them all.
 */

const pod = 'cart-7c9d8f6b5-x2x40'
const objects = cluster([{ name: 'shop/cart' }, { name: 'shop/web' }])
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }
const html = (response: ServerResponse) =>
  response.writeHead(200, { 'content-type': 'text/html' }).end('<html><body>Sign in</body></html>')

const empty = { status: 'success', data: { resultType: 'vector', result: [] } }
const goodPrometheus: Handler = (request, response) =>
  json(
    response,
    request.url?.includes('query_range') === true
      ? { status: 'success', data: { resultType: 'matrix', result: [] } }
      : /labels|query_exemplars/.test(request.url ?? '')
        ? { status: 'success', data: [] }
        : empty,
  )

const spanOf = (spanID: string, parent: string | null, duration: number) => ({
  traceID: 'a1',
  spanID,
  operationName: `work of ${spanID}`,
  references: parent === null ? [] : [{ refType: 'CHILD_OF', traceID: 'a1', spanID: parent }],
  startTime: 1_800_000_000_000_000,
  duration,
  tags: [],
  logs: [],
  processID: 'p1',
})
const traceOf = (...spans: ReturnType<typeof spanOf>[]) => ({
  data: [{ traceID: 'a1', spans, processes: { p1: { serviceName: 'cart.shop', tags: [] } } }],
})
/** Jaeger before its v3. */
const goodJaeger =
  (trace: unknown = traceOf(spanOf('1', null, 5))): Handler =>
  (request, response) => {
    const path = request.url?.split('?')[0] ?? ''
    if (path === '/api/services') return json(response, { data: ['cart.shop'] })
    if (path.startsWith('/api/traces')) return json(response, trace)
    return response.writeHead(404).end('404 page not found')
  }
const line = (second: number, text: string) => `2026-11-26T01:00:0${second}.000000000Z ${text}\n`
const goodLog: Handler = (_, response) => response.end(line(1, 'hello'))

interface Day {
  prometheus?: Handler | 'down'
  jaeger?: Handler | 'down'
  log?: Handler
  restarts?: number
}

async function day({ prometheus = goodPrometheus, jaeger = goodJaeger(), log = goodLog, restarts = 0 }: Day) {
  const server = async (given: Handler | 'down') => {
    const made = await loopback(given === 'down' ? () => {} : given)
    if (given === 'down') await made.away()
    return made.url
  }
  const api = await loopback((request, response, body) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    if (path.startsWith('/apis/authorization.k8s.io')) return json(response, { status: { allowed: true } }, 201)
    if (path.endsWith('/log')) return log(request, response, body)
    if (path.endsWith('/pods')) return json(response, { items: [] })
    return json(response, {
      metadata: { name: pod, namespace: 'shop' },
      spec: { containers: [{ name: 'app' }] },
      status: {
        containerStatuses: [
          {
            name: 'app',
            restartCount: restarts,
            state: { running: {} },
            ...(restarts > 0 && { lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } } }),
          },
        ],
      },
    })
  })
  const timeout = 250
  const sources = {
    prometheus: openPrometheus({
      url: await server(prometheus),
      now: Date.now,
      // Of the ten seconds a console waits there is nothing to be learned here but the sentence.
      timeout: prometheus === slow ? timeout : 10_000,
    }),
    tracing: openTracing({ url: await server(jaeger), now: Date.now, timeout: 5000 }),
    kubernetes: {
      objects: () => objects,
      cluster: () => 'test',
      user: () => 'ann',
      state: () => ({
        name: 'kubernetes',
        state: 'ok',
        url: api.url,
        since: 0,
        lastGoodAt: 0,
        duration: 1,
        because: null,
        version: null,
      }),
    } satisfies Kubernetes,
  }
  const users = openUsers(
    [{ user: 'ann', cluster: 'c', server: api.url, fresh: () => Promise.resolve({ headers: {}, tls: {} }) }],
    { isLab: false },
  )
  const env = { mesh: 'cluster' as const, allowedHosts: [], allowedOrigins: [], checksReplies: true }
  const app = await createApp({ sources, users, env, log: silent })
  onTestFinished(async () => {
    await app.close()
    await Promise.all([sources.prometheus.close(), sources.tracing.close(), users.close()])
  })
  const { url } = await app.listen(0, '127.0.0.1')
  return async (path: string) => {
    const reply = await fetch(url + path)
    return { status: reply.status, text: await reply.text() }
  }
}

const slow: Handler = () => {}
const gzipped = (bytes: number): Handler => {
  const head = '{"status":"success","data":{"resultType":"matrix","result":[{"metric":{"pad":"'
  const body = gzipSync(`${head}${'x'.repeat(bytes)}"},"values":[]}]}}`, { level: 1 })
  return (_, response) =>
    response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' }).end(body)
}
const nan: Handler = (request, response) =>
  json(
    response,
    request.url?.includes('query_range') === true
      ? {
          status: 'success',
          data: { resultType: 'matrix', result: [{ metric: {}, values: [[1_800_000_000, 'NaN']] }] },
        }
      : /query_exemplars/.test(request.url ?? '')
        ? { status: 'success', data: [] }
        : { status: 'success', data: { resultType: 'vector', result: [{ metric: {}, value: [1, 'NaN'] }] } },
  )

/** What the pages of numbers ask, and what stands on the same pages without Prometheus. */
const numbers = '/api/services/services/shop/cart'
const charts = '/api/metrics/dashboard?of=service&namespace=shop&name=cart'
const reason = '/api/empty?panel=requests&of=service&namespace=shop&name=cart'
const signals = '/api/overview/signals'
const trace = '/api/traces/a1'
const logs = `/api/logs?namespace=shop&pod=${pod}`
const withoutPrometheus = [
  '/api/services/services/shop/cart/related',
  logs,
  `/api/logs/empty?namespace=shop&pod=${pod}`,
  '/api/traces/services',
  trace,
  '/api/security/landscape',
  '/api/proxies/shop/cart/pods',
  '/api/overview/happenings',
  '/api/namespaces',
  '/api/status',
]
const withoutTraces = [numbers, charts, reason, signals, logs, '/api/security/landscape', '/api/status']
const withoutLogs = [numbers, charts, signals, trace, '/api/status']

/** Day, what is asked, how it is answered, the sentence, and what goes on. */
const days: [string, Day, string, number, RegExp, readonly string[]][] = [
  [
    'Prometheus: slow',
    { prometheus: slow },
    numbers,
    504,
    /Prometheus at \S+ did not answer in 0.3 s/,
    withoutPrometheus,
  ],
  [
    'Prometheus: down',
    { prometheus: 'down' },
    numbers,
    502,
    /Prometheus at \S+ refused the connection/,
    withoutPrometheus,
  ],
  ['Prometheus: down, charts', { prometheus: 'down' }, charts, 502, /refused the connection/, [reason]],
  ['Prometheus: down, overview', { prometheus: 'down' }, signals, 502, /refused the connection/, []],
  [
    'Prometheus: down, and why a panel is empty',
    { prometheus: 'down' },
    reason,
    200,
    /"sourceReachable","state":"fails","detail":\[\{"says":"unreachable",[^\]]+"Prometheus at [^"]+ refused the connection/,
    [],
  ],
  [
    'Prometheus: answering HTML',
    { prometheus: (_, response) => html(response) },
    numbers,
    502,
    /web page instead of JSON. Is it a login page/,
    withoutPrometheus,
  ],
  [
    'Prometheus: NaN',
    { prometheus: nan },
    charts,
    200,
    /"values":\[(null,?)+\]|"lines":\[\]/,
    [...withoutPrometheus, numbers, signals],
  ],
  [
    'Prometheus: NaN, and why it is empty',
    { prometheus: nan },
    reason,
    200,
    /"metricThere","state":"fails","detail":\[\{"says":"noMetric","facts":\{"metrics":\["istio_requests_total"/,
    [],
  ],
  [
    'Prometheus: 50 MB, which are read',
    { prometheus: gzipped(50e6) },
    '/api/metrics/explore?q=up',
    200,
    /^.{0,8000}"series":1,"asked":"up".{0,8000}$/,
    [],
  ],
  [
    'Prometheus: 70 MB, which are not',
    { prometheus: gzipped(70e6) },
    '/api/metrics/explore?q=up',
    502,
    /sent more than 64 MB; narrow the scope or the window/,
    withoutPrometheus,
  ],
  ['Jaeger: down', { jaeger: 'down' }, trace, 502, /racing at \S+ refused the connection/, withoutTraces],
  [
    'Jaeger: down, and why a search is empty',
    { jaeger: 'down' },
    '/api/traces/empty?service=cart.shop',
    200,
    /"sourceReachable","state":"fails","detail":\[\{"says":"unreachable",[^\]]+refused the connection/,
    [],
  ],
  ['Jaeger: v1 only', {}, trace, 200, /work of 1/, withoutTraces],
  [
    'Jaeger: 404s',
    { jaeger: (_, response) => response.writeHead(404).end('404 page not found') },
    trace,
    502,
    /no query API of Jaeger or Tempo at this path \(404\)/,
    withoutTraces,
  ],
  [
    'Jaeger: a trace of 60 MB',
    {
      jaeger: (request, response, body) =>
        request.url?.startsWith('/api/traces/') === true
          ? response.end(Buffer.alloc(60e6, ' '))
          : goodJaeger()(request, response, body),
    },
    trace,
    502,
    /sent more than 20 MB/,
    ['/api/traces/services', ...withoutTraces],
  ],
  [
    'Jaeger: parents missing, cycles, negative durations',
    {
      jaeger: goodJaeger(
        traceOf(spanOf('1', 'gone', 5), spanOf('2', '3', 5), spanOf('3', '2', 5), spanOf('4', '1', -5)),
      ),
    },
    trace,
    200,
    /work of 1.*work of 2.*work of 3.*work of 4.*"duration":-5/,
    withoutTraces,
  ],
  [
    'logs: binary',
    {
      log: (_, response) =>
        response.end(
          Buffer.concat([Buffer.from('2026-11-26T01:00:01.000000000Z '), Buffer.from([0xff, 0xfe, 0x00, 0x0a])]),
        ),
    },
    logs,
    200,
    /\ufffd\ufffd/,
    withoutLogs,
  ],
  [
    'logs: a line of 1 MB',
    { log: (_, response) => response.end(line(1, 'x'.repeat(1_000_000))) },
    logs,
    200,
    /"cut":\[\{"index":0,"bytes":1000031\}\]/,
    withoutLogs,
  ],
  [
    'logs: a container that restarted',
    { restarts: 3 },
    logs,
    200,
    /"restarts":3,"hasPrevious":true.*hello/s,
    withoutLogs,
  ],
  [
    'logs: the kubelet does not answer',
    { log: (_, response) => json(response, { message: 'dial tcp 10.0.0.1:10250: i/o timeout' }, 500) },
    logs,
    200,
    /"what":"failed","because":"[^"]*i\/o timeout/,
    withoutLogs,
  ],
]

describe('a bad day', () => {
  it.each(days)('%s', async (_, given, asked, status, sentence, others) => {
    const get = await day(given)
    const answer = await get(asked)
    expect([asked, answer.status, answer.text.slice(0, 2000)]).toEqual([
      asked,
      status,
      expect.stringMatching(/./) as string,
    ])
    expect(answer.text).toMatch(sentence)
    const rest = await Promise.all(others.map(async path => [path, (await get(path)).status]))
    expect(rest).toEqual(others.map(path => [path, 200]))
  })
})

/** Finer kinds of the same days, by the claim and the file that holds it. */
const elsewhere: [string, string, readonly string[]][] = [
  [
    'every way in which Prometheus does not answer',
    'bff/sources/prometheus.test.ts',
    [
      'a slow one',
      'one that stops in the middle',
      'half of a gzip',
      'a small one that unpacks to a huge one',
      'goes from failing to ok by itself',
    ],
  ],
  [
    'NaN, infinities, native histograms',
    'bff/sources/prometheus-answer.test.ts',
    ['leaves out what is no measurement: NaN and both infinities', 'leaves out native histograms'],
  ],
  [
    'every way in which a store of traces does not answer',
    'bff/sources/tracing-questions.test.ts',
    ['sends sixty megabytes for one trace', 'is broken', 'is a web page'],
  ],
  ['older stores', 'bff/sources/tracing.test.ts', ['is asked in v1 where v3 is not known', 'has neither']],
  [
    'all calls of traces on a bad day',
    'bff/traces/traces.test.ts',
    ['is a Problem (%i) that names it', 'is the first rung of the ladder'],
  ],
  ['trees of broken spans', 'shared/traces/traces.test.ts', ["d4: ['cycle']", "e9: ['negativeDuration']"]],
  [
    'containers that restart, go, and come',
    'bff/logs/logs.test.ts',
    [
      'is read on from its new life, and no line is told twice',
      'is said to be gone, and its successor is read',
      'that has not begun is asked again',
      'is not read for: the API server is held back',
    ],
  ],
  [
    'a service’s page while Prometheus is down',
    'web/services/page/ServicePage.test.tsx',
    ['keeps what other sources tell', 'what happened and what governs it all the same'],
  ],
  [
    'the map and its feed',
    'e2e/outage.spec.ts',
    ['the map is marked stale, keeps its picture and recovers by itself', 'a dead Prometheus from the start'],
  ],
]

it.each(elsewhere)('%s: claimed in %s', (_, file, claims) => {
  const text = readFileSync(new URL(`../${file}`, import.meta.url), 'utf8')
  expect(claims.filter(claim => !text.includes(claim))).toEqual([])
})
