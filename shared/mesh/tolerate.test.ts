import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultTolerances } from './default-tolerances.ts'
import { healthRank } from './health.ts'
import type { ObjectRef } from './object.ts'
import { deciding, type Ending, holdAgainst, type Layer, layersOf, sinceOf } from './tolerate.ts'

const shares = {
  serverErrors: { degraded: 0, failing: 0.1 },
  connectionErrors: { degraded: 0, failing: 0.1 },
  clientErrors: { degraded: 0.1 },
}
const rest: Layer[] = [{ origin: { kind: 'default' }, tolerances: defaultTolerances(shares) }]
const object = (kind: string, name: string): ObjectRef => ({ group: '', kind, namespace: 'shop', name })
const workload = object('Deployment', 'checkout-v1')
const service = object('Service', 'checkout')
const namespace: ObjectRef = { group: '', kind: 'Namespace', namespace: '', name: 'shop' }

const says = (...tolerances: object[]) => JSON.stringify({ tolerances })
const served = (codes: Record<string, number>, direction: Ending['direction'] = 'inbound'): Ending[] =>
  Object.entries(codes).map(([code, rate]) => ({ protocol: 'http', direction, code: Number(code), rate }))
const judged = (endings: readonly Ending[], annotated: Parameters<typeof layersOf>[0]) =>
  deciding(holdAgainst(endings, layersOf(annotated, rest).layers))

describe('health by tolerances', () => {
  const third = served({ 200: 70, 503: 30 })

  it('is that of the defaults where nobody says otherwise, and says so', () => {
    expect(judged(third, [])).toMatchObject({
      health: 'failing',
      share: 0.3,
      threshold: 0.1,
      origin: { kind: 'default' },
    })
  })

  it.each([
    ['workload before service', [workload, service, namespace], 'healthy', workload],
    ['service before namespace', [service, namespace], 'healthy', service],
    ['namespace before the default', [namespace], 'healthy', namespace],
  ])('takes %s', (_, objects, health, decides) => {
    const annotated = objects.map((each, index) => ({
      object: each,
      text: says({ code: '5xx', failing: index === 0 ? 0.5 : 0.01 }),
    }))
    const held = holdAgainst(third, layersOf(annotated, rest).layers)
    expect(held[0]).toMatchObject({ health, origin: { kind: 'object', object: decides }, threshold: 0.5 })
    expect(deciding(held)?.health).toBe(health)
  })

  it('leaves codes that a workload does not name to what is less specific', () => {
    const text = says({ code: '503', failing: 0.9 })
    expect(judged(served({ 200: 50, 503: 30, 500: 20 }), [{ object: workload, text }])).toMatchObject({
      health: 'failing',
      share: 0.2,
      origin: { kind: 'default' },
    })
  })

  it('judges what goes out only where somebody says so', () => {
    const out = served({ 500: 1 }, 'outbound')
    expect(judged(out, [])).toBeNull()
    const text = says({ code: '5xx', direction: 'outbound', failing: 0.5 })
    expect(judged(out, [{ object: namespace, text }])).toMatchObject({ health: 'failing', share: 1, threshold: 0.5 })
  })

  it('tells of an annotation that cannot be used, and takes what comes next', () => {
    const annotated = [
      { object: workload, text: says({ code: '5xx', degraded: 0.5, failing: 0.1 }) },
      { object: service, text: says({ code: '5xx', failing: 0.5 }) },
    ]
    expect(layersOf(annotated, rest).wrongs).toEqual([
      {
        object: workload,
        sentence:
          'Deployment shop/checkout-v1: weft/health cannot be used: tolerances[0] is degraded from 0.5 but failing from 0.1 already.',
      },
    ])
    expect(holdAgainst(third, layersOf(annotated, rest).layers)[0]?.origin).toEqual({ kind: 'object', object: service })
  })

  const endings = fc.array(
    fc.record({
      protocol: fc.constant('http' as const),
      direction: fc.constant('inbound' as const),
      code: fc.constantFrom(-1, 200, 302, 404, 429, 500, 503),
      rate: fc.integer({ min: 1, max: 1000 }),
    }),
    { minLength: 1 },
  )
  const ratio = fc.integer({ min: 0, max: 100 }).map(percent => percent / 100)

  it('never gets worse when a tolerance becomes wider', () => {
    fc.assert(
      fc.property(endings, ratio, ratio, (calls, a, b) => {
        const [narrow, wide] = [Math.min(a, b), Math.max(a, b)].map(failing =>
          judged(calls, [{ object: workload, text: says({ code: '4xx, 5xx, none', failing }) }]),
        )
        expect(healthRank[wide?.health ?? 'unknown']).toBeLessThanOrEqual(healthRank[narrow?.health ?? 'unknown'])
      }),
    )
  })

  it('counts no code twice: shares of the layers together are no more than all', () => {
    fc.assert(
      fc.property(endings, ratio, ratio, (calls, a, b) => {
        const annotated = [
          { object: workload, text: says({ code: '500-503', failing: a }) },
          { object: service, text: says({ code: '4xx, 5xx', failing: b }) },
        ]
        const held = holdAgainst(calls, layersOf(annotated, rest).layers)
        expect(held.reduce((sum, { share }) => sum + share, 0)).toBeLessThanOrEqual(1 + 1e-9)
      }),
    )
  })
})

describe('since when', () => {
  it('is at least since the first look, and exactly once the console saw it change', () => {
    const first = sinceOf(null, 'failing', 100)
    expect(first).toEqual({ health: 'failing', at: 100, isAtLeast: true })
    expect(sinceOf(first, 'failing', 200)).toBe(first)
    expect(sinceOf(first, 'healthy', 300)).toEqual({ health: 'healthy', at: 300, isAtLeast: false })
  })
})
