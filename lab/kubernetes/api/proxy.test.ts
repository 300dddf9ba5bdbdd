import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, startCluster } from '#lab/kubernetes/client.ts'
import { service, workload } from '#lab/kubernetes/fixture.ts'
import { clusterRole, roleBinding, rule, user } from '#lab/kubernetes/access/role-objects.ts'
import { at } from '#lab/kubernetes/value.ts'

const shop = '/api/v1/namespaces/shop'
const asked: string[] = []

let cluster: Awaited<ReturnType<typeof startCluster>>
let names: string[] = []
beforeAll(async () => {
  cluster = await startCluster({
    users: ['root', 'edit', 'view', 'one'].map(name => ({
      token: name,
      user: { name, groups: name === 'root' ? ['system:masters'] : [] },
    })),
  })
  cluster.store.create(workload('Deployment', 'shop', 'web', { replicas: 2 }))
  cluster.store.create(service('shop', 'web'))
  cluster.store.create(service('shop', 'lonely'))
  cluster.run(10)
  names = cluster.store.list('pods', 'shop').map(({ metadata }) => metadata.name)
  for (const object of [
    roleBinding('shop', 'edit', 'edit', [user('edit')]),
    roleBinding('shop', 'view', 'view', [user('view')]),
    clusterRole('one', [{ ...rule('get', 'services/proxy'), resourceNames: ['http:web:80'] }]),
    roleBinding('shop', 'one', 'one', [user('one')]),
  ])
    cluster.store.create(object)
  cluster.server.showPods({
    ask(pod, port, { method, path, query }) {
      if (port !== 8080) return null
      asked.push(`${method} ${pod.metadata.name} ${path}?${query.toString()}`)
      return { code: 418, contentType: 'text/tea', body: 'short and stout' }
    },
  })
})
afterAll(async () => {
  cluster.controllers.close()
  await cluster.server.close()
})

const as = (token: string, call: Call) =>
  cluster.call({ ...call, headers: { authorization: `Bearer ${token}`, ...call.headers } })
const get = (path: string, token = 'root') => as(token, { path: `${shop}${path}` })
const [ip, pod] = [() => at(cluster.store.get('pods', 'shop', pod()), 'status.podIP'), () => names[0] ?? '']

