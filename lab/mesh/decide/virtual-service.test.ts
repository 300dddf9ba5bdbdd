import { describe, expect, it } from 'vitest'
import type { KubeObject } from '#lab/contract.ts'
import { destinationRule, virtualService } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { decideAll } from './decide.ts'
import type { Flow, Outcome } from './outcome.ts'

const host = 'back.shop.svc.cluster.local'
const route = [{ destination: { host } }]

function decided(objects: KubeObject[], more: Partial<Flow> = {}, source = 'shop/front') {
  const snapshot = snapshotWith(...objects)
  return decideAll(snapshot, flowFrom(snapshot, source, 'back.shop', 8080, more))
}

const back = (...http: unknown[]) => virtualService('shop', 'back', { hosts: ['back'], http })

function only(rule: Record<string, unknown>, more: Partial<Flow> = {}): Outcome {
  const [outcome] = decided([back(rule)], more).outcomes
  if (outcome === undefined) throw new Error('no outcome')
  return outcome
}

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRewrite
describe('a rewrite', () => {
  it.each<[claim: string, match: unknown, rewrite: unknown, asked: string, arrives: string]>([
    ['puts its uri in the place of a matched prefix', { prefix: '/old' }, { uri: '/new' }, '/old/1?a=2', '/new/1?a=2'],
    ['of a prefix as characters, not elements', { prefix: '/old/' }, { uri: '/' }, '/old/1', '/1'],
    ['puts its uri in the place of an exact path', { exact: '/old' }, { uri: '/new/x' }, '/old', '/new/x'],
    ['puts its uri in the place of all a regex matched', { regex: '/o.*' }, { uri: '/new' }, '/old/1', '/new'],
    ['without a match replaces the slash that begins every path', undefined, { uri: '/v2/' }, '/items', '/v2/items'],
    [
      'by regex fills in its groups',
      undefined,
      { uriRegexRewrite: { match: '^/a/([^/]+)/(.*)$', rewrite: '/\\2/of/\\1' } },
      '/a/7/cart',
      '/cart/of/7',
    ],
    [
      'by regex replaces every place it fits',
      undefined,
      { uriRegexRewrite: { match: 'a', rewrite: 'bb' } },
      '/a/ca',
      '/bb/cbb',
    ],
    [
      'by a regex that does not compile changes nothing',
      undefined,
      { uriRegexRewrite: { match: '([', rewrite: 'b' } },
      '/a',
      '/a',
    ],
    [
      'by a regex made to never end, ends',
      undefined,
      { uriRegexRewrite: { match: '(a*)*$', rewrite: '' } },
      `/${'a'.repeat(60)}b`,
      `/${'a'.repeat(60)}b`,
    ],
  ])('%s', (_, uri, rewrite, path, arrives) => {
    const outcome = only({ ...(uri ? { match: [{ uri }] } : {}), rewrite, route }, { path })
    expect(outcome.arriving.path).toBe(arrives)
    expect(outcome.destination?.namespace).toBe('shop')
  })
  it('of the authority is what the destination is asked for', () => {
    expect(only({ rewrite: { authority: 'inner.example' }, route }).arriving.host).toBe('inner.example')
  })
})

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPRedirect
describe('a redirect', () => {
  it.each<[claim: string, redirect: unknown, more: Partial<Flow>, code: number, location: string]>([
    ['is 301 to the same place unless it says otherwise', {}, {}, 301, 'http://back.shop:8080/items'],
    [
      'replaces the whole path and keeps the query',
      { uri: '/x' },
      { path: '/a?b=1' },
      301,
      'http://back.shop:8080/x?b=1',
    ],
    ['to another authority leaves the port behind', { authority: 'new.example' }, {}, 301, 'http://new.example/items'],
    ['answers with its code', { authority: 'a.example', redirectCode: 308 }, {}, 308, 'http://a.example/items'],
    ['to https uses its port', { scheme: 'https' }, {}, 301, 'https://back.shop/items'],
    ['names a port', { port: 8443, scheme: 'https' }, {}, 301, 'https://back.shop:8443/items'],
    [
      'derives the port from the request',
      { derivePort: 'FROM_REQUEST_PORT', authority: 'a.example' },
      {},
      301,
      'http://a.example:8080/items',
    ],
    ['derives the port from the protocol', { derivePort: 'FROM_PROTOCOL_DEFAULT' }, {}, 301, 'http://back.shop/items'],
  ])('%s', (_, redirect, more, code, location) => {
    const outcome = only({ redirect }, more)
    expect(outcome).toMatchObject({ answer: { code }, location, details: 'direct_response', destination: null })
  })
})

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#Headers-HeaderOperations
describe('headers of a request', () => {
  it.each<[claim: string, request: unknown, before: Record<string, string>, after: Record<string, string>]>([
    ['are set over what was there', { set: { 'X-A': '2' } }, { 'x-a': '1' }, { 'x-a': '2' }],
    ['are added to what was there', { add: { 'x-a': '2' } }, { 'x-a': '1' }, { 'x-a': '1,2' }],
    ['are removed whatever their case', { remove: ['X-A'] }, { 'x-a': '1', 'x-b': '2' }, { 'x-b': '2' }],
  ])('%s', (_, request, headers, after) => {
    expect(only({ headers: { request }, route }, { headers }).arriving.headers).toEqual(after)
    const perDestination = only({ route: [{ ...route[0], headers: { request } }] }, { headers })
    expect(perDestination.arriving.headers).toEqual(after)
  })
  it('of the rule go over those of its destination', () => {
    const set = (value: string) => ({ request: { set: { 'x-a': value } } })
    expect(only({ headers: set('rule'), route: [{ ...route[0], headers: set('own') }] }).arriving.headers).toEqual({
      'x-a': 'rule',
    })
  })
  it('may set the Host', () => {
    expect(only({ headers: { request: { set: { Host: 'a.example' } } }, route }).arriving.host).toBe('a.example')
  })
})

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#Delegate
describe('a delegate', () => {
  const root = (rule: Record<string, unknown>, more: Record<string, unknown> = {}) =>
    virtualService('shop', 'back', {
      hosts: ['back'],
      http: [
        { delegate: { name: 'team', namespace: 'data' }, ...rule },
        { match: [{ uri: { exact: '/own' } }], route },
      ],
      ...more,
    })
  const team = (http: unknown[], more: Record<string, unknown> = {}) =>
    virtualService('data', 'team', { http, ...more })
  const direct = (status: number) => ({ directResponse: { status } })
  const code = (objects: KubeObject[], more: Partial<Flow> = {}) => {
    const [outcome] = decided(objects, more).outcomes
    return outcome?.answer?.code ?? 200
  }
  it.each<[claim: string, rootRule: Record<string, unknown>, rules: unknown[], path: string, expected: number]>([
    ['answers for its root', {}, [direct(418)], '/x', 418],
    [
      'narrows the prefix of its root',
      { match: [{ uri: { prefix: '/a' } }] },
      [{ match: [{ uri: { prefix: '/a/b' } }], ...direct(418) }],
      '/a/b/c',
      418,
    ],
    ['does not answer beside its root', { match: [{ uri: { prefix: '/a' } }] }, [direct(418)], '/b', 404],
    [
      'that reaches beyond its root is left out',
      { match: [{ uri: { prefix: '/a' } }] },
      [{ match: [{ uri: { prefix: '/b' } }], ...direct(418) }],
      '/b',
      404,
    ],
    [
      'of which one match reaches beyond is left out whole',
      { match: [{ uri: { prefix: '/a' } }] },
      [{ match: [{ uri: { prefix: '/a/b' } }, { uri: { prefix: '/b' } }], ...direct(418) }],
      '/a/b',
      404,
    ],
    [
      'meets both its own and its root headers',
      { match: [{ headers: { a: { exact: '1' } } }] },
      [{ match: [{ headers: { b: { exact: '2' } } }], ...direct(418) }],
      '/',
      404,
    ],
    [
      'cannot narrow a regex',
      { match: [{ uri: { regex: '/a.*' } }] },
      [{ match: [{ uri: { exact: '/ab' } }], ...direct(418) }],
      '/ab',
      404,
    ],
    ['that delegates further is no rule', {}, [{ delegate: { name: 'x' } }], '/', 404],
  ])('%s', (_, rule, rules, path, expected) => {
    expect(code([root(rule), team(rules)], { path })).toBe(expected)
  })
  it('that does not exist is no route', () => {
    expect(decided([root({})]).outcomes).toMatchObject([{ answer: { code: 404 }, details: 'route_not_found' }])
  })
  it('whose root has no other rule leaves the host as if nobody had routed it', () => {
    const http = [{ delegate: { name: 'team', namespace: 'data' } }]
    expect(code([virtualService('shop', 'back', { hosts: ['back'], http })])).toBe(200)
  })
  it('that is not exported to its root is no route', () => {
    expect(code([root({}), team([direct(418)], { exportTo: ['.'] })])).toBe(404)
    expect(code([root({}), team([direct(418)], { exportTo: ['shop'] })])).toBe(418)
  })
  it('takes from its root what it does not say itself', () => {
    const rule = { timeout: '3s', fault: { delay: { fixedDelay: '1s' } }, headers: { request: { set: { a: '1' } } } }
    expect(decided([root(rule), team([{ route, timeout: '2s' }])]).outcomes[0]).toMatchObject({
      timeout: 2000,
      delay: 1000,
      arriving: { headers: { a: '1' } },
    })
  })
  it('is named after both', () => {
    const [outcome] = decided([root({ name: 'all' }), team([{ name: 'team', route }])]).outcomes
    expect(outcome?.routeName).toBe('all-team')
  })
})

