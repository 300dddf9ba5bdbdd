import { describe, expect, it } from 'vitest'
import { graphOf, theEdge } from './graph-of.fixture.ts'
import { cluster, waypointLabels } from '#bff/mesh/objects.fixture.ts'
import type { Readings } from '#bff/mesh/paths.ts'
import { bytes, connection, duration, request, trouble } from '#bff/mesh/readings.fixture.ts'

/** One test or more for each rule that turns series into edges, by its number. */

const web = { from: 'shop/web', to: 'shop/cart' }

describe('rule 1: one hop is counted once', () => {
  it('believes the destination where both reported', () => {
    const graph = graphOf({
      requests: [request({ ...web, reporter: 'source' }, 10.2), request({ ...web, reporter: 'destination' }, 10)],
    })
    expect(theEdge(graph)).toMatchObject({ requestRate: 10, errorRatio: 0, mtlsRatio: 1 })
  })

  it('does not add up what the two disagree on: a timeout here is an answer there', () => {
    const graph = graphOf({
      requests: [
        request({ ...web, reporter: 'source', code: '504', flags: 'UT' }, 4),
        request({ ...web, reporter: 'destination', code: '200' }, 4),
      ],
    })
    expect(theEdge(graph)).toMatchObject({ requestRate: 4, errorRatio: 0 })
  })

  it('keeps the caller’s word where nobody else speaks', () => {
    const graph = graphOf({ requests: [request({ ...web, reporter: 'source', code: '503', flags: 'UC' }, 4)] })
    expect(theEdge(graph)).toMatchObject({ requestRate: 4, errorRatio: 1, mtlsRatio: null })
  })

  it.each(['UH', 'UF', 'UO', 'NR', 'NC', 'FI', 'UF,URX'])('adds what never arrived (%s) to what did', flags => {
    const graph = graphOf({
      requests: [
        request({ ...web, reporter: 'destination' }, 9),
        request({ ...web, reporter: 'source' }, 9),
        request({ ...web, reporter: 'source', code: '503', flags }, 1),
      ],
    })
    expect(theEdge(graph)).toMatchObject({ requestRate: 10, errorRatio: 0.1, health: 'failing', mtlsRatio: 1 })
  })

  it('adds what never arrived also where the caller could not name the workload', () => {
    const graph = graphOf({
      requests: [
        request({ ...web, reporter: 'destination' }, 9),
        request({ from: 'shop/web', service: 'shop/cart', reporter: 'source', code: '503', flags: 'UH' }, 1),
        request({ from: 'shop/web', service: 'shop/cart', reporter: 'source', code: '503', flags: 'UC' }, 1),
      ],
    })
    expect(theEdge(graph)).toMatchObject({ requestRate: 10, errorRatio: 0.1 })
  })

  it('keeps the caller’s word for one workload of a service when another reports itself', () => {
    const graph = graphOf(
      {
        requests: [
          request({ from: 'shop/web', to: 'shop/cart-v1', service: 'shop/cart', reporter: 'destination' }, 5),
          request({ from: 'shop/web', to: 'shop/cart-v2', service: 'shop/cart', reporter: 'source' }, 3),
        ],
      },
      cluster([
        { name: 'shop/web' },
        { name: 'shop/cart-v1', app: 'cart' },
        { name: 'shop/cart-v2', app: 'cart', version: 'v2' },
      ]),
    )
    expect(theEdge(graph)).toMatchObject({ id: 'service:shop/web>service:shop/cart:http', requestRate: 8 })
  })
})

