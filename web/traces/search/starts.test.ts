import { describe, expect, it } from 'vitest'
import { type ServiceFacts, startsOf } from './starts.ts'

const facts = (name: string, more: Partial<ServiceFacts> = {}): ServiceFacts => ({
  namespace: 'shop',
  name,
  related: [],
  health: 'healthy',
  requestRate: 1,
  errorRatio: 0,
  p95: 10,
  ...more,
})
const names = (services: readonly string[], known: readonly ServiceFacts[]) =>
  startsOf(services, known).map(({ service }) => service)

describe('where a search for traces begins', () => {
  it.each([
    ['what fails comes first', [facts('b', { health: 'failing' }), facts('c', { health: 'degraded' })]],
    ['of one health who fails more', [facts('b', { errorRatio: 0.2 }), facts('c', { errorRatio: 0.1 })]],
    ['then who is asked more', [facts('b', { requestRate: 9 }), facts('c', { requestRate: 8 })]],
  ])('%s, and who is not known last', (_, known) =>
    expect(names(['a.shop', 'b.shop', 'c.shop', 'b.pay'], [facts('a'), ...known])).toEqual([
      'b.shop',
      'c.shop',
      'a.shop',
      'b.pay',
    ]),
  )

  it.each([['web-istio'], ['shop/web-istio']])('a span may be called by the workload behind a service: %s', related => {
    const [start] = startsOf(['web-istio.shop'], [facts('web', { related: [related] })])
    expect(start?.facts?.name).toBe('web')
  })
})
