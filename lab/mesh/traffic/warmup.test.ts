import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationRule, workload } from '#lab/mesh/testing/objects.ts'
import { smallBehaviours } from '#lab/mesh/testing/small-mesh.ts'
import { running } from '#lab/mesh/testing/traffic.ts'
import { warmth } from './warmup.ts'

// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/load_balancing/slow_start
describe('a new pod', () => {
  it('is given more and more, from its least part to all of it', () => {
    fc.assert(
      fc.property(
        fc.record({
          duration: fc.integer({ min: 1000, max: 600_000 }),
          minimum: fc.double({ min: 0, max: 1, noNaN: true }),
          aggression: fc.double({ min: 0.1, max: 10, noNaN: true }),
        }),
        fc.integer({ min: 0, max: 600_000 }),
        fc.integer({ min: 0, max: 600_000 }),
        (warmup, a, b) => {
          const [young, old] = [warmth(warmup, Math.min(a, b)), warmth(warmup, Math.max(a, b))]
          expect(young).toBeLessThanOrEqual(old)
          expect(young).toBeGreaterThanOrEqual(Math.min(1, warmup.minimum))
          expect(warmth(warmup, warmup.duration)).toBe(1)
        },
      ),
    )
  })
  it.each([
    ['warmup', { warmup: { duration: '60s' } }],
    ['warmupDurationSecs', { warmupDurationSecs: '60s' }],
  ])('warms up over the duration of `%s`, the others carry the rest', (_, loadBalancer) => {
    const rule = destinationRule('shop', 'back', { host: 'back', trafficPolicy: { loadBalancer } })
    const mesh = running(
      [rule],
      smallBehaviours().filter(one => one.workload !== 'batch'),
    )
    mesh.run(2)
    const [, , pod] = workload('shop', 'back-v2', 'sidecar', { replicas: 1, labels: { app: 'back', version: 'v2' } })
    if (!pod) throw new Error('no pod')
    const born = new Date(mesh.time).toISOString()
    mesh.write({
      ...pod,
      metadata: { ...pod.metadata, name: 'back-v2-5d4f-1', creationTimestamp: born },
    })
    const part = () => {
      const pods = { ...mesh.pods('shop/back-v1'), ...mesh.pods('shop/back-v2') }
      return (pods['back-v2-5d4f-1'] ?? 0) / Object.values(pods).reduce((sum, rate) => sum + rate, 0)
    }
    const parts: number[] = []
    for (let moment = 0; moment < 8; moment++) {
      mesh.run(10)
      parts.push(Math.round(part() * 1e6) / 1e6)
    }
    expect(parts).toEqual(parts.toSorted((a, b) => a - b))
    expect(parts[0]).toBeLessThan(0.06)
    expect(parts.at(-1)).toBeCloseTo(0.2, 2)
  })
})

describe('requests with few keys', () => {
  it('skew the pods, and stay where they were', () => {
    const rule = destinationRule('shop', 'back', {
      host: 'back',
      trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } },
    })
    const mesh = running(
      [rule],
      smallBehaviours().filter(one => one.workload !== 'batch'),
    )
    const busy = () =>
      Object.entries({ ...mesh.pods('shop/back-v1'), ...mesh.pods('shop/back-v2') })
        .filter(([, rate]) => rate > 0)
        .map(([name]) => name)
    mesh.run(3)
    const first = busy()
    // Two pods of front call.
    expect(first.length).toBeLessThanOrEqual(2)
    mesh.run(30)
    expect(busy()).toEqual(first)
  })
})

describe('a slow pod', () => {
  it('gets less by LEAST_REQUEST, and as much as any by ROUND_ROBIN', () => {
    const part = (simple: string) => {
      const rule = destinationRule('shop', 'back', { host: 'back', trafficPolicy: { loadBalancer: { simple } } })
      const busy = smallBehaviours()
        .filter(one => one.workload !== 'batch')
        .map(one => (one.workload === 'edge' && one.origin ? { ...one, origin: { ...one.origin, rate: 400 } } : one))
      const mesh = running([rule], busy)
      mesh.disturb({
        kind: 'pods',
        where: { workload: 'shop/back-v1', pod: 'back-v1-5d4f-0' },
        effect: { latency: 20 },
      })
      mesh.run(20)
      const pods = { ...mesh.pods('shop/back-v1'), ...mesh.pods('shop/back-v2') }
      return (pods['back-v1-5d4f-0'] ?? 0) / Object.values(pods).reduce((sum, rate) => sum + rate, 0)
    }
    expect(part('ROUND_ROBIN')).toBeCloseTo(0.25, 2)
    expect(part('RANDOM')).toBeCloseTo(0.25, 2)
    expect(part('LEAST_REQUEST')).toBeLessThan(0.2)
    expect(part('LEAST_REQUEST')).toBeGreaterThan(0.02)
  })
})