describe('rule 2: a waypoint is a station, not two hops', () => {
  const objects = cluster([
    { name: 'shop/checkout' },
    { name: 'logistics/inventory', proxy: 'ambient' },
    { name: 'logistics/shipping', proxy: 'ambient' },
    { name: 'logistics/waypoint', labels: waypointLabels },
  ])
  const call = { from: 'shop/checkout', to: 'logistics/inventory', protocol: 'grpc' as const }
  const toWaypoint = { ...call, to: 'logistics/waypoint', service: 'logistics/inventory' }
  const lastLeg = { from: 'logistics/waypoint', to: 'logistics/inventory', app: 'ztunnel' }
  const series: Partial<Readings> = {
    requests: [
      request({ ...toWaypoint, reporter: 'source' }, 20),
      request({ ...call, reporter: 'waypoint', grpcStatus: '0' }, 20),
    ],
    connections: [connection(lastLeg, 0.1)],
    tcpBytes: [bytes(lastLeg, 9000)],
    durations: [duration({ ...toWaypoint, reporter: 'source' }, 900), duration({ ...call, reporter: 'waypoint' }, 300)],
  }
  const expected = {
    id: 'service:shop/checkout>service:logistics/inventory:grpc',
    via: 'waypoint:logistics/waypoint',
    requestRate: 20,
    mtlsRatio: 1,
    meanDuration: 15,
  }

  it('draws one edge that says what the waypoint says', () => {
    const graph = graphOf(series, objects)
    expect(theEdge(graph)).toMatchObject(expected)
    expect(graph.nodes.map(({ id }) => id)).toContain('waypoint:logistics/waypoint')
  })

  it('finds the waypoint by what ztunnel saw, without Kubernetes', () => {
    expect(theEdge(graphOf(series))).toMatchObject(expected)
  })

  it('leaves the first leg of an ambient caller out, but not the connections that came to nothing', () => {
    const ambient = { ...call, from: 'logistics/shipping' }
    const firstLeg = {
      from: 'logistics/shipping',
      to: 'logistics/waypoint',
      service: 'logistics/inventory',
      reporter: 'source' as const,
      app: 'ztunnel',
    }
    const quiet: Partial<Readings> = {
      requests: [request({ ...ambient, reporter: 'waypoint' }, 5)],
      connections: [connection(firstLeg, 0.2)],
      tcpBytes: [bytes(firstLeg, 700)],
    }
    expect(theEdge(graphOf(quiet, objects)).protocol).toBe('grpc')

    const failed = [trouble({ ...firstLeg, flags: 'CONNECT' }, 'failed', 0.5)]
    const edges = graphOf({ ...quiet, connectionTroubles: failed }, objects).edges
    expect(edges.find(({ protocol }) => protocol === 'tcp')).toMatchObject({ errorRatio: 1, health: 'failing' })
  })

  it('takes requests from the proxy that saw them and mutual TLS from ztunnel beneath, without a waypoint', () => {
    const plain = { from: 'shop/checkout', to: 'logistics/inventory' }
    const graph = graphOf(
      {
        requests: [request({ ...plain, reporter: 'source' }, 8)],
        connections: [connection({ ...plain, app: 'ztunnel' }, 0.1)],
      },
      cluster([{ name: 'shop/checkout' }, { name: 'logistics/inventory', proxy: 'ambient' }]),
    )
    expect(theEdge(graph)).toMatchObject({ protocol: 'http', requestRate: 8, mtlsRatio: 1, via: null })
  })

  it('has no station where the namespace is drawn as one', () => {
    const graph = graphOf(series, objects, { level: 'namespace' })
    expect(theEdge(graph)).toMatchObject({ id: 'namespace:shop>namespace:logistics:grpc', via: null, requestRate: 20 })
  })
})

describe('rule 3: who has no proxy is drawn, not dropped', () => {
  const objects = cluster([{ name: 'shop/cart' }, { name: 'legacy/batch', proxy: 'none', hasService: false }])

  it.each([
    ['an unknown caller', undefined, 'outside:unknown'],
    ['a caller known by its address', 'legacy/batch', 'outside:legacy/batch'],
  ])('%s stands outside the mesh', (_, from, id) => {
    const graph = graphOf({ requests: [request({ from, to: 'shop/cart', policy: 'none' }, 1)] }, objects)
    expect(theEdge(graph)).toMatchObject({ source: id, mtlsRatio: 0 })
    expect(graph.nodes.find(node => node.id === id)).toMatchObject({
      kind: 'outside',
      health: 'unknown',
      reason: { rule: 'notObserved' },
    })
  })

  it('stands outside also when Kubernetes does not tell', () => {
    const graph = graphOf({ requests: [request({ from: 'legacy/batch', to: 'shop/cart', policy: 'none' }, 1)] })
    expect(theEdge(graph).source).toBe('outside:legacy/batch')
  })

  it('an unknown caller of an ingress gateway is the internet', () => {
    const gateway = {
      name: 'gateways/web-istio',
      labels: { 'gateway.networking.k8s.io/gateway-name': 'web' },
      hasService: false,
    }
    const graph = graphOf({ requests: [request({ to: 'gateways/web-istio', policy: 'none' }, 1)] }, cluster([gateway]))
    expect(theEdge(graph)).toMatchObject({ source: 'external:internet', destination: 'gateway:gateways/web' })
  })

  it.each(['PassthroughCluster', 'BlackHoleCluster'])('%s is a node of its own', name => {
    const graph = graphOf({ requests: [request({ from: 'shop/cart', service: name, reporter: 'source' }, 1)] }, objects)
    expect(theEdge(graph)).toMatchObject({ source: 'service:shop/cart', destination: `external:${name}` })
  })

  it('a host of a ServiceEntry is external, whatever namespace the entry is in', () => {
    const told = { from: 'shop/cart', service: 'shop/risk.cards.example', reporter: 'source' as const }
    expect(theEdge(graphOf({ requests: [request(told, 1)] }, objects)).destination).toBe('external:risk.cards.example')
  })
})
