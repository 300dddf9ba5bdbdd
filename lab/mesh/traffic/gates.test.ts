import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationRule, virtualService } from '#lab/mesh/testing/objects.ts'
import { behaviour, call, smallBehaviours } from '#lab/mesh/testing/small-mesh.ts'
import { endsOf, outcomesOf, running } from '#lab/mesh/testing/traffic.ts'

const limits = (connectionPool: Record<string, unknown>, host = 'back.shop.svc.cluster.local') =>
  destinationRule('shop', 'limits', { host, trafficPolicy: { connectionPool } })
const asked = (rate: number, latency = 20) => [
  behaviour('gates', 'edge', [], { origin: { rate, daily: 0, calls: [call('www.example.com', 80)] } }),
  behaviour('shop', 'front', [call('back.shop', 8080)], { capacity: 1e6 }),
  behaviour('shop', 'back-v1', [], { latency: { median: latency, p99: latency * 2 }, capacity: 1e6 }),
  behaviour('shop', 'back-v2', [], { latency: { median: latency, p99: latency * 2 }, capacity: 1e6 }),
]
const overflow = (pool: Record<string, unknown>, rate: number, latency = 20) => {
  const mesh = running([limits(pool)], asked(rate, latency))
  mesh.run(10)
  return { mesh, share: endsOf(mesh.node('shop/front').calls[0])['503 UO'] ?? 0 }
}

// https://istio.io/latest/docs/tasks/traffic-management/circuit-breaking/
// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/circuit_breaking
describe('a connection pool', () => {
  it('that is wide enough stops nobody', () => {
    expect(overflow({ tcp: { maxConnections: 100 }, http: { http1MaxPendingRequests: 10 } }, 200).share).toBe(0)
  })
  it('that is full answers 503 with UO, from the caller’s own proxy', () => {
    const { mesh, share } = overflow({ tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } }, 2000)
    expect(share).toBeGreaterThan(0.5)
    const stopped = outcomesOf(mesh.node('shop/front').calls[0]).find(({ planned }) => planned.outcome.answer)
    expect(stopped?.planned.outcome.details).toBe('upstream_reset_before_response_started{overflow}')
    expect(stopped?.planned.outcome.reports.map(({ reporter, flags }) => [reporter, flags])).toEqual([['source', 'UO']])
  })
  it('what it stops never reaches the destination', () => {
    const { mesh, share } = overflow({ http: { http2MaxRequests: 4 } }, 2000)
    const front = mesh.node('shop/front').now.rate
    const reached = mesh.node('shop/back-v1').now.rate + mesh.node('shop/back-v2').now.rate
    expect(share).toBeGreaterThan(0.3)
    expect(reached / front).toBeGreaterThan((1 - share) * 0.9)
    expect(reached / front).toBeLessThan((1 - share) * 1.1)
  })
  it('has its limits in each proxy: more callers’ pods get more through', () => {
    const pool = { http: { http2MaxRequests: 4 } }
    const one = overflow(pool, 300).share
    const mesh = running([limits(pool)], asked(300))
    mesh.disturb({ kind: 'pods', where: { workload: 'shop/front', pod: 'front-5d4f-0' }, effect: { isUnready: true } })
    mesh.run(10)
    expect(endsOf(mesh.node('shop/front').calls[0])['503 UO'] ?? 0).toBeGreaterThan(one * 1.5)
  })
  it('of a slower destination is fuller at the same rate (Little’s law)', () => {
    const pool = { http: { http2MaxRequests: 10 } }
    expect(overflow(pool, 400, 100).share).toBeGreaterThan(overflow(pool, 400, 20).share + 0.1)
  })
  it('keeps one connection to each pod, whatever maxConnections says', () => {
    // Four pods, two callers: eight requests under way at the least.
    const { mesh, share } = overflow({ tcp: { maxConnections: 1 }, http: { http1MaxPendingRequests: 1 } }, 1000)
    const under = (mesh.node('shop/front').now.rate * (1 - share) * 20) / 1000
    expect(under).toBeGreaterThan(4)
  })
  it('of TCP refuses connections with UO', () => {
    const rule = destinationRule('data', 'db', {
      host: 'db.data.svc.cluster.local',
      trafficPolicy: { connectionPool: { tcp: { maxConnections: 1 } } },
    })
    const slow = smallBehaviours().map(one =>
      one.workload === 'db' ? { ...one, latency: { median: 60, p99: 90 } } : one,
    )
    const mesh = running([rule], slow)
    mesh.run(10)
    expect(Object.keys(endsOf(mesh.node('shop/back-v1').calls[0]))).toContain('0 UO')
  })
  it('that is full of retries lets no more of them be made', () => {
    const failing = asked(400).map(one => (one.workload.startsWith('back') ? { ...one, errorRatio: 0.5 } : one))
    const retry = virtualService('shop', 'back', {
      hosts: ['back'],
      http: [{ route: [{ destination: { host: 'back' } }], retries: { attempts: 3, retryOn: '5xx' } }],
    })
    const tries = (pool: Record<string, unknown>) => {
      const mesh = running([retry, limits(pool)], failing)
      mesh.run(10)
      return outcomesOf(mesh.node('shop/front').calls[0])[0]?.planned.tries ?? 0
    }
    expect(tries({ http: { maxRetries: 1000 } })).toBeCloseTo(1.875, 2)
    expect(tries({ http: { maxRetries: 1 } })).toBeLessThan(1.5)
  })
  it('overflows more the more is asked of it; all shares sum to 1', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 3000 }),
        fc.integer({ min: 1, max: 40 }),
        (a, b, most) => {
          const [less, more] = [Math.min(a, b), Math.max(a, b)].map(rate =>
            overflow({ http: { http2MaxRequests: most } }, rate),
          )
          if (less === undefined || more === undefined) return
          expect(less.share).toBeLessThanOrEqual(more.share + 0.01)
          const sum = Object.values(endsOf(more.mesh.node('shop/front').calls[0])).reduce((all, each) => all + each, 0)
          expect(sum).toBeCloseTo(1, 9)
        },
      ),
      { numRuns: 25 },
    )
  })
})
