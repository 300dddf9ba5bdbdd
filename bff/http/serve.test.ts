import { describe, expect, it, vi } from 'vitest'
import * as z from 'zod/mini'
import { endpoint } from '#shared/http.ts'
import { openapi } from './openapi.ts'
import { HttpProblem } from './problem.ts'
import { createRouter, serve } from './serve.ts'
import { served } from './server.fixture.ts'

const count = z.pipe(
  z.string(),
  z.transform((text, context) => {
    if (!/^\d+$/.test(text)) context.issues.push({ code: 'custom', message: 'count is a number', input: text })
    return Number(text)
  }),
)
const greet = endpoint({
  method: 'GET',
  path: '/api/greet/:name',
  summary: 'Greets',
  params: z.object({ name: z.string().check(z.maxLength(10)) }),
  query: z.object({ count }),
  reply: z.object({ text: z.string() }),
})
const put = endpoint({
  method: 'POST',
  path: '/api/things',
  summary: 'Keeps a thing',
  body: z.object({ name: z.string(), size: z.optional(z.number()) }),
  reply: z.object({ name: z.string() }),
})

const problemOf = async (response: Response) => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return (await response.json()) as Record<string, unknown>
}
const failing = (error: unknown) => served(router => serve(router, greet, () => Promise.reject(error as Error)))
const sourceError = (reason: string) =>
  Object.assign(new Error(`Prometheus at x: ${reason}`), { name: 'SourceError', source: 'prometheus', reason })

describe('an endpoint', () => {
  it('hands its handler what its schemas made of the input', async () => {
    const { url } = await served(router =>
      serve(router, greet, ({ params, query }) => ({ text: `${params.name} ${query.count + 1}` })),
    )
    const response = await fetch(`${url}/api/greet/Ann?count=2&more=x`)
    expect(await response.json()).toEqual({ text: 'Ann 3' })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })
  it('refuses input that does not fit, with every path that is wrong', async () => {
    const { url, reported } = await served(router => serve(router, greet, () => ({ text: '' })))
    const response = await fetch(`${url}/api/greet/${'x'.repeat(11)}?count=many`)
    expect(response.status).toBe(400)
    expect(await problemOf(response)).toMatchObject({
      status: 400,
      errors: [{ path: 'path.name' }, { path: 'query.count', message: 'count is a number' }],
    })
    expect((await fetch(`${url}/api/greet/x?count=1&count=2`)).status).toBe(400)
    expect((await fetch(`${url}/api/greet/%E0%A4%A?count=1`)).status).toBe(400)
    expect(reported).toEqual([])
  })
  it('sends long replies gzipped to who takes it', async () => {
    const { url } = await served(router => serve(router, greet, () => ({ text: 'x'.repeat(5000) })))
    const plain = await fetch(`${url}/api/greet/a?count=1`, { headers: { 'accept-encoding': 'gzip;q=0' } })
    const packed = await fetch(`${url}/api/greet/a?count=1`)
    expect(plain.headers.get('content-encoding')).toBeNull()
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    expect(await packed.json()).toEqual(await plain.json())
  })
  it('is held against its own contract in development, and not in production', async () => {
    const wrong = () => ({ text: 1 }) as unknown as { text: string }
    const strict = await served(router => serve(router, greet, wrong))
    expect((await fetch(`${strict.url}/api/greet/a?count=1`)).status).toBe(500)
    expect(strict.reported).toEqual([expect.stringContaining('breaks its contract: reply.text')])
    const lax = await served(router => serve(router, greet, wrong), { checksReplies: false })
    expect((await fetch(`${lax.url}/api/greet/a?count=1`)).status).toBe(200)
  })
  it('hears when the client has gone', async () => {
    let signal: AbortSignal | undefined
    const { url, reported } = await served(router =>
      serve(router, greet, (_, gone) => {
        signal = gone
        return new Promise((_resolve, reject) => gone.addEventListener('abort', () => reject(gone.reason as Error)))
      }),
    )
    const client = new AbortController()
    const request = fetch(`${url}/api/greet/a?count=1`, { signal: client.signal }).catch(() => 'gone')
    await vi.waitFor(() => expect(signal).toBeDefined())
    expect(signal?.aborted).toBe(false)
    client.abort()
    await request
    await vi.waitFor(() => expect(signal?.aborted).toBe(true))
    // What was left off because nobody waits for it is no failure of ours.
    await new Promise(resolve => setTimeout(resolve, 20))
    expect(reported).toEqual([])
  })
  it('is not told that the client has gone when it has answered', async () => {
    let signal: AbortSignal | undefined
    const { url } = await served(router =>
      serve(router, greet, (_, gone) => {
        signal = gone
        return { text: 'a' }
      }),
    )
    await (await fetch(`${url}/api/greet/a?count=1`)).json()
    expect(signal?.aborted).toBe(false)
  })
})

