import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { httpRoute, made, namespace } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decideAll } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const api = 'gateway.networking.k8s.io'
const listener = (more: Record<string, unknown> = {}) => ({
  name: 'web',
  port: 81,
  protocol: 'HTTP',
  allowedRoutes: { namespaces: { from: 'All' } },
  ...more,
})
/** The Gateway of the small mesh, with listeners of its own. */
const gateway = (...listeners: unknown[]): KubeObject =>
  made(`${api}/v1`, 'Gateway', 'gates', 'edge', { gatewayClassName: 'istio', listeners })
const parent = (more: Record<string, unknown> = {}) => ({ kind: 'Gateway', namespace: 'gates', name: 'edge', ...more })
const toBack = [{ name: 'back', port: 8080 }]
const own = (spec: Record<string, unknown> = {}, name = 'own', where = 'shop'): KubeObject =>
  httpRoute(where, name, { parentRefs: [parent()], rules: [{ backendRefs: toBack }], ...spec })
const other = (kind: string, version: string, spec: Record<string, unknown>, where = 'shop'): KubeObject =>
  made(`${api}/${version}`, kind, where, kind.toLowerCase(), { parentRefs: [parent()], ...spec })

function decided(objects: KubeObject[], more: Partial<Flow> = {}) {
  const snapshot = snapshotWith(...objects)
  const flow = flowFrom(snapshot, 'gates/edge', more.host ?? 'a.example', more.port ?? 81, more)
  return decideAll(snapshot, flow)
}

function ends(objects: KubeObject[], more: Partial<Flow> = {}): string {
  const [outcome] = decided(objects, more).outcomes
  if (outcome?.answer == null) return outcome?.destination?.name ?? '?'
  if (outcome.reports.length === 0) return `closed: ${outcome.details}`
  return `${outcome.answer.code} ${outcome.reports[0]?.flags}${outcome.location ? ` → ${outcome.location}` : ''}`
}

// https://gateway-api.sigs.k8s.io/reference/spec/#gateway and #parentreference
describe('a listener', () => {
  const wide = gateway(listener())
  it.each<[claim: string, objects: KubeObject[], more: Partial<Flow>, expected: string]>([
    ['takes the routes that name its Gateway', [wide, own()], {}, 'back-v1'],
    [
      'takes routes of its own namespace only, unless it says otherwise',
      [gateway(listener({ allowedRoutes: {} })), own()],
      {},
      '404 NR',
    ],
    [
      'takes routes of namespaces it selects',
      [
        gateway(
          listener({ allowedRoutes: { namespaces: { from: 'Selector', selector: { matchLabels: { team: 'a' } } } } }),
        ),
        namespace('shop', { team: 'a' }),
        own(),
      ],
      {},
      'back-v1',
    ],
    [
      'takes none of namespaces it does not select',
      [
        gateway(
          listener({
            allowedRoutes: {
              namespaces: {
                from: 'Selector',
                selector: { matchExpressions: [{ key: 'team', operator: 'In', values: ['b'] }] },
              },
            },
          }),
        ),
        namespace('shop', { team: 'a' }),
        own(),
      ],
      {},
      '404 NR',
    ],
    [
      'takes only kinds it names',
      [gateway(listener({ allowedRoutes: { namespaces: { from: 'All' }, kinds: [{ kind: 'GRPCRoute' }] } })), own()],
      {},
      '404 NR',
    ],
    [
      'is meant by its name',
      [
        gateway(listener(), listener({ name: 'more', port: 82 })),
        own({ parentRefs: [parent({ sectionName: 'more' })] }),
      ],
      {},
      '404 NR',
    ],
    [
      'is meant by its port',
      [gateway(listener(), listener({ name: 'more', port: 82 })), own({ parentRefs: [parent({ port: 82 })] })],
      { port: 82 },
      'back-v1',
    ],
    ['refuses connections where there is none', [wide, own()], { port: 99 }, 'closed: connection_refused'],
    ['answers only to its hostname', [gateway(listener({ hostname: 'b.example' })), own()], {}, '404 NR'],
    [
      'shares its wildcard with a route’s name',
      [gateway(listener({ hostname: '*.example' })), own({ hostnames: ['a.example'] })],
      {},
      'back-v1',
    ],
    [
      'shares its name with a route’s wildcard',
      [gateway(listener({ hostname: 'a.example' })), own({ hostnames: ['*.example'] })],
      { host: 'b.example' },
      '404 NR',
    ],
    [
      'takes no route whose hostnames it does not share',
      [gateway(listener({ hostname: 'b.example' })), own({ hostnames: ['a.example'] })],
      { host: 'b.example' },
      '404 NR',
    ],
    [
      'of TLS passes through by TLSRoute',
      [
        gateway(listener({ protocol: 'TLS', tls: { mode: 'Passthrough' } })),
        other('TLSRoute', 'v1alpha2', { hostnames: ['a.example'], rules: [{ backendRefs: toBack }] }),
      ],
      { sni: 'a.example' },
      'back-v1',
    ],
    [
      'of TLS closes what no TLSRoute names',
      [
        gateway(listener({ protocol: 'TLS', tls: { mode: 'Passthrough' } })),
        other('TLSRoute', 'v1alpha2', { hostnames: ['b.example'], rules: [{ backendRefs: toBack }] }),
      ],
      { sni: 'a.example' },
      'closed: filter_chain_not_found',
    ],
    [
      'of TCP passes on by TCPRoute',
      [gateway(listener({ protocol: 'TCP' })), other('TCPRoute', 'v1alpha2', { rules: [{ backendRefs: toBack }] })],
      { protocol: 'tcp' },
      'back-v1',
    ],
    [
      'of HTTPS without a certificate cannot shake hands',
      [gateway(listener({ protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'none' }] } })), own()],
      { sni: 'a.example' },
      'closed: tls_error:no_certificate',
    ],
  ])('%s', (_, objects, more, expected) => {
    expect(ends(objects, more)).toBe(expected)
  })
})

