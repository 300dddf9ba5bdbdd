import { unsetTracing } from '#bff/sources/tracing.ts'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as z from 'zod/mini'
import { serve } from '#bff/http/serve.ts'
import { connect, soon } from '#bff/live/viewer.fixture.ts'
import { type Sources, SourceError } from '#bff/sources/source.ts'
import { endpoint } from '#shared/http.ts'
import { type SourceState, Status } from '#shared/mesh/source.ts'
import { createApp, type Feature } from './app.ts'

const state = (name: SourceState['name'], changes: Partial<SourceState> = {}): SourceState => ({
  name,
  state: 'ok',
  url: 'http://x',
  since: 0,
  lastGoodAt: 0,
  duration: 1,
  because: null,
  version: null,
  ...changes,
})

/** Sources as plain objects; the test changes their states. */
function fakes() {
  const states = { prometheus: state('prometheus'), kubernetes: state('kubernetes'), tracing: state('tracing') }
  const probes = { prometheus: 0, tracing: 0 }
  const sources: Sources = {
    prometheus: {
      query: () =>
        Promise.reject(new SourceError('prometheus', 'timeout', 'Prometheus at http://x did not answer in 10 s.')),
      queryRange: () => Promise.resolve([]),
      queryExemplars: () => Promise.resolve([]),
      words: () => Promise.resolve([]),
      targets: () => Promise.resolve([]),
      scrapeInterval: () => Promise.resolve({ interval: 30, known: true }),
      queryCount: () => 0,
      state: () => states.prometheus,
      probe: () => Promise.resolve(void (probes.prometheus += 1)),
    },
    kubernetes: { objects: () => null, cluster: () => 'lab', user: () => 'me', state: () => states.kubernetes },
    tracing: {
      ...unsetTracing(),
      state: () => states.tracing,
      probe: () => Promise.resolve(void (probes.tracing += 1)),
    },
  }
  return { sources, states, probes }
}

const readUp = endpoint({ method: 'GET', path: '/api/up', summary: 'Up', reply: z.object({ up: z.number() }) })
const feature: Feature = ({ sources }) => ({
  routes: router =>
    serve(router, readUp, async (_, signal) => ({ up: (await sources.prometheus.query('up', 0, signal)).length })),
  subjects: [],
})

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} }

async function app(changes: { distFolder?: string } = {}) {
  const all = fakes()
  const env = { mesh: 'lab' as const, allowedHosts: [], allowedOrigins: [], checksReplies: true }
  const made = await createApp({ sources: all.sources, env, log: silent, features: [feature], ...changes })
  onTestFinished(() => made.close())
  const { url, port } = await made.listen(0, '127.0.0.1')
  return { ...all, app: made, url, port }
}

describe('the server', () => {
  it('tells the state of every source', async () => {
    const { url, states, app: it } = await app()
    await it.firstWord
    states.tracing = state('tracing', { state: 'failing', because: 'Tracing is away.' })
    const status = Status.parse(await (await fetch(`${url}/api/status`)).json())
    expect(status).toMatchObject({
      mesh: 'lab',
      cluster: 'lab',
      user: 'me',
      scrapeInterval: 30,
      scrapeIntervalKnown: true,
    })
    expect(status.sources.map(source => [source.name, source.state])).toEqual([
      ['prometheus', 'ok'],
      ['kubernetes', 'ok'],
      ['tracing', 'failing'],
    ])
  })
  it('tells pages on their sockets when a source changes its state', async () => {
    const { url, states } = await app()
    const viewer = await connect(url)
    await soon(() => expect(viewer.statuses).toHaveLength(1))
    states.prometheus = state('prometheus', { state: 'failing', because: 'Prometheus is away.' })
    await soon(() => expect(viewer.statuses.at(-1)).toMatchObject({ sources: [{ state: 'failing' }, {}, {}] }))
  })
  it('makes a problem of a source that is slow', async () => {
    const { url } = await app()
    const response = await fetch(`${url}/api/up`)
    expect(response.status).toBe(504)
    expect(await response.json()).toMatchObject({ source: 'prometheus', detail: expect.stringContaining('10 s') })
  })
  it('is alive, ready, and describes itself', async () => {
    const { url, app: it } = await app()
    await it.firstWord
    expect(await (await fetch(`${url}/healthz`)).text()).toBe('ok\n')
    expect((await fetch(`${url}/readyz`)).status).toBe(200)
    const description = (await (await fetch(`${url}/api/openapi.json`)).json()) as { paths: object }
    expect(Object.keys(description.paths)).toEqual(['/api/status', '/api/up'])
  })
  it('gives the page to addresses of pages, and problems to addresses of the API', async () => {
    const distFolder = mkdtempSync(join(tmpdir(), 'weft-'))
    onTestFinished(() => rmSync(distFolder, { recursive: true }))
    writeFileSync(join(distFolder, 'index.html'), '<title>Weft</title>')
    const { url } = await app({ distFolder })
    expect(await (await fetch(`${url}/topology`)).text()).toBe('<title>Weft</title>')
    expect((await fetch(`${url}/api/nothing`)).headers.get('content-type')).toBe('application/problem+json')
  })
  it('says that a port is taken', async () => {
    const other = createServer()
    await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void other.close())
    const { app: it } = await app()
    await it.close()
    const { sources } = fakes()
    const env = { mesh: 'lab' as const, allowedHosts: [], allowedOrigins: [], checksReplies: true }
    const second = await createApp({ sources, env, log: silent, features: [] })
    onTestFinished(() => second.close())
    await expect(second.listen((other.address() as AddressInfo).port, '127.0.0.1')).rejects.toThrow('EADDRINUSE')
  })
})

describe('every answer', () => {
  const expected = {
    'content-security-policy':
      "default-src 'none';script-src 'self';style-src 'self' 'unsafe-inline';img-src 'self' data: blob:;font-src 'self';" +
      "connect-src 'self';worker-src 'self';manifest-src 'self';base-uri 'none';form-action 'none';frame-ancestors 'none'",
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'x-frame-options': 'DENY',
  }
  it.each(['/', '/api/status', '/api/up', '/api/nothing', '/healthz', '/api/openapi.json'])(
    '%s carries the headers that protect the page',
    async path => {
      const { url } = await app()
      const { headers } = await fetch(url + path)
      for (const [name, value] of Object.entries(expected)) expect(headers.get(name)).toBe(value)
      expect(headers.has('x-powered-by')).toBe(false)
      expect(headers.has('strict-transport-security')).toBe(false)
    },
  )
})

describe('a request from elsewhere', () => {
  const ask = (port: number, path: string, headers: Record<string, string>) =>
    new Promise<number>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers }, response => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })
  it.each(['/', '/api/status', '/healthz', '/api/openapi.json', '/assets/x.js'])('to %s is refused', async path => {
    const { port } = await app()
    expect(await ask(port, path, { host: 'evil.example' })).toBe(403)
    expect(await ask(port, path, { origin: 'http://evil.example' })).toBe(403)
    expect(await ask(port, path, { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(403)
  })
})