// https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_conn_man/response_code_details
describe('an answer by the proxy itself', () => {
  const subset = destinationRule('shop', 'back', { host, subsets: [{ name: 'v9', labels: { version: 'v9' } }] })
  it.each<[claim: string, rule: Record<string, unknown>, code: number, flags: string, details: string]>([
    ['no rule that fits', { match: [{ uri: { exact: '/z' } }], route }, 404, 'NR', 'route_not_found'],
    ['a host nobody registered', { route: [{ destination: { host: 'nobody' } }] }, 503, 'NC', 'cluster_not_found'],
    [
      'a port the Service lacks',
      { route: [{ destination: { host, port: { number: 1 } } }] },
      503,
      'NC',
      'cluster_not_found',
    ],
    ['a subset nobody defined', { route: [{ destination: { host, subset: 'vx' } }] }, 503, 'NC', 'cluster_not_found'],
    ['a subset without pods', { route: [{ destination: { host, subset: 'v9' } }] }, 503, 'UH', 'no_healthy_upstream'],
    ['a direct response', { directResponse: { status: 451 } }, 451, '-', 'direct_response'],
    ['a fault that aborts', { route, fault: { abort: { httpStatus: 555 } } }, 555, 'FI', 'fault_filter_abort'],
    [
      'a gRPC abort of a client that speaks HTTP',
      { route, fault: { abort: { grpcStatus: 'UNAVAILABLE' } } },
      503,
      'FI',
      'fault_filter_abort',
    ],
    [
      'a delay before an abort',
      { route, fault: { delay: { fixedDelay: '1s' }, abort: { httpStatus: 500 } } },
      500,
      'DI,FI',
      'fault_filter_abort',
    ],
  ])('tells of %s', (_, rule, code, flags, details) => {
    const { outcomes } = decided([subset, back(rule)])
    expect(outcomes).toMatchObject([{ share: 1, answer: { code }, details, reports: [{ reporter: 'source', flags }] }])
  })
  it.each<[claim: string, rule: Record<string, unknown>, grpcStatus: number]>([
    ['UNIMPLEMENTED for no route', { match: [{ uri: { exact: '/z' } }], route }, 12],
    ['UNAVAILABLE for no cluster', { route: [{ destination: { host: 'nobody' } }] }, 14],
    ['what a fault says', { route, fault: { abort: { grpcStatus: 'NOT_FOUND' } } }, 5],
  ])('tells gRPC clients %s', (_, rule, grpcStatus) => {
    const [outcome] = decided([back(rule)], { protocol: 'grpc' }).outcomes
    expect(outcome?.answer).toMatchObject({ code: 200, grpcStatus })
  })
  it('is given by a waypoint by its own rules', () => {
    const stock = virtualService('amb', 'stock', {
      hosts: ['stock'],
      http: [{ name: 'closed', directResponse: { status: 451 } }],
    })
    const snapshot = snapshotWith(stock)
    const [outcome] = decideAll(snapshot, flowFrom(snapshot, 'amb/bare', 'stock.amb', 9090)).outcomes
    expect(outcome).toMatchObject({ answer: { code: 451 }, waypoint: { name: 'waypoint' }, routeName: 'closed' })
    expect(outcome?.reports.map(report => report.reporter)).toEqual(['source', 'waypoint'])
  })
})

