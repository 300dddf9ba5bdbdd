import { connect, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './client.ts'
import { virtualService, workload } from './fixture.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
const errors: unknown[] = []
beforeAll(async () => {
  cluster = await startCluster({ onError: error => errors.push(error), bookmarkInterval: 5, window: 64 })
  cluster.store.create(workload('Deployment', 'shop', 'web'))
  cluster.store.create(virtualService('shop', 'web'))
  cluster.store.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web', namespace: 'shop' }, data: {} })
})
afterAll(() => cluster.server.close())

/** Whatever was asked: nobody is left inside, nothing went wrong, and the next one is served. */
afterEach(async () => {
  expect((await cluster.call({ path: '/readyz' })).text).toBe('ok')
  expect((await cluster.call({ path: '/apis/apps/v1/namespaces/shop/deployments' })).status).toBe(200)
  await expect.poll(() => cluster.server.openCount(), { timeout: 10_000 }).toEqual({ connections: 0, streams: 0 })
  expect(errors).toEqual([])
})

const root = '/api/v1/namespaces/shop'
const words = (
  'api apis v1 apps namespaces shop pods deployments configmaps web status scale networking.istio.io virtualservices ' +
  "eviction log finalize watch openapi v2 v3 %20 %00 %zz .. . %2e%2e %2F ä * ' $(x)"
).split(' ')
const known = [
  '/apis/apps/v1/namespaces/shop/deployments/web',
  '/apis/apps/v1/namespaces/shop/deployments/web/status',
  '/apis/apps/v1/namespaces/shop/deployments/web/scale',
  '/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web',
  `${root}/configmaps/web`,
  `${root}/configmaps/new`,
  `${root}/configmaps`,
]
const path = fc.oneof(
  fc.constantFrom(...known),
  fc.array(fc.constantFrom(...words), { maxLength: 8 }).map(parts => `/${parts.map(encodeURI).join('/')}`),
)
const parameters = (
  'limit continue labelSelector fieldSelector dryRun force fieldManager fieldValidation resourceVersion ' +
  'resourceVersionMatch sendInitialEvents propagationPolicy gracePeriodSeconds timeoutSeconds pretty includeObject x'
).split(' ')
const parameter = fc.tuple(
  fc.constantFrom(...parameters),
  fc.oneof(
    fc.constantFrom('', '-1', '0', '1', 'All', 'true', 'Strict', 'a=b', 'a in (', 'é', '\u0000', 'a'.repeat(300)),
    fc.string({ maxLength: 20 }),
  ),
)
const query = fc
  .array(parameter, { maxLength: 4 })
  .map(pairs => pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&'))
const type = fc.constantFrom(
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
  'application/apply-patch+yaml',
  'text/plain',
  '',
)
const accept = fc.constantFrom(
  '*/*',
  'application/json',
  'application/yaml',
  'text/html',
  'application/json;as=Table;v=v1;g=meta.k8s.io',
  'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
  ';;;q=x',
  'application/json;as=Nothing',
)
const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
/** Objects that are almost right: any part of a right one may be anything. */
const nearly = fc
  .record(
    {
      apiVersion: fc.constantFrom('v1', 'apps/v1', 'networking.istio.io/v1', 1),
      kind: fc.constantFrom('ConfigMap', 'Deployment', 'VirtualService', 'Scale', null),
      metadata: fc.oneof(
        fc.record(
          {
            name: fc.constantFrom('web', 'new', '', 1),
            labels: fc.anything({ maxDepth: 2 }),
            finalizers: fc.anything({ maxDepth: 1 }),
            managedFields: fc.anything({ maxDepth: 3 }),
            resourceVersion: fc.constantFrom('1', '', 'x', 0),
          },
          { requiredKeys: [] },
        ),
        fc.anything({ maxDepth: 1 }),
      ),
      spec: fc.anything({ maxDepth: 3 }),
      data: fc.anything({ maxDepth: 2 }),
      status: fc.anything({ maxDepth: 2 }),
    },
    { requiredKeys: [] },
  )
  .map(
    object => JSON.stringify(object, (_, value: unknown) => (typeof value === 'bigint' ? Number(value) : value)) ?? '',
  )
const body = fc.oneof(
  { weight: 4, arbitrary: nearly },
  fc.json(),
  fc.string(),
  fc.constantFrom(
    '',
    '{',
    '[',
    '"',
    'a: [',
    'a: &a [*a]',
    '&a [*a, *a]',
    '{"a":1,"a":2}',
    '{"__proto__":{}}',
    '\u0000',
  ),
  fc.constantFrom(
    deep(150),
    deep(100_000),
    '['.repeat(50_000),
    '- '.repeat(5000),
    `[${'{"op":"test"},'.repeat(20_000)}{}]`,
  ),
)
const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND')

describe('a request that is nonsense', () => {
  const nonsense = fc.record({ method, path, query, type, accept, body })
  const ask = (numRuns: number) =>
    fc.assert(
      fc.asyncProperty(nonsense, async ({ method, path, query, type, accept, body }) => {
        const hasBody = ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method)
        const reply = await cluster.call({
          method,
          path: `${path}?${query}`,
          accept,
          ...(hasBody ? { body, type } : {}),
        })
        if (reply.status < 400 || method === 'HEAD') return
        // The real server, too, calls an applied object that does not fit its kind an error of its own.
        if (reply.status === 500) expect(reply.text).toContain('failed to create typed patch object')
        if (String(reply.headers['content-type']).startsWith('application/json'))
          expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure', code: reply.status })
        else expect(reply.text).toMatch(/^kind: Status$/m)
      }),
      { numRuns },
    )

  it('gets a clear Status, and nothing of it stays in memory', async () => {
    await ask(500)
    const before = heap()
    await ask(1000)
    expect(heap()).toBeLessThan(before * 1.5 + 20e6)
  }, 60_000)

  it.each<[string, Buffer | string, Record<string, string>, number]>([
    ['larger than may be', Buffer.alloc(4 * 1024 * 1024, 120), {}, 413],
    ['packed and larger than may be', gzipSync(Buffer.alloc(50 * 1024 * 1024)), { 'content-encoding': 'gzip' }, 413],
    ['packed and broken', gzipSync('{}').subarray(0, 12), { 'content-encoding': 'gzip' }, 400],
    [
      'a map of twenty thousand keys',
      Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n'),
      { 'content-type': 'application/yaml' },
      201,
    ],
    [
      'an alias of aliases',
      'a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: &d [*c,*c]\ne: &e [*d,*d]\nf: &f [*e,*e]\ng: [*f,*f,*f,*f]',
      { 'content-type': 'application/yaml' },
      400,
    ],
  ])(
    'is refused in time when its body is %s',
    async (_, content, headers, code) => {
      const reply = await cluster.call({
        method: 'POST',
        path: `${root}/configmaps?dryRun=All`,
        body: withName(content),
        headers,
      })
      expect(reply.status).toBe(code)
    },
    30_000,
  )

  it('gets a Status also where it is no HTTP', async () => {
    for (const text of [
      'nonsense\r\n\r\n',
      'GET /api HTTP/9.9\r\n\r\n',
      `GET /${'a'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    ]) {
      const answer = await send(text)
      expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
      expect(answer).toContain('"kind":"Status"')
    }
  })
})

/** A YAML body that only lacks an object's name gets one. */
const withName = (content: Buffer | string) =>
  typeof content === 'string' ? `metadata: {name: huge}\n${content}` : content

describe('a client without manners', () => {
  const watch = `GET ${root}/configmaps?watch=1&allowWatchBookmarks=true HTTP/1.1\r\nHost: localhost\r\n\r\n`
  const requests = [
    `POST ${root}/configmaps HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"a"`,
    `POST ${root}/configmaps HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"a":\r\n`,
    `POST ${root}/configmaps HTTP/1.1\r\nHost: localhost\r\nContent-Length: 999999999\r\n\r\n${'x'.repeat(1000)}`,
    `POST ${root}/configmaps HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: 99\r\n\r\n\u001f`,
    `GET ${root}/pods HTTP/1.1\r\nHost: localhost\r\n`,
    'GET /api/v1/pods HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(20),
    watch,
    watch.repeat(3),
  ]

  it('may leave at any moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...requests),
        fc.nat(2000),
        fc.nat(6),
        fc.boolean(),
        async (request, length, wait, isPolite) => {
          const socket = await open()
          socket.write(request.slice(0, Math.max(1, length)))
          touch(String(length))
          await new Promise(resolve => setTimeout(resolve, wait))
          if (isPolite) socket.end()
          else socket.resetAndDestroy()
          if (isPolite) setTimeout(() => socket.destroy(), 20)
        },
      ),
      { numRuns: 120 },
    )
  }, 60_000)

  it('that watches and never reads is left behind, and our memory does not follow', async () => {
    const before = heap()
    const sockets = await Promise.all(Array.from({ length: 3 }, open))
    for (const socket of sockets) {
      socket.pause()
      socket.write(watch)
    }
    await expect.poll(() => cluster.server.openCount().streams).toBe(3)
    for (let round = 0; round < 400 && cluster.server.openCount().streams > 0; round++) {
      touch(`${round}-`.padEnd(200_000, 'x'))
      await new Promise(resolve => setImmediate(resolve))
    }
    expect(cluster.server.openCount().streams).toBe(0)
    for (const socket of sockets) socket.destroy()
    cluster.store.remove('configmaps', 'shop', 'touched')
    for (let round = 0; round < 200; round++) touch('')
    expect(heap()).toBeLessThan(before * 1.5 + 20e6)
  }, 60_000)

  it('does not keep others waiting', async () => {
    const sockets = await Promise.all(Array.from({ length: 50 }, open))
    for (const [index, socket] of sockets.entries()) socket.write(requests[index % requests.length]?.slice(0, 80) ?? '')
    expect((await cluster.call({ path: `${root}/configmaps` })).status).toBe(200)
    for (const socket of sockets) socket.destroy()
  })

  /** Something for those who watch. */
  function touch(text: string): void {
    const object = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'touched', namespace: 'shop' },
      data: { text },
    }
    if (cluster.store.get('configmaps', 'shop', 'touched')) cluster.store.replace(object)
    else cluster.store.create(object)
  }
})

const open = (): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(cluster.address).port), '127.0.0.1', () => resolve(socket))
    // Cut off is what we want to be; a connection that never stands is not.
    socket.on('error', error => (socket.connecting ? reject(error) : socket.destroy()))
  })

/** Sends bytes and reads until the other side ends. */
async function send(text: string): Promise<string> {
  const socket = await open()
  return new Promise(resolve => {
    let answer = ''
    socket.on('data', (piece: Buffer) => (answer += piece.toString()))
    socket.on('close', () => resolve(answer))
    socket.write(text)
  })
}

/** Bytes that are still in use after a collection. */
function heap(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}
