import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type Handler, json, loopback, soon } from './loopback.fixture.ts'
import { openPrometheus, unsetPrometheus } from './prometheus.ts'
import { SourceError } from './source.ts'

const answer = (...values: string[]) => ({
  status: 'success',
  data: { resultType: 'vector', result: values.map(value => ({ metric: {}, value: [0, value] })) },
})

/** A Prometheus client on a server that answers so. */
async function against(
  handle: Handler,
  options: { timeout?: number; cap?: number; token?: string; path?: string } = {},
) {
  const server = await loopback(handle)
  const { path = '', ...rest } = options
  const prometheus = openPrometheus({ url: server.url + path, now: Date.now, ...rest })
  onTestFinished(() => prometheus.close())
  return { server, prometheus }
}

/** The SourceError that a question ends in. */
async function failure(question: Promise<unknown>): Promise<SourceError> {
  const error: unknown = await question.then(
    () => new Error('it answered'),
    (thrown: unknown) => thrown,
  )
  if (error instanceof SourceError) return error
  throw error
}

describe('a query', () => {
  it('is a POST form with one time, and asks for gzip', async () => {
    let seen:
      | { method?: string | undefined; url?: string | undefined; form: URLSearchParams; encoding: unknown }
      | undefined
    const { prometheus } = await against((request, response, body) => {
      const { method, url, headers } = request
      seen = { method, url, form: new URLSearchParams(body), encoding: headers['accept-encoding'] }
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
      response.end(gzipSync(JSON.stringify(answer('7'))))
    })
    expect(await prometheus.query('up{a="é"}', 1_700_000_000_123)).toEqual([{ metric: {}, value: 7 }])
    expect(seen).toMatchObject({ method: 'POST', url: '/api/v1/query', encoding: 'gzip' })
    expect(seen?.form.get('query')).toBe('up{a="é"}')
    expect(seen?.form.getAll('time')).toEqual(['1700000000.123'])
    expect(prometheus.queryCount()).toBe(1)
    expect(prometheus.state()).toMatchObject({ state: 'ok', because: null })
  })
  it('over a range has start, end and step in seconds', async () => {
    let form = new URLSearchParams()
    const { prometheus } = await against((_, response, body) => {
      form = new URLSearchParams(body)
      json(response, {
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, values: [[1, '2']] }] },
      })
    })
    const lines = await prometheus.queryRange('up', { start: 1000, end: 61_000, step: 15 })
    expect(lines).toEqual([{ metric: {}, times: [1000], values: [2] }])
    expect([form.get('start'), form.get('end'), form.get('step')]).toEqual(['1.000', '61.000', '15'])
  })
  it('goes below the path of the address, with its credentials, which are never shown', async () => {
    const seen: unknown[] = []
    const server = await loopback((request, response) => {
      seen.push(request.url, request.headers.authorization)
      json(response, answer('1'))
    })
    const url = server.url.replace('//', '//me:s%20cret@')
    const prometheus = openPrometheus({ url: `${url}/prom/`, now: Date.now })
    onTestFinished(() => prometheus.close())
    await prometheus.query('up', 0)
    expect(seen).toEqual(['/prom/api/v1/query', `Basic ${Buffer.from('me:s cret').toString('base64')}`])
    expect(prometheus.state().url).toBe(`${server.url}/prom`)
    await server.away()
    expect((await failure(prometheus.query('up', 0))).message).not.toMatch(/cret/)
  })
  it('carries the token where one is given', async () => {
    let seen: unknown
    const handle: Handler = (request, response) => {
      seen = request.headers.authorization
      json(response, answer('1'))
    }
    const { prometheus } = await against(handle, { token: 'abc' })
    await prometheus.query('up', 0)
    expect(seen).toBe('Bearer abc')
  })
  it('waits for its turn: six are on their way at most', async () => {
    let open = 0
    let most = 0
    const sixOpen = Promise.withResolvers<void>()
    const { prometheus } = await against(async (_, response) => {
      open += 1
      most = Math.max(most, open)
      if (open === 6) sixOpen.resolve()
      await sixOpen.promise
      open -= 1
      json(response, answer('1'))
    })
    const all = Array.from({ length: 14 }, () => prometheus.query('up', 0))
    expect(await Promise.all(all)).toHaveLength(14)
    expect(most).toBe(6)
  })
})