// https://gateway-api.sigs.k8s.io/reference/spec/#httproutefilter
describe('a filter', () => {
  const filtered = (filters: unknown[], more: Partial<Flow> = {}, path = '/items'): Outcome => {
    const rule = { matches: [{ path: { type: 'PathPrefix', value: path } }], filters, backendRefs: toBack }
    const [outcome] = decided([gateway(listener()), own({ rules: [rule] })], more).outcomes
    if (outcome === undefined) throw new Error('no outcome')
    return outcome
  }
  it.each<[claim: string, path: unknown, asked: string, arrives: string]>([
    [
      'replaces the elements of a prefix',
      { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' },
      '/items/7?x=1',
      '/v2/7?x=1',
    ],
    ['takes a prefix away', { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' }, '/items/7', '/7'],
    [
      'takes a prefix away that is all there is',
      { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
      '/items',
      '/',
    ],
    ['replaces the whole path', { type: 'ReplaceFullPath', replaceFullPath: '/x' }, '/items/7', '/x'],
  ])('%s', (_, path, asked, arrives) => {
    const outcome = filtered([{ type: 'URLRewrite', urlRewrite: { path } }], { path: asked })
    expect(outcome.arriving.path).toBe(arrives)
  })
  it('rewrites the Host', () => {
    const outcome = filtered([{ type: 'URLRewrite', urlRewrite: { hostname: 'inner.example' } }])
    expect(outcome.arriving.host).toBe('inner.example')
  })
  it('edits request headers', () => {
    const requestHeaderModifier = {
      set: [{ name: 'X-A', value: '2' }],
      add: [{ name: 'x-b', value: '3' }],
      remove: ['x-c'],
    }
    const headers = { 'x-a': '1', 'x-c': '1' }
    const outcome = filtered([{ type: 'RequestHeaderModifier', requestHeaderModifier }], { headers })
    expect(outcome.arriving.headers).toEqual({ 'x-a': '2', 'x-b': '3' })
  })
  it.each<[claim: string, redirect: unknown, code: number, location: string]>([
    ['to https uses its usual port', { scheme: 'https', statusCode: 301 }, 301, 'https://a.example/items'],
    [
      'is 302 and keeps the listener’s port unless it says otherwise',
      { hostname: 'b.example' },
      302,
      'http://b.example:81/items',
    ],
    [
      'replaces the prefix',
      { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/x' }, port: 80 },
      302,
      'http://a.example/x',
    ],
  ])('that redirects %s', (_, requestRedirect, code, location) => {
    expect(filtered([{ type: 'RequestRedirect', requestRedirect }])).toMatchObject({ answer: { code }, location })
  })
  it('copies requests, by percent or by fraction', () => {
    const copied = (mirror: Record<string, unknown>) => {
      const requestMirror = { backendRef: { name: 'front', port: 8080 }, ...mirror }
      const rule = { filters: [{ type: 'RequestMirror', requestMirror }], backendRefs: toBack }
      return decided([gateway(listener()), own({ rules: [rule] })]).mirrored.map(({ share, destination }) => [
        share,
        destination?.name,
      ])
    }
    expect(copied({})).toEqual([[1, 'front']])
    expect(copied({ percent: 20 })).toEqual([[0.2, 'front']])
    expect(copied({ fraction: { numerator: 1, denominator: 8 } })).toEqual([[0.125, 'front']])
  })
  it('that nobody knows is an error, not skipped', () => {
    expect(filtered([{ type: 'ExtensionRef', extensionRef: {} }]).answer?.code).toBe(500)
  })
  it('of a backend is for its requests only', () => {
    const filters = [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-v', value: '1' }] } }]
    const backendRefs = [
      { ...toBack[0], filters },
      { name: 'front', port: 8080 },
    ]
    const { outcomes } = decided([gateway(listener()), own({ rules: [{ backendRefs }] })])
    expect(Object.fromEntries(outcomes.map(one => [one.destination?.name, one.arriving.headers]))).toEqual({
      'back-v1': { 'x-v': '1' },
      'back-v2': { 'x-v': '1' },
      front: {},
    })
  })
})

// https://gateway-api.sigs.k8s.io/reference/spec/#httpbackendref and #referencegrant
describe('a backend', () => {
  const grant = (to: Record<string, unknown>, from: Record<string, unknown> = {}): KubeObject =>
    made(`${api}/v1beta1`, 'ReferenceGrant', 'data', 'g', {
      from: [{ group: api, kind: 'HTTPRoute', namespace: 'shop', ...from }],
      to: [{ group: '', kind: 'Service', ...to }],
    })
  const foreign = own({ rules: [{ backendRefs: [{ name: 'db', namespace: 'data', port: 5432 }] }] })
  it.each<[claim: string, objects: KubeObject[], expected: string]>([
    ['in another namespace needs a grant', [foreign], '500 NC'],
    ['is granted as any Service', [foreign, grant({})], 'db'],
    ['is granted by its name', [foreign, grant({ name: 'db' })], 'db'],
    ['is not granted by another name', [foreign, grant({ name: 'x' })], '500 NC'],
    ['is not granted to another namespace', [foreign, grant({}, { namespace: 'pay' })], '500 NC'],
    ['is not granted to another kind', [foreign, grant({}, { kind: 'GRPCRoute' })], '500 NC'],
    [
      'of another kind is refused',
      [own({ rules: [{ backendRefs: [{ kind: 'Pod', name: 'back', port: 8080 }] }] })],
      '500 NC',
    ],
    ['that does not exist is an error', [own({ rules: [{ backendRefs: [{ name: 'nobody', port: 80 }] }] })], '500 NC'],
    ['without the port is an error', [own({ rules: [{ backendRefs: [{ name: 'back', port: 1 }] }] })], '500 NC'],
    [
      'of weight 0 gets nothing, and nothing else is an error',
      [own({ rules: [{ backendRefs: [{ ...toBack[0], weight: 0 }] }] })],
      '500 -',
    ],
    [
      'may be a host by Istio’s own kind',
      [
        own({
          rules: [
            {
              backendRefs: [
                { group: 'networking.istio.io', kind: 'Hostname', name: 'back.shop.svc.cluster.local', port: 8080 },
              ],
            },
          ],
        }),
      ],
      'back-v1',
    ],
  ])('%s', (_, objects, expected) => {
    expect(ends([gateway(listener()), ...objects])).toBe(expected)
  })
})

// https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule, precedence
describe('among routes of one host', () => {
  const answering = (
    name: string,
    code: number,
    match: Record<string, unknown>,
    more: Record<string, unknown> = {},
  ) => {
    const filters = [{ type: 'RequestRedirect', requestRedirect: { statusCode: code } }]
    return own({ hostnames: ['a.example'], rules: [{ matches: [match], filters }], ...more }, name)
  }
  const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } })
  it.each<[claim: string, routes: KubeObject[], more: Partial<Flow>, expected: number]>([
    [
      'an exact path goes first',
      [answering('a', 301, prefix('/items')), answering('b', 302, { path: { type: 'Exact', value: '/items' } })],
      {},
      302,
    ],
    [
      'the longest prefix goes first',
      [answering('a', 301, prefix('/')), answering('b', 302, prefix('/items'))],
      {},
      302,
    ],
    [
      'a prefix goes before a regex',
      [
        answering('a', 301, { path: { type: 'RegularExpression', value: '/items' } }),
        answering('b', 302, prefix('/items')),
      ],
      {},
      302,
    ],
    [
      'a method goes first among equal paths',
      [answering('a', 301, prefix('/')), answering('b', 302, { ...prefix('/'), method: 'GET' })],
      {},
      302,
    ],
    [
      'more headers go first',
      [
        answering('a', 301, { headers: [{ name: 'x', value: '1' }] }),
        answering('b', 302, {
          headers: [
            { name: 'x', value: '1' },
            { name: 'y', value: '1' },
          ],
        }),
      ],
      { headers: { x: '1', y: '1' } },
      302,
    ],
    [
      'more query parameters go first',
      [answering('a', 301, {}), answering('b', 302, { queryParams: [{ name: 'v', value: '1' }] })],
      { path: '/?v=1' },
      302,
    ],
    ['the first by name goes first among equals', [answering('b', 301, {}), answering('a', 302, {})], {}, 302],
    [
      'the more specific hostname goes first, whatever matches',
      [
        answering('a', 301, { path: { type: 'Exact', value: '/items' } }, { hostnames: ['*.example'] }),
        answering('b', 302, {}),
      ],
      {},
      302,
    ],
  ])('%s', (_, routes, more, expected) => {
    expect(decided([gateway(listener()), ...routes], more).outcomes[0]?.answer?.code).toBe(expected)
  })
})

// https://gateway-api.sigs.k8s.io/reference/spec/#grpcroute
describe('a GRPCRoute', () => {
  const grpc = (method: unknown) =>
    other('GRPCRoute', 'v1', { rules: [{ matches: [{ method }], backendRefs: toBack }] })
  it.each<[claim: string, method: unknown, path: string, expected: string]>([
    ['takes a method of a service', { service: 'shop.v1.Cart', method: 'Get' }, '/shop.v1.Cart/Get', 'back-v1'],
    ['takes no other method', { service: 'shop.v1.Cart', method: 'Get' }, '/shop.v1.Cart/Put', '200 NR'],
    ['takes all methods of a service', { service: 'shop.v1.Cart' }, '/shop.v1.Cart/Put', 'back-v1'],
    ['takes a method of all services', { method: 'Get' }, '/any.v1.Thing/Get', 'back-v1'],
    [
      'takes methods by regex',
      { type: 'RegularExpression', service: 'shop\\..*', method: 'Get.*' },
      '/shop.v1.Cart/GetAll',
      'back-v1',
    ],
  ])('%s', (_, method, path, expected) => {
    expect(ends([gateway(listener()), grpc(method)], { protocol: 'grpc', method: 'POST', path })).toBe(expected)
  })
})

// https://gateway-api.sigs.k8s.io/geps/gep-1742 and gep-1731
describe('times and tries', () => {
  const [outcome] = decided([
    gateway(listener()),
    own({
      rules: [
        {
          timeouts: { request: '2s', backendRequest: '500ms' },
          retry: { attempts: 3, codes: [503] },
          backendRefs: toBack,
        },
      ],
    }),
  ]).outcomes
  it('are limits of the request, of a try, and codes to try again on', () => {
    expect(outcome).toMatchObject({
      timeout: 2000,
      retries: { attempts: 3, perTryTimeout: 500 },
      routeName: 'shop.own.0',
    })
    expect([...(outcome?.retries?.on ?? [])]).toEqual(['503'])
  })
})

// https://gateway-api.sigs.k8s.io/geps/gep-1426
describe('a route of the mesh', () => {
  const service = { group: '', kind: 'Service', name: 'back', namespace: 'shop' }
  const redirecting = (where: string, code: number): KubeObject =>
    httpRoute(where, 'mesh', {
      parentRefs: [service],
      rules: [{ filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: code } }] }],
    })
  const code = (objects: KubeObject[], source: string) => {
    const snapshot = snapshotWith(...objects)
    return decideAll(snapshot, flowFrom(snapshot, source, 'back.shop', 8080)).outcomes[0]?.answer?.code
  }
  it.each<[claim: string, objects: KubeObject[], source: string, expected: number | undefined]>([
    ['by the producer rules for everybody', [redirecting('shop', 301)], 'data/db', 301],
    ['by a consumer rules for its own namespace', [redirecting('data', 302)], 'data/db', 302],
    ['by a consumer rules nobody else', [redirecting('data', 302)], 'shop/front', undefined],
    ['by a consumer goes before the producer’s', [redirecting('shop', 301), redirecting('data', 302)], 'data/db', 302],
  ])('%s', (_, objects, source, expected) => {
    expect(code(objects, source)).toBe(expected)
  })
  it('of TCP leads connections', () => {
    const tcp = made(`${api}/v1alpha2`, 'TCPRoute', 'data', 'db', {
      parentRefs: [{ group: '', kind: 'Service', name: 'db', port: 5432 }],
      rules: [
        {
          backendRefs: [
            { name: 'db', port: 5432, weight: 1 },
            { name: 'nobody', port: 1, weight: 1 },
          ],
        },
      ],
    })
    const snapshot = snapshotWith(tcp)
    const { outcomes } = decideAll(snapshot, flowFrom(snapshot, 'shop/back-v1', 'db.data', 5432, { protocol: 'tcp' }))
    expect(outcomes.map(one => [one.destination?.name ?? one.details, one.share])).toEqual([
      ['db', 0.5],
      ['cluster_not_found', 0.5],
    ])
  })
})
