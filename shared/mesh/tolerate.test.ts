import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ObjectRef } from './object.ts'
import { saidIn } from './tolerance.ts'
import { type Ending, holdAgainst, type Layer, layerOf, verdictOf } from './tolerate.ts'

const object = (kind: string, name: string): ObjectRef => ({ group: '', kind, namespace: 'shop', name })
const workload = object('Deployment', 'checkout-v1')
const service = object('Service', 'checkout')
const namespace: ObjectRef = { group: '', kind: 'Namespace', namespace: '', name: 'shop' }

const layer = (of: ObjectRef, ...tolerances: object[]): Layer => {
  const said = saidIn({ 'weft/health': JSON.stringify({ tolerances }) })
  if (said === undefined) throw new Error('The annotation is there.')
  const read = layerOf(of, said)
  if ('wrong' in read) throw new Error(read.wrong)
  return read
}
const served = (codes: Record<string, number>, direction: Ending['direction'] = 'inbound'): Ending[] =>
  Object.entries(codes).map(([code, rate]) => ({ protocol: 'http', direction, code: Number(code), rate }))

describe('a tolerance', () => {
  const third = served({ 200: 70, 503: 30 })

  it.each([
    ['a workload before its service', [workload, service, namespace]],
    ['a service before its namespace', [service, namespace]],
    ['a namespace alone', [namespace]],
  ])('of %s is what a code is held against', (_, objects) => {
    const layers = objects.map((each, index) => layer(each, { code: '5xx', failing: index === 0 ? 0.5 : 0.01 }))
    expect(holdAgainst(third, layers)).toMatchObject([
      { origin: { kind: 'object', object: objects[0] }, share: 0.3, rate: 100, tolerance: { failing: 0.5 } },
    ])
  })

  it('leaves codes that it does not name to what is less specific', () => {
    const layers = [layer(workload, { code: '503', failing: 0.9 }), layer(namespace, { code: '5xx', failing: 0.1 })]
    expect(holdAgainst(served({ 200: 50, 503: 30, 500: 20 }), layers).map(({ share }) => share)).toEqual([0.3, 0.2])
  })

  it('speaks of its own protocol and direction only', () => {
    const layers = [layer(service, { code: '5xx', direction: 'outbound', failing: 0.5 })]
    expect(holdAgainst(third, layers)).toMatchObject([{ share: null, rate: 0 }])
    expect(holdAgainst(served({ 500: 1 }, 'outbound'), layers)).toMatchObject([{ share: 1 }])
  })

  it('says of which object an annotation cannot be read, and what is wrong there', () => {
    expect(layerOf(service, { text: '5 %', read: { wrong: 'it is not JSON' } })).toEqual({
      wrong:
        'The annotation weft/health of Service shop/checkout cannot be read and counts for nothing: it is not JSON.',
    })
  })

  it.each([
    [0, { degraded: 0, failing: 0 }, 'healthy'],
    [0.001, { degraded: 0, failing: 0.1 }, 'degraded'],
    [0.1, { degraded: 0.1, failing: null }, 'degraded'],
    [0.1, { degraded: 0.05, failing: 0.1 }, 'failing'],
    [1, { degraded: null, failing: null }, 'healthy'],
  ] as const)('sees %d against %j and says %s', (share, limits, health) => {
    expect(verdictOf(share, limits)).toBe(health)
  })

  it('counts no code twice: shares of all layers together are no more than all', () => {
    const endings = fc.array(
      fc.record({
        protocol: fc.constant('http' as const),
        direction: fc.constant('inbound' as const),
        code: fc.constantFrom(-1, 200, 302, 404, 429, 500, 503),
        rate: fc.integer({ min: 1, max: 1000 }),
      }),
      { minLength: 1 },
    )
    const layers = [
      layer(workload, { code: '500-503', failing: 0.1 }),
      layer(service, { code: '4xx, 5xx', failing: 0.1 }),
    ]
    fc.assert(
      fc.property(endings, calls => {
        const sum = holdAgainst(calls, layers).reduce((all, { share }) => all + (share ?? 0), 0)
        expect(sum).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })
})
