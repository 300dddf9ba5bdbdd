import { request as httpRequest } from 'node:http'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { createPrometheusServer } from './server.ts'

const now = 1_700_000_000_000
const store = new MemoryStore({
  scrapeInterval: 15,
  targets: [
    {
      labels: { job: 'shop', instance: 'one:80' },
      scrapeUrl: 'http://one:80/metrics',
      lastScrape: now,
      health: 'up',
    },
  ],
})
store.ingest(
  `# HELP up Whether it is up.
# TYPE up gauge
up{job="shop"} 1
up{job="pay"} 0
requests_total{job="shop",code="200"} 5
`,
  now - 60_000,
)
for (let index = 0; index < 50; index++) store.append({ __name__: 'many', index: String(index) }, now, index)

const server = createPrometheusServer({ store, now: () => now })
let base = ''
beforeAll(async () => {
  base = await server.listen()
})
afterAll(async () => server.close())

const get = async (path: string, init?: RequestInit) => {
  const response = await fetch(base + path, init)
  return { status: response.status, headers: response.headers, text: await response.text() }
}
const getJson = async (path: string, init?: RequestInit) => JSON.parse((await get(path, init)).text) as unknown
const post = (form: string | [string, string][]): RequestInit => ({ method: 'POST', body: new URLSearchParams(form) })
const query = (text: string, rest = '') => `/api/v1/query?query=${encodeURIComponent(text)}${rest}`

describe('queries over HTTP', () => {
  const answer = {
    status: 'success',
    data: {
      resultType: 'vector',
      result: [{ metric: { __name__: 'up', job: 'shop' }, value: [1_700_000_000, '1'] }],
    },
  }

  it('are answered to GET and POST alike, at the present time unless told otherwise', async () => {
    expect(await getJson(query('up == 1'))).toEqual(answer)
    expect(await getJson('/api/v1/query', post([['query', 'up == 1']]))).toEqual(answer)
    expect(await getJson(query('up', '&time=1699999939'))).toMatchObject({ data: { result: [] } })
    expect(await getJson(query('time()', '&time=2023-11-14T22:13:20.5Z'))).toMatchObject({
      data: { resultType: 'scalar', result: [1_700_000_000.5, '1700000000.5'] },
    })
  })

  it('take the form before the address', async () => {
    expect(await getJson('/api/v1/query?query=5', post([['query', '6']]))).toMatchObject({
      data: { result: [expect.any(Number), '6'] },
    })
  })

  it('over a range have a point per step', async () => {
    const path = '/api/v1/query_range?query=sum(up)&start=1699999940&end=2023-11-14T22:13:20Z'
    const values = [
      [1_699_999_940, '1'],
      [1_699_999_970, '1'],
      [1_700_000_000, '1'],
    ]
    for (const step of ['30', '30s', '30.0'])
      expect(await getJson(`${path}&step=${step}`)).toEqual({
        status: 'success',
        data: { resultType: 'matrix', result: [{ metric: {}, values }] },
      })
  })

  /** Codes and texts of Prometheus 2.42. */
  it.each([
    [query('a +'), 400, 'bad_data', 'invalid parameter "query": 1:4: parse error: unexpected end of input'],
    ['/api/v1/query', 400, 'bad_data', 'invalid parameter "query": 1:1: parse error: no expression found in input'],
    [query('label_join(up, "-", "")'), 422, 'execution', 'invalid destination label name in label_join(): -'],
    [query('up', '&timeout=0'), 503, 'timeout', 'query timed out in query execution'],
    [query('up', '&timeout=x'), 400, 'bad_data', 'invalid parameter "timeout": cannot parse "x" to a valid duration'],
    [
      query('up', '&time=x'),
      400,
      'bad_data',
      'invalid parameter "time": Invalid time value for \'time\': cannot parse "x" to a valid timestamp',
    ],
    [
      '/api/v1/query_range?query=up',
      400,
      'bad_data',
      'invalid parameter "start": cannot parse "" to a valid timestamp',
    ],
    [
      '/api/v1/query_range?query=up&start=2&end=1&step=1',
      400,
      'bad_data',
      'invalid parameter "end": end timestamp must not be before start time',
    ],
    [
      '/api/v1/query_range?query=up&start=1&end=2&step=0',
      400,
      'bad_data',
      'invalid parameter "step": zero or negative query resolution step widths are not accepted. Try a positive integer',
    ],
    [
      '/api/v1/query_range?query=up&start=0&end=11001&step=1',
      400,
      'bad_data',
      'exceeded maximum resolution of 11,000 points per timeseries. Try decreasing the query resolution (?step=XX)',
    ],
    [
      '/api/v1/query_range?query=up(&start=1&end=2&step=1',
      400,
      'bad_data',
      '1:4: parse error: unclosed left parenthesis',
    ],
    [
      '/api/v1/query_range?query=up[5m]&start=1&end=2&step=1',
      400,
      'bad_data',
      'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
    ],
    ['/api/v1/series', 400, 'bad_data', 'no match[] parameter provided'],
    [
      '/api/v1/series?match[]={}',
      400,
      'bad_data',
      'invalid parameter "match[]": match[] must contain at least one non-empty matcher',
    ],
    ['/api/v1/labels?match[]={', 400, 'bad_data', '1:2: parse error: unexpected end of input inside braces'],
    ['/api/v1/label/a-b/values', 400, 'bad_data', 'invalid label name: "a-b"'],
    ['/api/v1/metadata?limit=x', 400, 'bad_data', 'limit must be a number'],
    ['/api/v1/rules?type=x', 400, 'bad_data', 'invalid parameter "type": not supported value "x"'],
  ])('%s fails with %d', async (path, status, errorType, error) => {
    const response = await get(path)
    expect(JSON.parse(response.text)).toEqual({ status: 'error', errorType, error })
    expect(response.status).toBe(status)
  })

  it('allow eleven thousand steps', async () => {
    expect(await getJson('/api/v1/query_range?query=1&start=0&end=11000&step=1')).toMatchObject({ status: 'success' })
  })

  it('are counted', async () => {
    const before = server.queryCount()
    await get(query('up'))
    await get('/api/v1/query_range?query=up&start=1&end=2&step=1')
    await get('/api/v1/labels')
    expect(server.queryCount() - before).toBe(2)
  })
})

