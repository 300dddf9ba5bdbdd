import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { destinationRule, peerAuthentication } from '#lab/mesh/testing/objects.ts'
import { behaviour, call, smallBehaviours } from '#lab/mesh/testing/small-mesh.ts'
import { endsOf, running } from '#lab/mesh/testing/traffic.ts'
import { category } from './categories.ts'
import { type Detector, newDetector, newHost, watch } from './detector.ts'

const outliers = (outlierDetection: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  destinationRule('shop', 'outliers', {
    host: 'back.shop.svc.cluster.local',
    trafficPolicy: { outlierDetection, ...more },
  })
const sick = (errorRatio = 1, pod = 'back-v1-5d4f-0') => ({
  kind: 'pods' as const,
  where: { workload: 'shop/back-v1', pod },
  effect: { errorRatio },
})
const settings = { consecutive5xxErrors: 5, interval: '5s', baseEjectionTime: '20s', maxEjectionPercent: 50 }
const onlyFront = smallBehaviours().filter(({ workload }) => workload !== 'batch')

/** Shares of the pods of `back` in what reaches them. */
function shares(mesh: ReturnType<typeof running>): Record<string, number> {
  const pods = { ...mesh.pods('shop/back-v1'), ...mesh.pods('shop/back-v2') }
  const total = Object.values(pods).reduce((sum, rate) => sum + rate, 0)
  return Object.fromEntries(
    Object.entries(pods).map(([name, rate]) => [name, Math.round((rate / total) * 1000) / 1000]),
  )
}

// https://istio.io/latest/docs/reference/config/networking/destination-rule/#OutlierDetection
// https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/upstream/outlier
describe('a pod that fails', () => {
  it('is left out by callers whose rule watches for it', () => {
    const mesh = running([outliers(settings)], onlyFront)
    mesh.run(5)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
    mesh.disturb(sick())
    mesh.run(4)
    expect(shares(mesh)['back-v1-5d4f-0']).toBe(0)
    expect(mesh.node('shop/front').now.ends[category.ok]).toBeCloseTo(1, 6)
  })
  it('is used on where nobody watches', () => {
    const mesh = running([], onlyFront)
    mesh.disturb(sick())
    mesh.run(10)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
    expect(mesh.node('shop/front').now.ends[category.failed]).toBeCloseTo(0.25, 2)
  })
  it('comes back after its time, and stays away longer each time it fails again', () => {
    const mesh = running([outliers(settings)], onlyFront)
    mesh.disturb(sick())
    const away: number[] = []
    let since = 0
    for (let second = 0; second < 150; second++) {
      mesh.run(1)
      const isAway = shares(mesh)['back-v1-5d4f-0'] === 0
      if (isAway) since++
      else if (since > 0) {
        away.push(since)
        since = 0
      }
    }
    // 20 s, 40 s, 60 s, each up to the next sweep.
    expect(away.length).toBeGreaterThanOrEqual(2)
    expect(away[0]).toBeGreaterThanOrEqual(19)
    expect(away[0]).toBeLessThanOrEqual(26)
    expect(away[1]).toBeGreaterThanOrEqual(39)
    expect(away[1]).toBeLessThanOrEqual(46)
  })
  it('comes back for good once it is well', () => {
    const mesh = running([outliers(settings)], onlyFront)
    mesh.disturb(sick())
    mesh.run(5)
    mesh.disturb()
    mesh.run(40)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
  })
  it('now and then is no outlier: five errors in a row do not come', () => {
    const mesh = running([outliers(settings)], onlyFront)
    mesh.disturb(sick(0.02))
    mesh.run(60)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
  })
  it('with 500 is no gateway error', () => {
    const gateway = { ...settings, consecutive5xxErrors: 0, consecutiveGatewayErrors: 5 }
    const mesh = running([outliers(gateway)], onlyFront)
    mesh.disturb(sick())
    mesh.run(20)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
  })
  it('is no more than the percentage: of four pods 10 % are none', () => {
    const mesh = running([outliers({ ...settings, maxEjectionPercent: 10 })], onlyFront)
    mesh.disturb(sick())
    mesh.run(20)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
  })
  it('with all others leaves nobody: 503 UH', () => {
    const mesh = running([outliers({ ...settings, maxEjectionPercent: 100 })], onlyFront)
    mesh.disturb({ kind: 'pods', where: {}, effect: { errorRatio: 1 } })
    mesh.run(10)
    expect(endsOf(mesh.node('shop/front').calls[0])).toEqual({ '503 UH': 1 })
  })
  it('with too many others is used all the same, in panic', () => {
    const mesh = running([outliers({ ...settings, maxEjectionPercent: 100, minHealthPercent: 60 })], onlyFront)
    mesh.disturb({ kind: 'pods', where: {}, effect: { errorRatio: 1 } })
    mesh.run(10)
    expect(endsOf(mesh.node('shop/front').calls[0])['503 UH'] ?? 0).toBe(0)
    expect(shares(mesh)['back-v1-5d4f-0']).toBeCloseTo(0.25, 2)
  })
  it('to connect is ejected too, unless failures to connect are counted apart', () => {
    const strict = peerAuthentication('shop', 'strict', { mtls: { mode: 'STRICT' } })
    const plaintext = (more: Record<string, unknown>) => {
      const rule = outliers({ ...settings, maxEjectionPercent: 100, ...more }, { tls: { mode: 'DISABLE' } })
      const mesh = running([strict, rule], onlyFront)
      mesh.run(10)
      return Object.keys(endsOf(mesh.node('shop/front').calls[0]))
    }
    expect(plaintext({})).toEqual(['503 UH'])
    expect(plaintext({ splitExternalLocalOriginErrors: true, consecutiveLocalOriginFailures: 0 })).toEqual(['503 UC'])
  })
  it('leaves its load to the others, who may queue', () => {
    const tight = [
      behaviour('gates', 'edge', [], { origin: { rate: 300, daily: 0, calls: [call('www.example.com', 80)] } }),
      behaviour('shop', 'front', [call('back.shop', 8080)]),
      behaviour('shop', 'back-v1', [], { capacity: 110 }),
      behaviour('shop', 'back-v2', [], { capacity: 110 }),
    ]
    const mesh = running([outliers(settings)], tight)
    mesh.run(5)
    const before = mesh.node('shop/back-v2').now.mean
    mesh.disturb(sick())
    mesh.run(6)
    expect(mesh.node('shop/back-v2').now.mean).toBeGreaterThan(before * 1.5)
  })
})

describe('a detector', () => {
  const detector = (pods: number, maxEjectionPercent: number): Detector => {
    const made = newDetector(
      'a',
      {
        consecutive5xxErrors: 3,
        consecutiveGatewayErrors: 0,
        splitsLocalOrigin: false,
        consecutiveLocalOriginFailures: 5,
        interval: 1000,
        baseEjectionTime: 5000,
        maxEjectionPercent,
        minHealthPercent: 0,
      },
      1,
      1000,
    )
    for (let pod = 0; pod < pods; pod++) made.hosts.set(`pod-${pod}`, newHost())
    return made
  }
  it('never ejects more than its percentage, whatever fails', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 100 }),
        fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 20, maxLength: 20 }), {
          maxLength: 20,
        }),
        (pods, percent, seconds) => {
          const watching = detector(pods, percent)
          for (const [second, chances] of seconds.entries()) {
            for (const [index, host] of [...watching.hosts.values()].entries()) {
              host.errors.rate = 50
              host.errors.work = 50 * (chances[index] ?? 0)
            }
            watch(watching, second * 1000, 1)
            const ejected = [...watching.hosts.values()].filter(host => host.ejectedUntil > 0).length
            expect((ejected / pods) * 100).toBeLessThanOrEqual(percent + 1e-9)
          }
        },
      ),
    )
  })
  it('takes the longer the seldomer errors are', () => {
    const secondsUntil = (chance: number) => {
      const watching = detector(2, 50)
      for (let second = 1; second < 100_000; second++) {
        const [host] = watching.hosts.values()
        if (!host) break
        host.errors.rate = 10
        host.errors.work = 10 * chance
        watch(watching, second * 1000, 1)
        if (host.ejectedUntil > 0) return second
      }
      return Number.POSITIVE_INFINITY
    }
    const waits = [1, 0.5, 0.2, 0.1].map(secondsUntil)
    expect(waits).toEqual(waits.toSorted((a, b) => a - b))
    // Three in a row at 10 % come after 1110 answers.
    expect(waits[3]).toBe(111)
  })
})
