import { describe, expect, it } from 'vitest'
import { graphOf, theEdge } from './graph-of.fixture.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { body, bytes, connection, duration, refusal, request, trouble } from '#bff/mesh/readings.fixture.ts'

/** One test or more for each rule that turns series into edges, by its number. */

const web = { from: 'shop/web', to: 'shop/cart' }

describe('rule 4: missing is not zero, and little is not nothing', () => {
  it('keeps three requests an hour', () => {
    expect(theEdge(graphOf({ requests: [request(web, 3 / 3600)] })).requestRate).toBeCloseTo(3 / 3600, 9)
  })

  it('does not know what nobody said', () => {
    const graph = graphOf({ tcpBytes: [bytes({ ...web, policy: 'unknown' }, 100)] })
    expect(theEdge(graph)).toMatchObject({
      byteRate: 100,
      errorRatio: null,
      mtlsRatio: null,
      meanDuration: null,
      health: 'healthy',
    })
  })

  it('a series without traffic in the window draws no edge', () => {
    expect(graphOf({ requests: [request(web, 0)], tcpBytes: [bytes(web, 0)] }).edges).toEqual([])
  })
})

describe('rule 5: ratios are sums over sums', () => {
  it('errors of all requests, however many series they come in', () => {
    const graph = graphOf({
      requests: [
        request({ ...web, from: 'shop/web-v1' }, 90),
        request({ ...web, from: 'shop/web-v2', code: '500' }, 10),
      ],
    })
    expect(graph.totals.errorRatio).toBe(0.1)
  })

  it('a lock is open at one request in a thousand', () => {
    const graph = graphOf({
      requests: [request(web, 999), request({ ...web, policy: 'none' }, 1)],
    })
    expect(theEdge(graph).mtlsRatio).toBe(0.999)
  })

  it('does not count what never arrived against the lock', () => {
    const graph = graphOf({
      requests: [request(web, 5), request({ ...web, reporter: 'source', code: '503', flags: 'UH' }, 5)],
    })
    expect(theEdge(graph)).toMatchObject({ mtlsRatio: 1, requestRate: 10 })
  })

  it('a lock that part of the calls does not prove is not closed', () => {
    const graph = graphOf(
      { requests: [request(web, 5), request({ from: 'shop/web', to: 'shop/old', reporter: 'source' }, 5)] },
      null,
      { level: 'namespace' },
    )
    expect(theEdge(graph).mtlsRatio).toBe(0.5)
  })

  it('the certificate that the caller’s proxy saw is proof, where only it reports', () => {
    const told = { ...web, reporter: 'source' as const, principal: 'spiffe://cluster.local/ns/shop/sa/cart' }
    expect(theEdge(graphOf({ requests: [request(told, 5)] })).mtlsRatio).toBe(1)
  })

  it('TCP is judged by connections, never by requests; requests and connections are two edges', () => {
    const graph = graphOf({
      requests: [request(web, 5)],
      connections: [connection({ ...web, policy: 'none' }, 1), connection(web, 3)],
    })
    expect(graph.edges.map(({ protocol, mtlsRatio }) => [protocol, mtlsRatio])).toEqual([
      ['http', 1],
      ['tcp', 0.75],
    ])
    expect(graph.totals.mtlsRatio).toBe(1)
  })

  it('a connection that opened long ago still tells whether it is mutual TLS', () => {
    expect(theEdge(graphOf({ tcpBytes: [bytes(web, 100)] })).mtlsRatio).toBe(1)
    expect(theEdge(graphOf({ tcpBytes: [bytes({ ...web, policy: 'none' }, 100)] })).mtlsRatio).toBe(0)
    const mixed = theEdge(
      graphOf({ connections: [connection(web, 1)], tcpBytes: [bytes(web, 9), bytes({ ...web, policy: 'none' }, 1)] }),
    )
    expect(mixed.mtlsRatio).toBeGreaterThan(0.9)
    expect(mixed.mtlsRatio).toBeLessThan(1)
  })

  it('ztunnel has no word for plaintext: not mutual TLS is none', () => {
    const told = { from: 'legacy/batch', to: 'logistics/inventory', app: 'ztunnel', policy: 'unknown' as const }
    expect(theEdge(graphOf({ connections: [connection(told, 1)] })).mtlsRatio).toBe(0)
  })
})

describe('rule 6: durations', () => {
  it('the mean is the sum over the count, as the destination measured it, in milliseconds', () => {
    const graph = graphOf({
      requests: [request({ ...web, reporter: 'source' }, 10), request(web, 10)],
      durations: [duration({ ...web, reporter: 'source' }, 9000), duration(web, 250)],
      bodyBytes: [body({ ...web, reporter: 'source' }, 1), body(web, 4096)],
    })
    expect(theEdge(graph)).toMatchObject({ meanDuration: 25, byteRate: 4096 })
  })
})

