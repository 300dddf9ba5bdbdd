import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PodRef, RequestTree } from '#lab/contract.ts'
import { hop, marksOf, packed, pod, purchase, telemetry } from './fixtures.ts'
import { spansOf } from './spans.ts'
import { tagsOf } from './tags.ts'

const spans = (tree: RequestTree, number = 1) => spansOf(packed(tree, number))
const told = (tree: RequestTree) => spans(tree).map(span => `${span.kind} ${span.service} ${span.code} ${span.flags}`)

const storefront = pod('storefront', 'shop', 'sidecar', 1)
const catalog = pod('catalog', 'shop', 'sidecar', 2)
const batch = pod('batch', 'legacy', 'none', 3)
const inventory = pod('inventory', 'logistics', 'ztunnel', 4)
const shipping = pod('shipping', 'logistics', 'ztunnel', 5)
const waypoint = pod('waypoint', 'logistics', 'waypoint', 6)

describe('the spans of a request', () => {
  it.each<[string, RequestTree, string[]]>([
    ['two sidecars', hop(storefront, catalog), ['CLIENT storefront.shop 200 -', 'SERVER catalog.shop 200 -']],
    ['a plaintext caller', hop(batch, catalog, { code: 403 }), ['SERVER catalog.shop 403 -']],
    ['two without a proxy', hop(batch, pod('crm', 'legacy', 'none')), []],
    ['ztunnel on both sides', hop(inventory, shipping), []],
    ['a sidecar calling past ztunnel', hop(storefront, inventory), ['CLIENT storefront.shop 200 -']],
    [
      'a waypoint between ztunnels',
      hop(inventory, shipping, { waypoint }),
      ['SERVER waypoint.logistics 200 -', 'CLIENT waypoint.logistics 200 -'],
    ],
    [
      'a sidecar calling through a waypoint',
      hop(storefront, shipping, { waypoint }),
      ['CLIENT storefront.shop 200 -', 'SERVER waypoint.logistics 200 -', 'CLIENT waypoint.logistics 200 -'],
    ],
    [
      'a waypoint that refuses',
      hop(inventory, null, { waypoint, code: 403, stage: 'waypoint', refusedBy: 'logistics/only-checkout' }),
      ['SERVER waypoint.logistics 403 -'],
    ],
    ['no healthy upstream', hop(storefront, null, { code: 503, flags: 'UH' }), ['CLIENT storefront.shop 503 UH']],
    [
      'a caller that gave up',
      hop(storefront, catalog, { code: 504, flags: 'UT' }),
      ['CLIENT storefront.shop 504 UT', 'SERVER catalog.shop 200 -'],
    ],
    [
      'a destination that noticed',
      hop(storefront, catalog, { code: 504, flags: 'UT', destinationFlags: 'DC' }),
      ['CLIENT storefront.shop 504 UT', 'SERVER catalog.shop 0 DC'],
    ],
    [
      'a connection that never came to be',
      hop(storefront, catalog, { code: 503, flags: 'UF,URX', stage: 'source' }),
      ['CLIENT storefront.shop 503 UF,URX'],
    ],
    [
      'a sidecar that refuses',
      hop(storefront, catalog, { code: 403, stage: 'destination', refusedBy: 'shop/only-cart' }),
      ['CLIENT storefront.shop 403 -', 'SERVER catalog.shop 403 -'],
    ],
    ['TCP', hop(storefront, catalog, { protocol: 'tcp' }), []],
  ])('are written where a proxy is: %s', (_, tree, expected) => {
    expect(told(tree)).toEqual(expected)
  })

  it('hang together from the gateway to the last waypoint', () => {
    const written = spans(purchase())
    const byId = new Map(written.map(span => [span.spanId, span]))
    const parents = written.map(span => {
      const parent = span.parentSpanId === null ? null : byId.get(span.parentSpanId)
      return `${span.kind} ${span.service} < ${parent ? `${parent.kind} ${parent.service}` : parent}`
    })
    expect(parents).toEqual([
      'SERVER web-gateway-istio.gateways < null',
      'CLIENT web-gateway-istio.gateways < SERVER web-gateway-istio.gateways',
      'SERVER storefront.shop < CLIENT web-gateway-istio.gateways',
      'CLIENT storefront.shop < SERVER storefront.shop',
      'SERVER catalog.shop < CLIENT storefront.shop',
      'CLIENT storefront.shop < SERVER storefront.shop',
      'SERVER checkout.shop < CLIENT storefront.shop',
      'CLIENT checkout.shop < SERVER checkout.shop',
      'SERVER waypoint.logistics < CLIENT checkout.shop',
      'CLIENT waypoint.logistics < SERVER waypoint.logistics',
    ])
  })

  it('puts retries under one client span that ends with the last answer', () => {
    const tree = hop(null, pod('web-gateway-istio', 'gateways', 'gateway'), {
      children: [
        hop(storefront, catalog, { code: 503, attempt: 0, duration: 10 }),
        hop(storefront, pod('catalog', 'shop', 'sidecar', 9), { attempt: 1, start: 1_795_000_000_012, duration: 10 }),
      ],
    })
    expect(told(tree).slice(1)).toEqual([
      'CLIENT storefront.shop 200 -',
      'SERVER catalog.shop 503 -',
      'SERVER catalog.shop 200 -',
    ])
    const [, client] = spans(tree)
    expect(client?.duration).toBe(22_000)
  })

  it.each<[string, Partial<RequestTree>, boolean]>([
    ['500', { code: 500 }, true],
    ['no answer', { code: 0, flags: 'DC' }, true],
    ['404', { code: 404 }, false],
    ['gRPC unavailable', { protocol: 'grpc', grpcStatus: 14 }, true],
    ['gRPC not found', { protocol: 'grpc', grpcStatus: 5 }, false],
  ])('marks %s as Envoy does', (_, more, isError) => {
    const [client] = spans(hop(storefront, catalog, more))
    expect(client?.isError).toBe(isError)
    expect(client && tagsOf(client).some(({ key, value }) => key === 'error' && value === true)).toBe(isError)
  })

  it('carries the tags of a mesh', () => {
    const [client, server] = spans(
      hop(storefront, catalog, {
        path: '/products/{id}',
        method: 'GET',
        flags: '-',
        upstreamCluster: 'outbound|8080|v1|x',
      }),
    )
    if (!client || !server) throw new Error('Both sides have a proxy.')
    const of = (span: typeof client) => Object.fromEntries(tagsOf(span).map(({ key, value }) => [key, value]))
    expect(of(client)).toMatchObject({
      component: 'proxy',
      node_id: 'sidecar~10.64.0.1~storefront-7d9f-1.shop~shop.svc.cluster.local',
      upstream_cluster: 'outbound|8080|v1|x',
      'istio.canonical_service': 'storefront',
      'istio.namespace': 'shop',
      'http.status_code': '200',
      'http.protocol': 'HTTP/1.1',
      response_flags: '-',
      'peer.address': '10.64.0.1',
    })
    expect(of(server)).toMatchObject({
      upstream_cluster: 'inbound|8080||',
      'istio.canonical_service': 'catalog',
      'peer.address': '10.64.0.1',
    })
    expect(of(client)['http.url']).toMatch(/^http:\/\/catalog\.shop\.svc\.cluster\.local:8080\/products\/\d+$/)
    expect(of(client)['http.url']).toBe(of(server)['http.url'])
    expect(of(client)['guid:x-request-id']).toBe(of(server)['guid:x-request-id'])
    expect(client.operation).toBe('catalog.shop.svc.cluster.local:8080/*')
  })

  it('tell on the server’s side what policies on trial would have done', () => {
    const policy = 'ns[shop]-policy[trial]-rule[0]'
    const [client, server] = spans(
      hop(storefront, catalog, { dryRuns: [{ at: 'shop/catalog', action: 'deny', result: 'denied', policy }] }),
    )
    const keys = (span: typeof client) =>
      (span ? tagsOf(span) : [])
        .filter(({ key }) => key.startsWith('istio.authorization'))
        .map(({ key, value }) => `${key}=${String(value)}`)
    expect(keys(client)).toEqual([])
    expect(keys(server)).toEqual([
      `istio.authorization.dry_run.deny_policy.name=${policy}`,
      'istio.authorization.dry_run.deny_policy.result=denied',
    ])
  })

  it('have the tags that a Telemetry asks for: values, headers and the proxy’s environment', () => {
    const caller = {
      ...storefront,
      telemetry: telemetry({
        tags: [
          { tag: 'team', from: { kind: 'literal', value: 'shop' } },
          { tag: 'user', from: { kind: 'header', name: 'X-User', otherwise: null } },
          { tag: 'plan', from: { kind: 'header', name: 'x-plan', otherwise: 'free' } },
          { tag: 'trial', from: { kind: 'header', name: 'x-trial', otherwise: null } },
          { tag: 'pod', from: { kind: 'environment', name: 'POD_NAME', otherwise: null } },
        ],
      }),
    }
    const [client] = spans(hop(caller, catalog, { headers: { 'x-user': 'ada' } }))
    const tags = new Map((client ? tagsOf(client) : []).map(({ key, value }) => [key, value]))
    expect(['team', 'user', 'plan', 'trial', 'pod'].map(tag => tags.get(tag))).toEqual([
      'shop',
      'ada',
      'free',
      undefined,
      storefront.pod,
    ])
  })

  it('leave out the proxy that does not report, whose child keeps its parent’s id', () => {
    const quiet = { ...storefront, telemetry: telemetry({ reportsSpans: false }) }
    const [server, ...others] = spans(hop(quiet, catalog))
    expect(others).toEqual([])
    expect(server?.parentSpanId).toMatch(/^[0-9a-f]{16}$/)
  })

  it('give a mirrored copy a server span only, beside the request’s own', () => {
    const tree = hop(null, storefront, {
      children: [hop(storefront, pod('shadow', 'shop', 'sidecar', 9), { isMirror: true }), hop(storefront, catalog)],
    })
    expect(told(tree)).toEqual([
      'SERVER storefront.shop 200 -',
      'SERVER shadow.shop 200 -',
      'CLIENT storefront.shop 200 -',
      'SERVER catalog.shop 200 -',
    ])
  })

  it('are the same whenever they are asked for, and others for another request', () => {
    expect(spans(purchase(), 5)).toEqual(spans(purchase(), 5))
    expect(spans(purchase(), 5)[0]?.spanId).not.toBe(spans(purchase(), 6)[0]?.spanId)
  })
})