describe('a Prometheus that does not answer well', () => {
  const cases: [string, Handler, Partial<SourceError>, RegExp][] = [
    ['a slow one', () => {}, { reason: 'timeout' }, /did not answer in 0.2 s/],
    [
      'one that stops in the middle',
      (_, response) => void response.writeHead(200, { 'content-length': 100 }).write('{'),
      { reason: 'timeout' },
      /did not answer/,
    ],
    [
      'one that hangs up in the middle',
      (_, response) => response.writeHead(200, { 'content-length': 100 }).write('{', () => response.destroy()),
      { reason: 'unreachable' },
      /closed the connection/,
    ],
    [
      'a web page',
      (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Sign in</html>'),
      { reason: 'malformed' },
      /web page instead of JSON/,
    ],
    [
      'half of a JSON',
      (_, response) => response.end(JSON.stringify(answer('1')).slice(0, -9)),
      { reason: 'malformed' },
      /not whole JSON/,
    ],
    [
      'half of a gzip',
      (_, response) =>
        response
          .writeHead(200, { 'content-encoding': 'gzip' })
          .end(gzipSync(JSON.stringify(answer('1'))).subarray(0, 20)),
      { reason: 'malformed' },
      /cut short/,
    ],
    [
      'no gzip at all',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end('hello'),
      { reason: 'malformed' },
      /not the gzip/,
    ],
    [
      'a huge one',
      (_, response) => response.end(`{"status":"success","data":"${'x'.repeat(200_000)}"}`),
      { reason: 'tooLarge' },
      /more than 0 MB/,
    ],
    [
      'a small one that unpacks to a huge one',
      (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x'.repeat(5_000_000))),
      { reason: 'tooLarge' },
      /more than/,
    ],
    [
      'a redirect',
      (_, response) => response.writeHead(302, { location: 'http://user:word@elsewhere.example/login?next=x' }).end(),
      { reason: 'malformed' },
      /redirects \(302\) to http:\/\/elsewhere\.example\/login, and redirects are not followed/,
    ],
    [
      'one that does not know us',
      (_, response) => response.writeHead(401).end(),
      { reason: 'unreachable' },
      /refuses us \(401\)/,
    ],
    [
      'a gateway without a Prometheus',
      (_, response) => response.writeHead(503).end('no'),
      { reason: 'unreachable' },
      /answers 503/,
    ],
    [
      'another path',
      (_, response) => response.writeHead(404).end('404 page not found'),
      { reason: 'malformed' },
      /no query API/,
    ],
    [
      'one that gives up',
      (_, response) => json(response, { status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
      { reason: 'timeout' },
      /gave up on the query: query timed out/,
    ],
  ]
  it.each(cases)('%s', async (_, handle, expected, words) => {
    // Long enough for a busy machine to unpack; only who is late waits for it.
    const { prometheus } = await against(handle, { timeout: expected.reason === 'timeout' ? 200 : 5000, cap: 100_000 })
    const error = await failure(prometheus.query('up', 0))
    expect(error).toMatchObject({ source: 'prometheus', ...expected })
    expect(error.message).toMatch(words)
    expect(error.message).toContain('Prometheus at http://127.0.0.1:')
    expect(prometheus.state()).toMatchObject({ state: 'failing', because: error.message })
  })
  it('none at all', async () => {
    const { server, prometheus } = await against(() => {})
    await server.away()
    const error = await failure(prometheus.query('up', 0))
    expect(error).toMatchObject({ reason: 'unreachable', message: expect.stringContaining('refused the connection') })
  })
  it('a redirect is not followed', async () => {
    const elsewhere = await loopback((_, response) => json(response, answer('1')))
    const { prometheus } = await against((_, response) => response.writeHead(307, { location: elsewhere.url }).end())
    await failure(prometheus.query('up', 0))
    expect(elsewhere.asked).toEqual([])
  })
})

describe('a refusal of the query', () => {
  it('is told in its own words and is no mark against Prometheus', async () => {
    const { prometheus } = await against((_, response) =>
      json(response, { status: 'error', errorType: 'bad_data', error: 'parse error: x' }, 400),
    )
    const error = await failure(prometheus.query('up{', 0))
    expect(error).toMatchObject({ reason: 'refused', message: expect.stringContaining('parse error: x') })
    expect(prometheus.state().state).toBe('ok')
  })
})

describe('a question that nobody needs any more', () => {
  it('ends, and is no mark against Prometheus', async () => {
    const { server, prometheus } = await against(() => {})
    const gone = new AbortController()
    const question = failure(prometheus.query('up', 0, gone.signal))
    await soon(() => expect(server.asked).toHaveLength(1))
    gone.abort()
    expect(await question).toMatchObject({ reason: 'unreachable' })
    expect(prometheus.state().because).toMatch(/has not answered yet/)
    expect(await failure(prometheus.query('up', 0, gone.signal))).toBeInstanceOf(SourceError)
    expect(server.asked).toHaveLength(1)
  })
})

describe('the state', () => {
  it('goes from failing to ok by itself, and says since when', async () => {
    const { server, prometheus } = await against((_, response) => json(response, answer('1')))
    await prometheus.query('up', 0)
    const { lastGoodAt } = prometheus.state()
    await server.away()
    await failure(prometheus.query('up', 0))
    const first = prometheus.state()
    await failure(prometheus.query('up', 0))
    expect(prometheus.state()).toMatchObject({ state: 'failing', since: first.since, lastGoodAt })
    await server.back()
    await prometheus.query('up', 0)
    expect(prometheus.state()).toMatchObject({ state: 'ok', because: null })
  })
  it('knows the version where the server tells it', async () => {
    const { server, prometheus } = await against((_, response) =>
      json(response, { status: 'success', data: { version: '3.5.0' } }),
    )
    await prometheus.probe()
    expect(prometheus.state()).toMatchObject({ state: 'ok', version: 'Prometheus 3.5.0' })
    expect(server.asked).toEqual(['GET /api/v1/status/buildinfo'])
    expect(prometheus.queryCount()).toBe(0)
  })
  it('is asked by a query where there is no build information', async () => {
    const { prometheus } = await against((request, response, body) => {
      if (request.url === '/api/v1/query' && body.includes('vector')) json(response, answer('1'))
      else response.writeHead(404).end('not here')
    })
    await prometheus.probe()
    expect(prometheus.state()).toMatchObject({ state: 'ok', version: null })
  })
  it('is failing at a path without a query API, although something answers there', async () => {
    const { prometheus } = await against((_, response) => response.writeHead(404).end('not here'), { path: '/wrong' })
    await prometheus.probe()
    expect(prometheus.state()).toMatchObject({
      state: 'failing',
      because: expect.stringContaining('/wrong has no query API'),
    })
  })
  it('is unset where nobody gave an address', async () => {
    const prometheus = unsetPrometheus()
    expect(prometheus.state().state).toBe('unset')
    expect(await failure(prometheus.query('up', 0))).toMatchObject({ reason: 'unset' })
    expect(await prometheus.scrapeInterval()).toEqual({ interval: 15, known: false })
  })
})

describe('the scrape interval', () => {
  it('is read from the configuration once for all who ask', async () => {
    let now = 0
    const server = await loopback((_, response) =>
      json(response, { status: 'success', data: { yaml: 'global:\n  scrape_interval: 30s\n' } }),
    )
    const prometheus = openPrometheus({ url: server.url, now: () => now })
    onTestFinished(() => prometheus.close())
    const all = await Promise.all([prometheus.scrapeInterval(), prometheus.scrapeInterval()])
    expect(all).toEqual([
      { interval: 30, known: true },
      { interval: 30, known: true },
    ])
    now = 4 * 60_000
    await prometheus.scrapeInterval()
    expect(server.asked).toEqual(['GET /api/v1/status/config'])
    now = 6 * 60_000
    await prometheus.scrapeInterval()
    expect(server.asked).toHaveLength(2)
  })
  it('is assumed where the server does not tell, which is no mark against it', async () => {
    const { prometheus } = await against((_, response) => response.writeHead(404).end('no'))
    expect(await prometheus.scrapeInterval()).toEqual({ interval: 15, known: false })
    expect(prometheus.state().because).toMatch(/has not answered yet/)
  })
})
