import { describe, expect, it } from 'vitest'
import { edge, graph, node } from './graph.fixture.ts'
import { totals } from './totals.ts'
import { flowOf, trafficOf } from './traffic.ts'

describe('the traffic of a node', () => {
  const edges = [
    edge('service:a/web', 'service:a/cart', { requestRate: 30, errorRatio: 0.1 }),
    edge('service:a/web', 'service:a/cart', { requestRate: 10, errorRatio: 0.5 }, 'grpc'),
    edge('service:a/cart', 'service:b/redis', { byteRate: 5000, connectionRate: 0.5, errorRatio: 1 }, 'tcp'),
  ]
  const traffic = trafficOf(graph([node('service:a/web'), node('service:a/cart'), node('service:b/redis')], edges))

  it('is what comes in and what goes out, by protocol', () => {
    expect(traffic.get('service:a/cart')?.inbound).toMatchObject({ requestRate: 40, httpRate: 30, grpcRate: 10 })
    expect(traffic.get('service:a/cart')?.outbound).toMatchObject({
      requestRate: 0,
      tcpByteRate: 5000,
      connectionRate: 0.5,
    })
  })

  it('weighs ratios by what they are ratios of', () => {
    expect(traffic.get('service:a/cart')?.inbound.errorRatio).toBeCloseTo((30 * 0.1 + 10 * 0.5) / 40, 12)
  })

  it('speaks of connections where there are no requests, and never mixes the two', () => {
    expect(traffic.get('service:b/redis')?.inbound.errorRatio).toBe(1)
    expect(flowOf(edges).errorRatio).toBeCloseTo(0.2, 12)
  })

  it('does not know what no edge knows', () => {
    expect(flowOf([edge('a', 'b', { mtlsRatio: null, meanDuration: null })])).toMatchObject({
      mtlsRatio: null,
      meanDuration: null,
    })
    expect(traffic.get('service:a/web')?.inbound).toMatchObject({ requestRate: 0, errorRatio: null })
  })

  it('of a waypoint is what goes through it', () => {
    const through = edge('service:a/web', 'service:l/inventory', { via: 'waypoint:l/waypoint', requestRate: 7 })
    const passed = trafficOf(graph([node('waypoint:l/waypoint')], [through])).get('waypoint:l/waypoint')
    expect(passed?.inbound.requestRate).toBe(7)
    expect(passed?.outbound.requestRate).toBe(7)
  })
})

describe('totals', () => {
  it('are the sums of all edges', () => {
    const edges = [
      edge('a', 'b', { requestRate: 30, errorRatio: 0.1 }),
      edge('b', 'c', { requestRate: 10, errorRatio: 0, mtlsRatio: 0 }, 'grpc'),
      edge('c', 'd', { byteRate: 700, errorRatio: 1 }, 'tcp'),
    ]
    expect(totals(edges)).toEqual({
      requestRate: 40,
      httpRate: 30,
      grpcRate: 10,
      tcpByteRate: 700,
      errorRatio: 0.075,
      mtlsRatio: 0.75,
    })
  })

  it('do not know an error ratio without requests', () => {
    expect(totals([edge('c', 'd', { errorRatio: 1 }, 'tcp')]).errorRatio).toBeNull()
  })
})