const pods: fc.Arbitrary<PodRef> = fc
  .tuple(
    fc.constantFrom('a', 'b', 'c', 'd'),
    fc.constantFrom<PodRef['proxy']>('sidecar', 'ztunnel', 'gateway', 'none'),
    fc.integer({ min: 1, max: 250 }),
  )
  .map(([service, proxy, last]) => pod(service, 'shop', proxy, last))

/** Times may be wilder than the traffic model's: children that begin before or end after their caller. */
const treesOf = (depth: number): fc.Arbitrary<RequestTree> =>
  fc
    .record({
      source: fc.option(pods),
      destination: fc.option(pods, { freq: 6 }),
      waypoint: fc.option(fc.constant(waypoint), { freq: 1 }),
      protocol: fc.constantFrom('http', 'grpc', 'tcp'),
      code: fc.constantFrom(0, 200, 403, 404, 503, 504),
      flags: fc.constantFrom('-', 'UT', 'UH', 'URX', 'DC'),
      start: fc.double({ min: 1_795_000_000_000, max: 1_795_000_002_000, noNaN: true }),
      duration: fc.double({ min: 0, max: 3000, noNaN: true }),
      attempt: fc.nat({ max: 2 }),
      children: depth === 0 ? fc.constant([]) : fc.array(treesOf(depth - 1), { maxLength: 3 }),
    })
    .map(({ source, destination, ...more }) => hop(source, destination, more as Partial<RequestTree>))
const trees = treesOf(3)

describe('whatever happens in a mesh', () => {
  it('every span lies within its parent, in one trace, with an id of its own', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, seed) => {
        const written = spans(tree, seed)
        const byId = new Map(written.map(span => [span.spanId, span]))
        expect(byId.size).toBe(written.length)
        for (const span of written) {
          expect(span.traceId).toBe(marksOf(seed).traceId)
          expect(span.spanId).toMatch(/^[0-9a-f]{16}$/)
          expect(Number.isSafeInteger(span.start) && span.duration >= 0).toBe(true)
          if (span.parentSpanId === null) continue
          const parent = byId.get(span.parentSpanId)
          expect(parent).toBeDefined()
          if (!parent) continue
          expect(span.start).toBeGreaterThanOrEqual(parent.start)
          expect(span.start + span.duration).toBeLessThanOrEqual(parent.start + parent.duration)
        }
      }),
    )
  })

  it('a client span tells what the caller saw', () => {
    fc.assert(
      fc.property(trees, tree => {
        for (const span of spans(tree))
          if (span.kind === 'CLIENT' && span.reporter === span.facts.source) {
            expect(span.code).toBe(span.facts.code)
            expect(span.flags).toBe(span.facts.flags)
          }
      }),
    )
  })
})