describe('rule 7: what an error is', () => {
  it.each([
    ['http', '200', undefined, 0, 0],
    ['http', '404', undefined, 0, 1],
    ['http', '503', undefined, 1, 0],
    ['http', '0', undefined, 1, 0],
    ['grpc', '200', '0', 0, 0],
    ['grpc', '200', '5', 0, 1],
    ['grpc', '200', '7', 0, 1],
    ['grpc', '200', '13', 1, 0],
    ['grpc', '200', '14', 1, 0],
    ['grpc', '503', undefined, 1, 0],
  ] as const)('%s %s status %s: server %d, caller %d', (protocol, code, grpcStatus, server, caller) => {
    const told = { ...web, protocol, code, ...(grpcStatus === undefined ? {} : { grpcStatus }) }
    expect(theEdge(graphOf({ requests: [request(told, 2)] }))).toMatchObject({
      errorRatio: server,
      clientErrorRatio: caller,
      deniedRatio: 0,
    })
  })

  it('a TCP connection fails by its flags, and when it never opened', () => {
    const graph = graphOf({
      connections: [connection(web, 7), connection({ ...web, flags: 'UO' }, 1)],
      connectionTroubles: [trouble({ ...web, flags: 'UO' }, 'closed', 1), trouble(web, 'failed', 2)],
    })
    expect(theEdge(graph)).toMatchObject({
      connectionRate: 10,
      errorRatio: 0.3,
      health: 'failing',
      reason: { rule: 'connectionErrors' },
    })
  })

  it('flags may come only with the closing of a connection', () => {
    const graph = graphOf({
      connections: [connection(web, 10)],
      connectionTroubles: [trouble({ ...web, flags: 'UC' }, 'closed', 1)],
    })
    expect(theEdge(graph)).toMatchObject({ connectionRate: 10, errorRatio: 0.1 })
  })
})

describe('rule 8: denied is what policy denied', () => {
  const call = { from: 'legacy/batch', to: 'pay/ledger', policy: 'none' as const, code: '403' }
  const objects = cluster([{ name: 'pay/ledger' }, { name: 'legacy/batch', proxy: 'none', hasService: false }])
  const requests = [request(call, 2), request({ from: 'pay/payments', to: 'pay/ledger' }, 20)]

  it('a 403 while the RBAC counter of the destination moves', () => {
    const graph = graphOf({ requests, refusals: [refusal('pay', 'ledger-7c9d8f6b5-x2x40', 118)] }, objects)
    expect(graph.edges.find(({ source }) => source === 'outside:legacy/batch')).toMatchObject({
      deniedRatio: 1,
      errorRatio: 0,
      health: 'failing',
      reason: { rule: 'refused', value: 1 },
    })
    expect(graph.nodes.find(({ id }) => id === 'service:pay/ledger')?.health).toBe('healthy')
    expect(graph.nodes.find(({ id }) => id === 'outside:legacy/batch')?.health).toBe('unknown')
  })

  it('knows the workload by the name of its pod when Kubernetes does not tell', () => {
    const graph = graphOf({ requests, refusals: [refusal('pay', 'ledger-7c9d8f6b5-x2x4z', 130)] })
    expect(graph.edges.find(({ source }) => source === 'outside:legacy/batch')?.deniedRatio).toBe(1)
  })

  it('a 403 without one is the application’s own answer', () => {
    const graph = graphOf({ requests }, objects)
    expect(graph.edges.find(({ source }) => source === 'outside:legacy/batch')).toMatchObject({
      deniedRatio: 0,
      clientErrorRatio: 1,
      health: 'degraded',
      reason: { rule: 'clientErrors' },
    })
  })

  it('where RBAC counted clearly fewer, the rest is the application’s own answer', () => {
    const own = request({ from: 'pay/payments', to: 'pay/ledger', code: '403' }, 6)
    const graph = graphOf({ requests: [...requests, own], refusals: [refusal('pay', 'ledger-1', 120)] }, objects)
    const denied = graph.edges.map(({ requestRate, deniedRatio }) => requestRate * (deniedRatio ?? 0))
    expect(denied.reduce((sum, rate) => sum + rate, 0)).toBeCloseTo(2, 6)
  })

  it.each([
    [84, 1],
    [60, 0.5],
  ])('two ways to count differ by a scrape or two: %d of 120 within the window are %d of all', (counted, share) => {
    const graph = graphOf({ requests, refusals: [refusal('pay', 'ledger-1', counted)] }, objects)
    expect(graph.edges.find(({ source }) => source === 'outside:legacy/batch')?.deniedRatio).toBeCloseTo(share, 6)
  })

  it('ztunnel says DENY itself', () => {
    const told = { from: 'shop/web', to: 'logistics/inventory', app: 'ztunnel', flags: 'DENY' }
    const graph = graphOf({ connections: [connection(told, 2)] })
    expect(theEdge(graph)).toMatchObject({
      deniedRatio: 1,
      errorRatio: 0,
      health: 'failing',
      reason: { rule: 'refused' },
    })
  })
})

describe('rule 9: what never became a request is not claimed', () => {
  it('a caller that was closed at the listener draws no edge; the workload stays, idle', () => {
    const graph = graphOf({}, cluster([{ name: 'pay/ledger' }]))
    expect(graph.edges).toEqual([])
    expect(graph.nodes).toMatchObject([{ id: 'service:pay/ledger', isIdle: true, health: 'unknown' }])
  })
})

describe('rule 10: labels are text of attackers', () => {
  it('hosts beyond the two hundred busiest are one node, and nothing of them is lost', () => {
    const requests = Array.from({ length: 500 }, (_, index) =>
      request({ from: 'shop/web', service: `host-${index}.example`, reporter: 'source' }, 1 + index),
    )
    const graph = graphOf({ requests })
    expect(graph.nodes.filter(({ kind }) => kind === 'external')).toHaveLength(201)
    expect(graph.edges.find(({ destination }) => destination === 'external:other hosts')?.requestRate).toBe(
      (300 * 301) / 2,
    )
  })

  it('a host of any length is cut', () => {
    const graph = graphOf({
      requests: [request({ from: 'shop/web', service: `${'x'.repeat(5000)}.example`, reporter: 'source' }, 1)],
    })
    expect(theEdge(graph).destination.length).toBeLessThan(300)
  })
})
