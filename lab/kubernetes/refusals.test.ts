import fc from 'fast-check'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Call, startCluster } from './client.ts'
import { virtualService, workload } from './fixture.ts'
import { at } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
  await cluster.call({ method: 'POST', path: deployments, body: workload('Deployment', 'shop', 'web') })
})
afterAll(() => cluster.server.close())

const deployments = '/apis/apps/v1/namespaces/shop/deployments'
const configMaps = '/api/v1/namespaces/shop/configmaps'
const virtualServices = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices'
const good = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'good' } }
const deployment = workload('Deployment', 'shop', 'new')
const merge = 'application/merge-patch+json'
const json = 'application/json-patch+json'
const strategic = 'application/strategic-merge-patch+json'

const post = (path: string, body: unknown, more: Partial<Call> = {}): Call => ({ method: 'POST', path, body, ...more })
const patch = (path: string, type: string, body: unknown): Call => ({ method: 'PATCH', path, type, body })
const deep = (levels: number) => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)

describe('a request that cannot be served', () => {
  it.each<[string, Call, number, string, RegExp]>([
    [
      'an object that is not there',
      { path: `${deployments}/none` },
      404,
      'NotFound',
      /^deployments.apps "none" not found$/,
    ],
    [
      'a resource that is not there',
      { path: '/apis/apps/v1/nothing' },
      404,
      'NotFound',
      /could not find the requested resource/,
    ],
    ['a group that is not there', { path: '/apis/none.example/v1/a' }, 404, 'NotFound', /could not find/],
    ['a path that is not there', { path: '/nowhere' }, 404, 'NotFound', /could not find/],
    [
      'a cluster-wide kind in a namespace',
      { path: '/api/v1/namespaces/shop/nodes' },
      404,
      'NotFound',
      /could not find/,
    ],
    ['an unknown subresource', { path: `${deployments}/web/nothing` }, 404, 'NotFound', /could not find/],
    [
      'a namespace that is not there',
      post('/api/v1/namespaces/none/configmaps', good),
      404,
      'NotFound',
      /^namespaces "none" not found$/,
    ],
    ['POST to a name', post(`${deployments}/web`, {}), 405, 'MethodNotAllowed', /does not allow this method/],
    ['PUT to a collection', { method: 'PUT', path: deployments, body: {} }, 405, 'MethodNotAllowed', /does not allow/],
    [
      'a method that HTTP does not use here',
      { method: 'TRACE', path: deployments },
      405,
      'MethodNotAllowed',
      /does not allow/,
    ],
    [
      'PATCH without a type it knows',
      patch(`${deployments}/web`, 'application/json', {}),
      415,
      'UnsupportedMediaType',
      /json-patch\+json/,
    ],
    [
      'a strategic patch of a custom kind',
      patch(`${virtualServices}/web`, strategic, {}),
      415,
      'UnsupportedMediaType',
      /merge-patch\+json/,
    ],
    [
      'a body of another type',
      post(configMaps, 'a=b', { type: 'application/x-www-form-urlencoded' }),
      415,
      'UnsupportedMediaType',
      /unknown format/,
    ],
    [
      'an answer that it cannot write',
      { path: deployments, accept: 'text/html' },
      406,
      'NotAcceptable',
      /only the following media types/,
    ],
    ['broken JSON', post(configMaps, '{"a":'), 400, 'BadRequest', /must be of type ConfigMap.*json parse error/],
    ['an empty body', post(configMaps, ''), 400, 'BadRequest', /json parse error/],
    ['broken YAML', post(configMaps, 'a: [', { type: 'application/yaml' }), 400, 'BadRequest', /yaml parse error/],
    ['a list for an object', post(configMaps, []), 400, 'BadRequest', /cannot unmarshal array/],
    ['too deep an object', post(configMaps, deep(5000)), 400, 'BadRequest', /max depth/],
    ['a key that is no field anywhere', post(configMaps, '{"__proto__":{"a":1}}'), 400, 'BadRequest', /__proto__/],
    [
      'a body that is too large',
      post(configMaps, 'x'.repeat(3 * 1024 * 1024 + 1)),
      413,
      'RequestEntityTooLarge',
      /too large/,
    ],
    [
      'another kind',
      post(configMaps, { ...good, kind: 'Secret' }),
      400,
      'BadRequest',
      /Secret in version "v1" cannot be handled as a ConfigMap/,
    ],
    [
      'another version',
      post(configMaps, { ...good, apiVersion: 'v2' }),
      400,
      'BadRequest',
      /\(v2\) does not match the expected API version \(v1\)/,
    ],
    [
      'another namespace',
      post(configMaps, { ...good, metadata: { name: 'a', namespace: 'pay' } }),
      400,
      'BadRequest',
      /namespace of the provided object does not match/,
    ],
    [
      'another name',
      { method: 'PUT', path: `${deployments}/web`, body: { ...deployment, metadata: { name: 'x' } } },
      400,
      'BadRequest',
      /\(x\) does not match the name on the URL \(web\)/,
    ],
    [
      'text for a number',
      post(deployments, { ...deployment, spec: { ...deployment.spec, replicas: 'two' } }),
      400,
      'BadRequest',
      /cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32/,
    ],
    [
      'a number for text',
      post(configMaps, { ...good, data: { a: 1 } }),
      400,
      'BadRequest',
      /cannot unmarshal number into Go struct field/,
    ],
    [
      'bad base64',
      post('/api/v1/namespaces/shop/secrets', { metadata: { name: 's' }, data: { a: '%%' } }),
      400,
      'BadRequest',
      /illegal base64/,
    ],
    [
      'a resourceVersion on a new object',
      post(configMaps, { ...good, metadata: { name: 'r', resourceVersion: '1' } }),
      400,
      'BadRequest',
      /resourceVersion should not be set/,
    ],
    [
      'no name',
      post(configMaps, { ...good, metadata: {} }),
      422,
      'Invalid',
      /^ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required$/,
    ],
    [
      'a bad name',
      post(configMaps, { ...good, metadata: { name: 'Bad_Name' } }),
      422,
      'Invalid',
      /^ConfigMap "Bad_Name" is invalid: metadata.name: Invalid value: "Bad_Name": a lowercase RFC 1123 subdomain/,
    ],
    [
      'a bad label',
      post(configMaps, { ...good, metadata: { name: 'l', labels: { a: 'no way' } } }),
      422,
      'Invalid',
      /metadata.labels: Invalid value: "no way"/,
    ],
    [
      'a selector that misses its template',
      post(deployments, { ...deployment, spec: { ...deployment.spec, selector: { matchLabels: { app: 'x' } } } }),
      422,
      'Invalid',
      /`selector` does not match template `labels`/,
    ],
    [
      'no containers',
      post(deployments, {
        ...deployment,
        spec: { selector: { matchLabels: { a: 'b' } }, template: { metadata: { labels: { a: 'b' } }, spec: {} } },
      }),
      422,
      'Invalid',
      /^Deployment.apps "new" is invalid: spec.template.spec.containers: Required value$/,
    ],
    [
      'a spec that is no object',
      post(virtualServices, { ...virtualService('shop', 'v'), spec: 'x' }),
      422,
      'Invalid',
      /spec in body must be of type object/,
    ],
    [
      'a field that is fixed',
      patch(`${deployments}/web`, merge, {
        spec: { selector: { matchLabels: { b: 'c' } }, template: { metadata: { labels: { b: 'c' } } } },
      }),
      422,
      'Invalid',
      /spec.selector: Invalid value.*field is immutable/,
    ],
    [
      'a dry run that is not All',
      post(`${configMaps}?dryRun=Some`, good),
      422,
      'Invalid',
      /dryRun: Unsupported value: "Some": supported values: "All"/,
    ],
    [
      'a name that is taken',
      post(deployments, workload('Deployment', 'shop', 'web')),
      409,
      'AlreadyExists',
      /^deployments.apps "web" already exists$/,
    ],
    [
      'a uid that is not its own',
      { method: 'DELETE', path: `${deployments}/web`, body: { preconditions: { uid: 'x' } } },
      409,
      'Conflict',
      /Precondition failed: UID in precondition: x, UID in object meta:/,
    ],
    [
      'a JSON patch that does not fit',
      patch(`${deployments}/web`, json, [{ op: 'test', path: '/kind', value: 'x' }]),
      422,
      'Invalid',
      /rejected our request/,
    ],
    ['a merge patch that is a list', patch(`${deployments}/web`, merge, []), 400, 'BadRequest', /error decoding patch/],
    [
      'a bad label selector',
      { path: `${deployments}?labelSelector=a%20b` },
      400,
      'BadRequest',
      /unable to parse requirement/,
    ],
    [
      'a bad field selector',
      { path: `${deployments}?fieldSelector=spec.x%3D1` },
      400,
      'BadRequest',
      /field label not supported: spec.x/,
    ],
    ['a limit that is no number', { path: `${deployments}?limit=many` }, 400, 'BadRequest', /ParseInt/],
    ['a bad continue token', { path: `${deployments}?continue=xyz` }, 400, 'BadRequest', /continue key is not valid/],
    [
      'a bad resourceVersion',
      { path: `${deployments}?watch=1&resourceVersion=x` },
      400,
      'BadRequest',
      /invalid resource version/,
    ],
    ['a bad escape', { path: '/api/v1/namespaces/%zz/pods' }, 400, 'BadRequest', /invalid URL escape/],
    [
      'deleting the default namespace',
      { method: 'DELETE', path: '/api/v1/namespaces/default' },
      403,
      'Forbidden',
      /this namespace may not be deleted/,
    ],
    [
      'a body that is not gzip',
      post(configMaps, 'x', { headers: { 'content-encoding': 'gzip' } }),
      400,
      'BadRequest',
      /not valid gzip/,
    ],
  ])('%s: a clear Status', async (_, call, code, reason, message) => {
    const { status, body } = await cluster.call(call)
    expect(body).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason })
    expect([status, at(body, 'message')]).toEqual([code, expect.stringMatching(message)])
  })

  it.each([
    ['that a web page makes', { origin: 'http://evil.example' }],
    ['under a name that leads here', { host: 'evil.example' }],
  ])('nor is one %s', async (_, headers) => {
    expect((await cluster.call({ path: '/api/v1/pods', headers })).body).toMatchObject({
      code: 403,
      reason: 'Forbidden',
    })
    const body = { ...good, metadata: { name: 'planted' } }
    expect((await cluster.call(post(configMaps, body, { headers }))).status).toBe(403)
    expect(cluster.store.get('configmaps', 'shop', 'planted')).toBeUndefined()
  })

  it('names every field that is wrong', async () => {
    const { body } = await cluster.call(post(deployments, { ...deployment, spec: { template: {} } }))
    expect(at(body, 'details')).toMatchObject({
      name: 'new',
      group: 'apps',
      kind: 'Deployment',
      causes: [
        { reason: 'FieldValueRequired', field: 'spec.selector' },
        { field: 'spec.template.metadata.labels' },
        { field: 'spec.template.spec.containers' },
      ],
    })
  })

  it('nor brings the server down, whatever it is', async () => {
    const part = fc.constantFrom(
      'api',
      'apis',
      'v1',
      'apps',
      'namespaces',
      'shop',
      'pods',
      'deployments',
      'web',
      'status',
      'scale',
      '%20',
      '..',
      'openapi',
    )
    const calls = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'),
      path: fc.array(part, { maxLength: 8 }).map(parts => `/${parts.join('/')}`),
      query: fc.constantFrom(
        '',
        '?limit=-1',
        '?labelSelector=%00',
        '?dryRun=All&force=x',
        '?fieldSelector=a',
        '?continue=e30',
      ),
      type: fc.constantFrom(
        'application/json',
        merge,
        json,
        strategic,
        'application/yaml',
        'application/vnd.kubernetes.protobuf',
        '',
      ),
      body: fc.oneof(
        fc.json(),
        fc.string(),
        fc.constant('{"metadata":{"name":"web"},"spec":null}'),
        fc.constant('{"metadata":null}'),
        fc.constant('{"spec":{"replicas":{}}}'),
      ),
    })
    await fc.assert(
      fc.asyncProperty(calls, async ({ method, path, query, type, body }) => {
        const hasBody = method !== 'GET' && method !== 'OPTIONS'
        const reply = await cluster.call({ method, path: path + query, ...(hasBody ? { body, type } : {}) })
        expect(reply.status).not.toBe(500)
        if (reply.status >= 400) expect(reply.body).toMatchObject({ kind: 'Status', code: reply.status })
        cluster.controllers.settle()
      }),
      { numRuns: 400 },
    )
    cluster.run(3)
    expect((await cluster.call({ path: '/readyz' })).text).toBe('ok')
  })

  it('nor does one that breaks off in the middle', async () => {
    const { port } = new URL(cluster.address)
    for (const text of [
      `POST ${configMaps} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"a"`,
      `GET ${configMaps}?watch=1 HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      'nonsense\r\n\r\n',
    ])
      await new Promise<void>(resolve => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(text)
          socket.once('close', () => resolve())
          setTimeout(() => socket.destroy(), 20)
        })
        socket.on('error', () => socket.destroy())
      })
    expect((await cluster.call({ path: '/readyz' })).text).toBe('ok')
  })
})
