import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCluster } from './client.ts'
import { fieldsOf } from './value.ts'

let cluster: Awaited<ReturnType<typeof startCluster>>
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(() => cluster.server.close())

const paths: Record<string, string> = {
  VirtualService: 'networking.istio.io/v1/namespaces/shop/virtualservices',
  DestinationRule: 'networking.istio.io/v1/namespaces/shop/destinationrules',
  ServiceEntry: 'networking.istio.io/v1/namespaces/shop/serviceentries',
  Gateway: 'networking.istio.io/v1/namespaces/shop/gateways',
  WasmPlugin: 'extensions.istio.io/v1alpha1/namespaces/shop/wasmplugins',
  AuthorizationPolicy: 'security.istio.io/v1/namespaces/shop/authorizationpolicies',
  HTTPRoute: 'gateway.networking.k8s.io/v1/namespaces/shop/httproutes',
}

const post = async (kind: string, spec: unknown, query = '') => {
  const path = paths[kind] ?? ''
  const apiVersion = path.split('/').slice(0, 2).join('/')
  const { status, headers, body } = await cluster.call({
    method: 'POST',
    path: `/apis/${path}?dryRun=All${query}`,
    body: { apiVersion, kind, metadata: { name: 'x', namespace: 'shop' }, spec },
  })
  return { status, headers, body: fieldsOf(body) }
}