describe('a body', () => {
  const post = async (url: string, body: string, type = 'application/json') =>
    fetch(`${url}/api/things`, { method: 'POST', body, headers: { 'content-type': type } })
  const things = () => served(router => serve(router, put, ({ body }) => ({ name: body.name })))

  it('is JSON', async () => {
    const { url } = await things()
    expect(await (await post(url, '{"name":"a"}')).json()).toEqual({ name: 'a' })
  })
  it.each([
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['multipart/form-data; boundary=x', 415],
  ])('as %s (what a form of another site can send) is refused', async (type, status) => {
    const { url } = await things()
    expect((await post(url, '{"name":"a"}', type)).status).toBe(status)
  })
  it.each([
    ['that is no JSON', '{"name"', 400, 'The body is not JSON.'],
    ['that does not fit', '{"name":1}', 400, 'body.name: Invalid input: expected string, received number'],
    ['that is too long', `{"name":"${'x'.repeat(1_100_000)}"}`, 413, 'The body is larger than this endpoint takes.'],
  ])('%s is refused', async (_, body, status, detail) => {
    const { url, reported } = await things()
    const response = await post(url, body)
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ status, detail })
    expect(reported).toEqual([])
  })
})

describe('what goes wrong', () => {
  it.each([
    ['a source that is down', sourceError('unreachable'), 502],
    ['a source that is slow', sourceError('timeout'), 504],
    ['a source that says no', sourceError('refused'), 502],
  ])('in %s is a problem that names it', async (_, error, status) => {
    const { url, reported } = await failing(error)
    const response = await fetch(`${url}/api/greet/a?count=1`)
    expect(response.status).toBe(status)
    expect(await problemOf(response)).toMatchObject({ status, source: 'prometheus', detail: error.message })
    expect(reported).toEqual([])
  })
  it('as the handler says is told as it says', async () => {
    const { url } = await failing(new HttpProblem(404, 'There is no node of this name.'))
    expect(await problemOf(await fetch(`${url}/api/greet/a?count=1`))).toEqual({
      type: 'about:blank',
      title: 'Not found',
      status: 404,
      detail: 'There is no node of this name.',
    })
  })
  it.each([
    ['an error', new Error('secret at /home/me')],
    ['no error at all', 'secret'],
  ])('unexpectedly (%s) is logged with its route and told without its words', async (_, error) => {
    const { url, reported } = await failing(error)
    const response = await fetch(`${url}/api/greet/a?count=1`)
    expect(response.status).toBe(500)
    expect(JSON.stringify(await problemOf(response))).not.toContain('secret')
    expect(reported).toEqual([expect.stringContaining('GET /api/greet/:name: ')])
  })
  it('with the address is a problem that does not repeat it', async () => {
    const { url } = await served(router => serve(router, greet, () => ({ text: '' })))
    const response = await fetch(`${url}/api/nowhere-<script>`)
    expect(response.status).toBe(404)
    expect(JSON.stringify(await problemOf(response))).not.toContain('nowhere')
  })
  it('with the method says which ones there are', async () => {
    const { url } = await served(router => serve(router, greet, () => ({ text: '' })))
    const response = await fetch(`${url}/api/greet/a`, { method: 'DELETE' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    expect((await fetch(`${url}/api/greet/a?count=1`, { method: 'HEAD' })).status).toBe(200)
  })
})

describe('the description of the API', () => {
  it('is made from the endpoints that are served', () => {
    const router = createRouter({ checksReplies: false })
    serve(router, greet, () => ({ text: '' }))
    serve(router, put, () => ({ name: '' }))
    expect(openapi(router.endpoints, '1.2.3')).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Weft', version: '1.2.3' },
      paths: {
        '/api/greet/{name}': {
          get: {
            summary: 'Greets',
            parameters: [
              { name: 'name', in: 'path', required: true, schema: { type: 'string', maxLength: 10 } },
              { name: 'count', in: 'query', required: true, schema: { type: 'string' } },
            ],
            responses: {
              200: { content: { 'application/json': { schema: { properties: { text: { type: 'string' } } } } } },
            },
          },
        },
        '/api/things': {
          post: { requestBody: { content: { 'application/json': { schema: { required: ['name'] } } } } },
        },
      },
      components: { schemas: { Problem: { type: 'object' } } },
    })
  })
})
