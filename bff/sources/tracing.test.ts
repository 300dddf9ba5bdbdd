import { describe, expect, it, onTestFinished } from 'vitest'
import { type Handler, json, loopback } from './loopback.fixture.ts'
import { openTracing, unsetTracing } from './tracing.ts'

async function against(handle: Handler, path = '') {
  const server = await loopback(handle)
  const tracing = openTracing({ url: server.url + path, now: Date.now, timeout: 200 })
  onTestFinished(() => tracing.close())
  return { server, tracing }
}

const only =
  (path: string, value: unknown): Handler =>
  (request, response) =>
    request.url === path ? json(response, value) : response.writeHead(404).end('404 page not found')

describe('the tracing store', () => {
  it('is ok when it lists its services (v3)', async () => {
    const { server, tracing } = await against(only('/jaeger/api/v3/services', { services: ['a'] }), '/jaeger')
    await tracing.probe()
    expect(tracing.state()).toMatchObject({ state: 'ok', version: 'Jaeger query API v3', because: null })
    expect(server.asked).toEqual(['GET /jaeger/api/v3/services'])
  })
  it('is asked in v1 where v3 is not known, and that is remembered', async () => {
    const { server, tracing } = await against(only('/api/services', { data: null, errors: null }))
    await tracing.probe()
    await tracing.probe()
    expect(tracing.state()).toMatchObject({ state: 'ok', version: 'Jaeger query API v1' })
    expect(server.asked).toEqual(['GET /api/v3/services', 'GET /api/services', 'GET /api/services'])
  })
  it('without any service is ok: v3 leaves out what is empty', async () => {
    const { tracing } = await against(only('/api/v3/services', {}))
    await tracing.probe()
    expect(tracing.state().state).toBe('ok')
  })
  it.each<[string, Handler, RegExp]>([
    [
      'has neither',
      (_, response) => response.writeHead(404).end(),
      /no query API of Jaeger or Tempo at this path \(404\)/,
    ],
    ['does not know us', (_, response) => response.writeHead(401).end(), /refuses us \(401\)/],
    ['is broken', (_, response) => response.writeHead(500).end(), /answers 500/],
    ['is a web page', (_, response) => response.end('<html>'), /something else than JSON/],
    ['is silent', () => {}, /did not answer in 0.2 s/],
  ])('is failing when it %s', async (_, handle, words) => {
    const { tracing } = await against(handle)
    await tracing.probe()
    expect(tracing.state()).toMatchObject({ state: 'failing', because: expect.stringMatching(words) })
  })
  it('is failing when it speaks, but of something else', async () => {
    const { tracing } = await against((_, response) => json(response, { status: 'success' }))
    await tracing.probe()
    expect(tracing.state()).toMatchObject({ state: 'failing', because: expect.stringContaining('no query API') })
  })
  it('is unset where nobody gave an address', async () => {
    await unsetTracing().probe()
    expect(unsetTracing().state().state).toBe('unset')
  })
})