describe('pods/proxy and services/proxy', () => {
  it.each<[string, () => string]>([
    ['a pod and its port', () => `/pods/${pod()}:8080/proxy/a/b`],
    ['a pod whose first port is meant', () => `/pods/${pod()}/proxy/a/b`],
    ['a scheme before it', () => `/pods/http:${pod()}:8080/proxy/a/b`],
    ['a service and its port', () => '/services/web:80/proxy/a/b'],
    ['a service and its port’s name', () => '/services/web:http/proxy/a/b'],
    ['a scheme before it, escaped', () => '/services/http%3Aweb%3A80/proxy/a/b'],
  ])('pass a request on to %s', async (_, path) => {
    asked.length = 0
    const reply = await get(`${path()}?c=d%20e`)
    expect([reply.status, reply.text, reply.headers['content-type']]).toEqual([418, 'short and stout', 'text/tea'])
    expect(asked[0]).toMatch(/^GET web-\S+ \/a\/b\?c=d\+e$/)
  })

  it('pass on what stands behind as it came', async () => {
    asked.length = 0
    await get(`/pods/${pod()}:8080/proxy/a%2Fb//c/`)
    expect(asked[0]).toBe(`GET ${pod()} /a%2Fb//c/?`)
  })

  it('ask the pods of a Service in turn', async () => {
    asked.length = 0
    for (let round = 0; round < 4; round++) await get('/services/web:80/proxy/')
    expect(new Set(asked.map(line => line.split(' ')[1]))).toEqual(new Set(names))
  })

  it('lead to a path of their own', async () => {
    const reply = await get('/services/web:80/proxy?a=b')
    expect([reply.status, reply.headers['location']]).toEqual([301, `${shop}/services/web:80/proxy/`])
  })

  it.each<[string, () => string, number, () => string]>([
    ['no such pod', () => '/pods/none:80/proxy/', 404, () => 'pods "none" not found'],
    ['no such service', () => '/services/none:80/proxy/', 404, () => 'services "none" not found'],
    [
      'a port where nobody listens',
      () => `/pods/${pod()}:9999/proxy/`,
      503,
      () => `error trying to reach service: dial tcp ${String(ip())}:9999: connect: connection refused`,
    ],
    [
      'TLS where nobody speaks it',
      () => `/pods/https:${pod()}:8080/proxy/`,
      503,
      () => 'error trying to reach service: tls: first record does not look like a TLS handshake',
    ],
    [
      'a port that the service does not have',
      () => '/services/web:81/proxy/',
      503,
      () => 'no service port 81 found for service "web"',
    ],
    [
      'nobody behind the service',
      () => '/services/lonely:80/proxy/',
      503,
      () => 'no endpoints available for service "lonely"',
    ],
    [
      'no port where the ports have names',
      () => '/services/web/proxy/',
      503,
      () => 'no endpoints available for service "web"',
    ],
    ['more colons than parts', () => '/pods/a:b:c:d/proxy/', 400, () => 'invalid pod request "a:b:c:d"'],
    ['another scheme', () => '/services/ftp:web:80/proxy/', 400, () => 'invalid service request "ftp:web:80"'],
    ['no name', () => '/services/:80/proxy/', 400, () => 'invalid service request ":80"'],
  ])('say so of %s, in the server’s words', async (_, path, code, message) => {
    const reply = await get(path())
    expect(reply.status).toBe(code)
    expect(reply.body).toMatchObject({ kind: 'Status', code, message: message() })
  })

  it('answer nothing strange to strange paths', async () => {
    for (const path of [
      '/pods/%00:80/proxy/',
      '/pods/%E0%A4%A/proxy/',
      '/pods/__proto__/proxy/',
      '/pods/a:-1/proxy/',
    ]) {
      const reply = await get(path)
      expect([path, reply.status < 500 || reply.status === 503]).toEqual([path, true])
      expect(reply.body).toMatchObject({ kind: 'Status', status: 'Failure' })
    }
    // Dots lead out of a proxy before anybody is asked, rights included.
    const reply = await get('/services/web:80/proxy/../../../../../../../version')
    expect(reply.body).toMatchObject({ gitVersion: 'v1.33.4' })
  })

  it('are for those who may, by the whole name that was asked for', async () => {
    expect((await get('/services/web:80/proxy/', 'edit')).status).toBe(418)
    expect((await get('/services/http:web:80/proxy/', 'one')).status).toBe(418)
    expect((await get('/services/web:80/proxy/', 'one')).status).toBe(403)
    const reply = await get('/services/web:80/proxy/', 'view')
    expect(reply.body).toMatchObject({
      code: 403,
      message:
        'services "web:80" is forbidden: User "view" cannot get resource "services/proxy" in API group "" in the namespace "shop"',
    })
    const posted = await as('one', { method: 'POST', path: `${shop}/services/http:web:80/proxy/`, body: {} })
    expect(posted.body).toMatchObject({ message: expect.stringContaining('cannot create resource "services/proxy"') })
  })

  it('take no streams', async () => {
    const headers = { connection: 'Upgrade', upgrade: 'websocket' }
    const reply = await as('root', { path: `${shop}/pods/${pod()}:8080/proxy/`, headers })
    expect(reply.body).toMatchObject({ code: 501, message: expect.stringContaining('unable to upgrade connection') })
  })

  it('are listed by discovery', async () => {
    const { text } = await as('root', { path: '/api/v1' })
    expect(text).toContain('"name":"pods/proxy","singularName":"","namespaced":true,"kind":"PodProxyOptions"')
    expect(text).toContain('"name":"services/proxy","singularName":"","namespaced":true,"kind":"ServiceProxyOptions"')
  })
})

describe('exec, attach and portforward', () => {
  it.each(['exec', 'attach', 'portforward'])('%s wants a stream, and nobody is there to make one', async part => {
    const path = `${shop}/pods/${pod()}/${part}`
    const plain = await as('root', { method: 'POST', path })
    expect(plain.body).toMatchObject({ code: 400, message: 'Upgrade request required' })
    const headers = { connection: 'Upgrade', upgrade: 'SPDY/3.1' }
    const upgraded = await as('root', { method: 'POST', path, headers })
    expect(upgraded.body).toMatchObject({ code: 501, message: expect.stringContaining('unable to upgrade connection') })
    expect((await as('view', { method: 'POST', path })).status).toBe(403)
    expect((await as('root', { method: 'POST', path: `${shop}/pods/none/${part}` })).status).toBe(404)
  })
})