describe('an object of a custom kind', () => {
  it.each<[string, string, unknown, string]>([
    [
      'a wrong type',
      'VirtualService',
      { http: [{ timeout: 5 }] },
      'spec.http[0].timeout: Invalid value: "integer": spec.http[0].timeout in body must be of type string: "integer"',
    ],
    [
      'a list where an object belongs',
      'VirtualService',
      [],
      'spec: Invalid value: "array": spec in body must be of type object: "array"',
    ],
    ['a missing field', 'DestinationRule', { subsets: [{}] }, 'spec.subsets[0].name: Required value'],
    [
      'a value that is not in the list',
      'AuthorizationPolicy',
      { action: 'PERMIT' },
      'spec.action: Unsupported value: "PERMIT": supported values: "ALLOW", "DENY", "AUDIT", "CUSTOM"',
    ],
    [
      'a number that is too small',
      'Gateway',
      { servers: [{ hosts: ['*'], port: { name: 'http', number: -1, protocol: 'HTTP' } }] },
      'spec.servers[0].port.number: Invalid value: -1: spec.servers[0].port.number in body should be greater than or equal to 0',
    ],
    [
      'an empty list',
      'ServiceEntry',
      { hosts: [] },
      'spec.hosts: Invalid value: 0: spec.hosts in body should have at least 1 items',
    ],
    [
      'a text that does not match',
      'WasmPlugin',
      { url: 'oci://a', sha256: 'z' },
      `spec.sha256: Invalid value: "z": spec.sha256 in body should match '(^$|^[a-f0-9]{64}$)'`,
    ],
    [
      'two where only one may be',
      'VirtualService',
      { http: [{ match: [{ uri: { exact: '/a', prefix: '/b' } }] }] },
      '<nil>: Invalid value: "": "spec.http[0].match[0].uri" must validate one and only one schema (oneOf). Found 2 valid alternatives',
    ],
    [
      'a key that a list has twice',
      'ServiceEntry',
      { hosts: ['a.com'], ports: [1, 2].map(number => ({ name: 'http', number })) },
      'spec.ports[1]: Duplicate value: {"name":"http"}',
    ],
    [
      'too many items',
      'HTTPRoute',
      { hostnames: Array.from({ length: 17 }, (_, index) => `h${index}.com`) },
      'spec.hostnames: Too many: 17: must have at most 16 items',
    ],
  ])('with %s is refused', async (_, kind, spec, message) => {
    const { status, body } = await post(kind, spec)
    expect(status).toBe(422)
    expect(body['reason']).toBe('Invalid')
    const group = (paths[kind] ?? '').split('/')[0]
    expect(body['message']).toContain(`${kind}.${group} "x" is invalid: `)
    expect(body['message']).toContain(message)
  })

  it.each<[string, string, unknown, string]>([
    [
      'a duration that is too short',
      'VirtualService',
      { http: [{ timeout: '1us' }] },
      'spec.http[0].timeout: Invalid value: "string": must be a valid duration greater than 1ms',
    ],
    [
      'a duration that is none',
      'VirtualService',
      { http: [{ timeout: 'soon' }] },
      `spec.http[0].timeout: Invalid value: "string": type conversion error from 'string' to 'google.protobuf.Duration' evaluating rule: must be a valid duration greater than 1ms`,
    ],
    [
      'a wildcard host',
      'ServiceEntry',
      { hosts: ['*'] },
      'spec.hosts[0]: Invalid value: "string": hostname cannot be wildcard',
    ],
    [
      'one port twice',
      'ServiceEntry',
      { hosts: ['a.com'], ports: ['a', 'b'].map(name => ({ name, number: 80 })) },
      'spec.ports: Invalid value: "array": port number cannot be duplicated',
    ],
    [
      'a port out of range',
      'ServiceEntry',
      { hosts: ['a.com'], ports: [{ name: 'a', number: 70_000 }] },
      'spec.ports[0].number: Invalid value: "integer": port must be between 1-65535',
    ],
    [
      'ports of a socket',
      'ServiceEntry',
      { hosts: ['a.com'], resolution: 'STATIC', endpoints: [{ address: 'unix:///a', ports: { http: 80 } }] },
      'spec.endpoints[0]: Invalid value: "object": UDS may not include ports',
    ],
    [
      'a scheme that no one pulls from',
      'WasmPlugin',
      { url: 'ftp://a/b' },
      'spec.url: Invalid value: "string": url must have schema one of [http, https, file, oci]',
    ],
    [
      'a selector and a target',
      'AuthorizationPolicy',
      { selector: { matchLabels: { a: 'b' } }, targetRefs: [{ kind: 'Service', group: '', name: 'a' }] },
      'spec: Invalid value: "object": only one of targetRefs or selector can be set',
    ],
    [
      'a backend without a port',
      'HTTPRoute',
      { rules: [{ backendRefs: [{ name: 'a' }] }] },
      'spec.rules[0].backendRefs[0]: Invalid value: "object": Must have port for Service reference',
    ],
    [
      'one parent twice',
      'HTTPRoute',
      { parentRefs: [{ name: 'a' }, { name: 'a' }] },
      'spec.parentRefs: Invalid value: "array": sectionName or port must be unique when parentRefs includes 2 or more references to the same parent',
    ],
    [
      'a rewritten prefix without a matched one',
      'HTTPRoute',
      {
        rules: [
          {
            matches: [{ path: { type: 'Exact', value: '/a' } }],
            filters: [
              { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } },
            ],
          },
        ],
      },
      'spec.rules[0]: Invalid value: "object": When using URLRewrite filter with path.replacePrefixMatch, exactly one PathPrefix match must be specified',
    ],
    [
      'a path with two slashes',
      'HTTPRoute',
      { rules: [{ matches: [{ path: { value: '/a//b' } }] }] },
      `spec.rules[0].matches[0].path: Invalid value: "object": must not contain '//' when type one of ['Exact', 'PathPrefix']`,
    ],
  ])('that breaks a rule by %s is refused', async (_, kind, spec, message) => {
    const { status, body } = await post(kind, spec)
    expect({ status, message: body['message'] }).toEqual({ status: 422, message: expect.stringContaining(message) })
  })

  it('is not asked for its rules where its shape is wrong', async () => {
    const { body } = await post('ServiceEntry', { hosts: ['*'], resolution: 'X' })
    expect(body['message']).toContain(
      '<nil>: Invalid value: "null": some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
    )
  })

  it('keeps what a rule makes fixed, and what was wrong before', async () => {
    const path = '/apis/gateway.networking.k8s.io/v1/gatewayclasses'
    const body = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'own' } }
    await cluster.call({ method: 'POST', path, body: { ...body, spec: { controllerName: 'a.com/b' } } })
    const type = 'application/merge-patch+json'
    const change = (patch: unknown) => cluster.call({ method: 'PATCH', path: `${path}/own`, type, body: patch })
    const refused = await change({ spec: { controllerName: 'a.com/c' } })
    expect(fieldsOf(refused.body)['message']).toBe(
      'GatewayClass.gateway.networking.k8s.io "own" is invalid: spec.controllerName: Invalid value: "string": Value is immutable',
    )
    const kept = await change({ spec: { controllerName: 'a.com/b', description: 'ours' } })
    expect(kept.status).toBe(200)
    cluster.store.create({
      apiVersion: 'networking.istio.io/v1',
      kind: 'ServiceEntry',
      metadata: { name: 'old', namespace: 'shop' },
      spec: { hosts: ['*'], location: 'NOWHERE' },
    })
    const old = `/apis/${paths['ServiceEntry']}/old`
    const labelled = await cluster.call({ method: 'PATCH', path: old, type, body: { spec: { resolution: 'DNS' } } })
    expect(labelled.status).toBe(200)
  })

  it('with an unknown field is refused where one asks for strictness', async () => {
    const spec = { hosts: ['a'], http: [{ rout: [] }], host: 'b' }
    const { status, body } = await post('VirtualService', spec, '&fieldValidation=Strict')
    expect(status).toBe(400)
    expect(body['message']).toBe(
      'VirtualService in version "v1" cannot be handled as a VirtualService: strict decoding error: unknown field "spec.http[0].rout", unknown field "spec.host"',
    )
  })

  it('loses unknown fields, with a warning', async () => {
    const { status, body, headers } = await post('VirtualService', { hosts: ['a'], host: 'b' })
    expect(status).toBe(201)
    expect(body['spec']).toEqual({ hosts: ['a'] })
    expect(headers['warning']).toBe('299 - "unknown field \\"spec.host\\""')
  })

  it('keeps what a schema leaves open', async () => {
    const spec = { url: 'oci://a', pluginConfig: { any: [{ thing: null }] } }
    expect((await post('WasmPlugin', spec)).body['spec']).toEqual(spec)
  })

  it('loses nulls that its schema does not take', async () => {
    const { status, body } = await post('VirtualService', { hosts: ['a'], gateways: null })
    expect(status).toBe(201)
    expect(body['spec']).toEqual({ hosts: ['a'] })
  })

  it('gets the defaults of its schema, from the outside in', async () => {
    const { body } = await post('HTTPRoute', {
      parentRefs: [{ name: 'edge' }],
      rules: [{ backendRefs: [{ name: 'web', port: 80 }], matches: [{ path: { value: '/a' } }, { method: 'GET' }] }],
    })
    expect(body['spec']).toEqual({
      parentRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
      rules: [
        {
          backendRefs: [{ group: '', kind: 'Service', name: 'web', port: 80, weight: 1 }],
          matches: [
            { path: { type: 'PathPrefix', value: '/a' } },
            { method: 'GET', path: { type: 'PathPrefix', value: '/' } },
          ],
        },
      ],
    })
  })

  it('of the Sail operator is completed, named and kept as its rules say', async () => {
    const send = (kind: string, plural: string, name: string, spec?: unknown) =>
      cluster.call({
        method: 'POST',
        path: `/apis/sailoperator.io/v1/${plural}?dryRun=All`,
        body: { apiVersion: 'sailoperator.io/v1', kind, metadata: { name }, ...(spec === undefined ? {} : { spec }) },
      })
    const istio = await send('Istio', 'istios', 'default', { values: { pilot: { cni: { enabled: true } } } })
    expect(fieldsOf(istio.body)['spec']).toEqual({
      version: 'v1.29.2',
      namespace: 'istio-system',
      updateStrategy: { type: 'InPlace' },
      values: { pilot: { cni: { enabled: true } } },
    })
    expect((await send('IstioCNI', 'istiocnis', 'default')).status).toBe(201)
    const misnamed = await send('ZTunnel', 'ztunnels', 'other')
    expect(fieldsOf(misnamed.body)['message']).toContain("metadata.name must be 'default'")
    const elsewhere = await send('Istio', 'istios', 'a', { values: { global: { istioNamespace: 'b' } } })
    expect(fieldsOf(elsewhere.body)['message']).toContain(
      'spec: Invalid value: "object": spec.values.global.istioNamespace must match spec.namespace',
    )
  })
})
