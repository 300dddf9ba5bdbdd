import { describe, expect, it } from 'vitest'
import { cluster, consoleOn, type Json, virtualService } from './lab.fixture.ts'
import { schemaIn } from './schema.ts'

const secret = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'certificate', namespace: 'shop' },
  type: 'Opaque',
  data: { 'tls.key': 'c2VjcmV0' },
}

describe('an object', () => {
  it('is read as the caller, with who owns which field and what is to be said about it', async () => {
    const given = await cluster()
    const path = '/apis/networking.istio.io/v1/namespaces/shop/virtualservices/web?fieldManager=kubectl'
    await given.as('mesh-admin', 'PATCH', path, virtualService('shop', 'web'))
    const { as } = await consoleOn(given.kubeconfig)
    await as('viewer')('/objects')
    const { status, body } = await as('viewer')('/objects/networking.istio.io/VirtualService/shop/web')
    expect(status).toBe(200)
    expect(body).toMatchObject({
      object: { kind: 'VirtualService', metadata: { name: 'web', resourceVersion: expect.any(String) } },
      owner: { kind: 'person', name: 'kubectl' },
      fieldOwners: expect.arrayContaining([
        expect.objectContaining({ manager: 'kubectl', operation: 'Apply', paths: ['spec.hosts', 'spec.http'] }),
      ]),
      findings: [{ code: 'IST0101', path: 'spec.http[0].route[0].destination.host' }],
    })
    expect(JSON.stringify(body)).not.toContain('managedFields')
  })

  it.each([
    [
      'of a user without the right',
      'shop-dev',
      'networking.istio.io/VirtualService/pay/web',
      403,
      'shop-dev may not read VirtualService pay/web',
    ],
    [
      'that is not there',
      'mesh-admin',
      'networking.istio.io/VirtualService/shop/none',
      404,
      'There is no VirtualService shop/none; it may have been deleted',
    ],
    [
      'of a kind that is not served',
      'mesh-admin',
      'networking.istio.io/Virtualservice/shop/web',
      404,
      'does not serve a kind Virtualservice',
    ],
    ['of a group that is none', 'mesh-admin', 'a%2F..%2Fb/Pod/shop/web', 404, 'does not serve'],
    ['whose name leads elsewhere', 'mesh-admin', 'core/Pod/shop/%2E%2E%2F%2E%2E%2Fsecrets', 400, 'may not contain "/"'],
    ['whose namespace leads elsewhere', 'mesh-admin', 'core/Pod/..%2Fx/web', 400, 'is not a namespace name'],
    [
      'with a name of markup',
      'mesh-admin',
      `core/Pod/shop/${encodeURIComponent('<img onerror=x>')}`,
      400,
      'may not contain "<"',
    ],
    ['without the namespace it needs', 'mesh-admin', 'core/Pod/-/web', 400, 'A Pod lives in a namespace'],
  ])('%s is a problem that names it', async (_, user, path, status, detail) => {
    const given = await cluster([virtualService('pay', 'web')])
    const { as } = await consoleOn(given.kubeconfig)
    expect(await as(user)(`/objects/${path}`)).toMatchObject({
      status,
      body: { detail: expect.stringContaining(detail) },
    })
  })

  it('that is a Secret shows its keys and not what they hold', async () => {
    const given = await cluster([secret])
    const { as } = await consoleOn(given.kubeconfig)
    const { body } = await as('mesh-admin')('/objects/core/Secret/shop/certificate')
    expect(body['object']).toMatchObject({ data: { 'tls.key': '(hidden)' } })
    expect(JSON.stringify(body)).not.toContain('c2VjcmV0')
  })
})

describe('a schema', () => {
  it('is the cluster’s own, of one kind, with what it refers to', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const { status, body } = await as('viewer')('/schemas/networking.istio.io/v1/VirtualService')
    expect(status).toBe(200)
    const schema = body['schema'] as Json & { properties: Json; $defs: Json }
    expect(Object.keys(schema.properties)).toEqual(['apiVersion', 'kind', 'spec', 'metadata'])
    expect(JSON.stringify(schema)).toContain('"retries"')
    const referred = [...JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref = '']) => ref)
    expect(referred.length).toBeGreaterThan(0)
    for (const ref of referred) expect(Object.keys(schema.$defs)).toContain(ref.replace('#/$defs/', ''))
    expect(Buffer.byteLength(JSON.stringify(schema))).toBeLessThan(200_000)
  })

  it('is read from the server once as long as its hash is the same', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    const read = () => as('viewer')('/schemas/security.istio.io/v1/AuthorizationPolicy')
    const first = await read()
    const before = given.kubernetes.server.requestCount()
    expect(await read()).toEqual(first)
    expect(given.kubernetes.server.requestCount() - before).toBe(1)
  })

  it('of a kind or version that is not there is said so', async () => {
    const given = await cluster()
    const { as } = await consoleOn(given.kubeconfig)
    // oxlint-disable-next-line no-await-in-loop -- two
    for (const none of ['networking.istio.io/v7/VirtualService', 'networking.istio.io/v1/Teapot'])
      expect(await as('viewer')(`/schemas/${none}`)).toMatchObject({ status: 200, body: { schema: null } })
  })

  it('may refer to itself', () => {
    const tree = { properties: { left: { $ref: '#/components/schemas/Tree' } } }
    const own = {
      'x-kubernetes-group-version-kind': [{ group: 'x', version: 'v1', kind: 'Root' }],
      properties: { spec: { $ref: '#/components/schemas/Tree' }, status: {} },
    }
    const document = { components: { schemas: { Root: own, Tree: tree, Other: {} } } }
    expect(schemaIn(document, { group: 'x', version: 'v1', kind: 'Root' })).toMatchObject({
      properties: { spec: { $ref: '#/$defs/Tree' } },
      $defs: { Tree: { properties: { left: { $ref: '#/$defs/Tree' } } } },
    })
  })
})