describe('what exists', () => {
  it('is told as series, label names and label values', async () => {
    expect(await getJson('/api/v1/series?match[]=up&match[]=requests_total{code="200"}')).toEqual({
      status: 'success',
      data: [
        { __name__: 'requests_total', code: '200', job: 'shop' },
        { __name__: 'up', job: 'pay' },
        { __name__: 'up', job: 'shop' },
      ],
    })
    expect(await getJson('/api/v1/series', post([['match[]', 'requests_total']]))).toMatchObject({
      data: [{ code: '200' }],
    })
    expect(await getJson('/api/v1/series?match[]=up&end=1')).toEqual({ status: 'success', data: [] })
    expect(await getJson('/api/v1/labels?match[]=up')).toEqual({ status: 'success', data: ['__name__', 'job'] })
    expect(await getJson('/api/v1/label/job/values')).toEqual({ status: 'success', data: ['pay', 'shop'] })
    expect(await getJson('/api/v1/label/job/values?match[]=requests_total')).toEqual({
      status: 'success',
      data: ['shop'],
    })
  })

  it('is described', async () => {
    const up = [{ type: 'gauge', help: 'Whether it is up.', unit: '' }]
    expect(await getJson('/api/v1/metadata?metric=up')).toEqual({ status: 'success', data: { up } })
    expect(await getJson('/api/v1/targets')).toMatchObject({
      data: { activeTargets: [{ health: 'up', scrapePool: 'shop', scrapeInterval: '15s' }], droppedTargets: [] },
    })
    expect(await getJson('/api/v1/rules')).toEqual({ status: 'success', data: { groups: [] } })
    expect(await getJson('/api/v1/alerts')).toEqual({ status: 'success', data: { alerts: [] } })
    expect(await getJson('/api/v1/query_exemplars?query=up&start=0&end=1')).toEqual({ status: 'success', data: [] })
    expect(await getJson('/api/v1/status/buildinfo')).toMatchObject({ data: { version: '2.42.0' } })
    expect(await getJson('/api/v1/status/config')).toMatchObject({
      data: { yaml: expect.stringContaining('global:\n  scrape_interval: 15s\n') },
    })
    expect(await getJson('/api/v1/status/runtimeinfo')).toMatchObject({
      data: { startTime: '2023-11-14T22:13:20.000Z' },
    })
    expect(await getJson('/api/v1/status/flags')).toMatchObject({ data: { 'query.timeout': '2m' } })
    expect(await getJson('/api/v1/status/tsdb')).toMatchObject({
      data: { headStats: { numSeries: 53 }, seriesCountByMetricName: [{ name: 'many', value: 50 }, {}, {}] },
    })
  })
})