// https://istio.io/latest/docs/tasks/traffic-management/mirroring/
describe('a mirror', () => {
  const mirrored = (rule: Record<string, unknown>, more: Partial<Flow> = {}) =>
    decided([back({ route, ...rule })], more)
  const front = 'front.shop.svc.cluster.local'
  it('copies its share of the requests, with the Host marked as a shadow', () => {
    const { outcomes, mirrored: copies } = mirrored({ mirror: { host: 'front' }, mirrorPercentage: { value: 25 } })
    expect(copies).toMatchObject([
      { share: 0.25, destination: { name: 'front' }, arriving: { host: 'back.shop-shadow' } },
    ])
    expect(copies[0]?.reports.map(report => report.reporter)).toEqual(['destination'])
    expect(outcomes.reduce((sum, outcome) => sum + outcome.share, 0)).toBeCloseTo(1)
  })
  it('copies everything where no percentage is said', () => {
    expect(mirrored({ mirror: { host: 'front' } }).mirrored).toMatchObject([{ share: 1 }])
  })
  it('may be several', () => {
    const mirrors = [
      { destination: { host: front }, percentage: { value: 50 } },
      { destination: { host: 'db.data.svc.cluster.local', port: { number: 5432 } } },
    ]
    expect(mirrored({ mirrors }).mirrored.map(copy => [copy.destination?.name, copy.share])).toEqual([
      ['front', 0.5],
      ['db', 1],
    ])
  })
  it('to nobody leaves no trace', () => {
    const { mirrored: copies } = mirrored({ mirror: { host: 'nobody' } })
    expect(copies).toMatchObject([{ reports: [], answer: { code: 503 } }])
  })
  it('copies nothing that a fault aborted', () => {
    const fault = { abort: { httpStatus: 500, percentage: { value: 40 } } }
    expect(mirrored({ mirror: { host: 'front' }, fault }).mirrored[0]?.share).toBeCloseTo(0.6)
  })
})

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#TCPRoute and #TLSRoute
describe('a connection', () => {
  const db = (spec: Record<string, unknown>) => virtualService('data', 'db', { hosts: ['db'], ...spec })
  const to = (service: string, port: number) => [
    { destination: { host: `${service}.svc.cluster.local`, port: { number: port } } },
  ]
  const ends = (object: KubeObject, more: Partial<Flow> = {}) => {
    const snapshot = snapshotWith(object)
    const flow = flowFrom(snapshot, 'shop/back-v1', 'db.data', 5432, { protocol: 'tcp', method: '', path: '', ...more })
    return decideAll(snapshot, flow).outcomes.map(outcome => outcome.destination?.name ?? outcome.details)
  }
  it.each<[claim: string, spec: Record<string, unknown>, more: Partial<Flow>, expected: string[]]>([
    [
      'goes where a rule of its port says',
      { tcp: [{ match: [{ port: 5432 }], route: to('front.shop', 8080) }] },
      {},
      ['front'],
    ],
    [
      'goes on where no rule is of its port',
      { tcp: [{ match: [{ port: 1 }], route: to('front.shop', 8080) }] },
      {},
      ['db'],
    ],
    [
      'is told apart by its caller',
      { tcp: [{ match: [{ sourceLabels: { app: 'back' } }], route: to('front.shop', 8080) }] },
      {},
      ['front'],
    ],
    [
      'of another caller goes on',
      { tcp: [{ match: [{ sourceLabels: { app: 'x' } }], route: to('front.shop', 8080) }] },
      {},
      ['db'],
    ],
    [
      'with a server name goes where that is sent',
      { tls: [{ match: [{ sniHosts: ['*.example.com'] }], route: to('front.shop', 8080) }] },
      { sni: 'a.example.com' },
      ['front'],
    ],
    [
      'with another server name goes on',
      { tls: [{ match: [{ sniHosts: ['*.example.com'] }], route: to('front.shop', 8080) }] },
      { sni: 'a.example.org' },
      ['db'],
    ],
    [
      'to a cluster that does not exist is closed',
      { tcp: [{ route: to('nobody.shop', 1) }] },
      {},
      ['cluster_not_found'],
    ],
  ])('%s', (_, spec, more, expected) => {
    expect(ends(db(spec), more)).toEqual(expected)
  })
})

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#VirtualService, hosts and exportTo
describe('of VirtualServices for one host', () => {
  const answering = (
    name: string,
    status: number,
    spec: Record<string, unknown> = {},
    created = '2026-01-01T00:00:00Z',
  ) => {
    const object = virtualService('shop', name, { hosts: ['back'], http: [{ directResponse: { status } }], ...spec })
    return { ...object, metadata: { ...object.metadata, creationTimestamp: created } }
  }
  it.each<[claim: string, objects: KubeObject[], source: string, expected: number | undefined]>([
    ['the oldest rules', [answering('b', 411), answering('a', 412, {}, '2026-02-01T00:00:00Z')], 'shop/front', 411],
    ['of one age the first by name rules', [answering('b', 411), answering('a', 412)], 'shop/front', 412],
    [
      'a host by name goes before a wildcard',
      [answering('a', 411, { hosts: ['*.shop.svc.cluster.local'] }), answering('b', 412)],
      'shop/front',
      412,
    ],
    [
      'the longer wildcard goes before the shorter',
      [answering('a', 411, { hosts: ['*.local'] }), answering('b', 412, { hosts: ['*.shop.svc.cluster.local'] })],
      'shop/front',
      412,
    ],
    ['one that is not exported is not seen', [answering('a', 411, { exportTo: ['.'] })], 'data/db', undefined],
    ['one is exported to whom it names', [answering('a', 411, { exportTo: ['data'] })], 'data/db', 411],
    [
      'one exported to whom it names is not seen at home',
      [answering('a', 411, { exportTo: ['data'] })],
      'shop/front',
      undefined,
    ],
    ['one exported to nobody is seen by nobody', [answering('a', 411, { exportTo: ['~'] })], 'shop/front', undefined],
    [
      'one for a gateway only is not for the mesh',
      [answering('a', 411, { gateways: ['gates/edge'] })],
      'shop/front',
      undefined,
    ],
    ['one for both is', [answering('a', 411, { gateways: ['gates/edge', 'mesh'] })], 'shop/front', 411],
  ])('%s', (_, objects, source, expected) => {
    expect(decided(objects, {}, source).outcomes[0]?.answer?.code).toBe(expected)
  })
})