describe('the server', () => {
  it('exposes the present values', async () => {
    const { text, headers } = await get('/metrics')
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toContain('# HELP up Whether it is up.\n# TYPE up gauge\nup{job="pay"} 0\nup{job="shop"} 1\n')
    const copy = new MemoryStore()
    copy.ingest(text, now)
    expect([...copy.exposition()].join('')).toBe(text)
  })

  /** fetch unzips by itself; this does not. */
  const raw = (path: string, headers: Record<string, string>) =>
    new Promise<{ coding: string | undefined; body: Buffer }>((resolve, reject) => {
      httpRequest(base + path, { headers }, response => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () => resolve({ coding: response.headers['content-encoding'], body: Buffer.concat(chunks) }))
        response.on('error', reject)
      }).end()
    })

  it('compresses long answers for those who accept it', async () => {
    for (const path of [query('many'), '/metrics']) {
      const open = await raw(path, {})
      const zipped = await raw(path, { 'accept-encoding': 'br, gzip;q=0.5' })
      const refused = await raw(path, { 'accept-encoding': 'gzip;q=0' })
      expect([open.coding, zipped.coding, refused.coding]).toEqual([undefined, 'gzip', undefined])
      expect(gunzipSync(zipped.body)).toEqual(open.body)
    }
  })

  it('refuses other methods, unknown paths and boundless forms', async () => {
    expect((await get('/api/v1/query', { method: 'DELETE' })).status).toBe(405)
    const { status, headers } = await get('/api/v1/metadata', post('a=b'))
    expect([status, headers.get('allow')]).toEqual([405, 'GET, OPTIONS'])
    expect((await get('/metrics', { method: 'POST' })).status).toBe(405)
    expect((await get('/api/v1/nothing')).status).toBe(404)
    expect((await get('/api/v1/query/')).status).toBe(404)
    expect((await get('/api/v1/query', post([['query', '1'.repeat(11_000_000)]]))).status).toBe(413)
    expect((await get('/-/ready')).text).toBe('Prometheus Server is Ready.\n')
    expect((await get('/-/healthy', { method: 'HEAD' })).status).toBe(200)
  })

  it('lets pages of other origins read', async () => {
    const { headers } = await get('/api/v1/labels', { headers: { origin: 'http://elsewhere' } })
    expect(headers.get('access-control-allow-origin')).toBe('*')
    expect((await get('/api/v1/query', { method: 'OPTIONS' })).status).toBe(204)
  })

  it('can be away and come back', async () => {
    server.setAvailable(false)
    await expect(get(query('up'))).rejects.toThrow('fetch failed')
    server.setAvailable(true)
    expect((await get(query('up'))).status).toBe(200)
  })

  it('can be slow', async () => {
    const slow = createPrometheusServer({ store, now: () => now, slowness: 60_000 })
    const url = `${await slow.listen()}/-/ready`
    slow.setAvailable('slow')
    await expect(fetch(url, { signal: AbortSignal.timeout(100) })).rejects.toThrow('timeout')
    slow.setAvailable(true)
    expect((await fetch(url)).status).toBe(200)
    await slow.close()
  })
})
