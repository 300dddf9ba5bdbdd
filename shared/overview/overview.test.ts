import { describe, expect, it } from 'vitest'
import { namespacesOf, type ServiceFacts, sumOf, worstTen } from './overview.ts'

const service = (name: string, more: Partial<ServiceFacts> = {}): ServiceFacts => ({
  namespace: 'shop',
  name,
  health: 'healthy',
  reason: null,
  cause: null,
  requestRate: 10,
  byteRate: 0,
  isTcp: false,
  isAsking: false,
  errorRatio: 0,
  deniedRatio: null,
  mtlsRatio: 1,
  pods: null,
  ...more,
})

describe('services as one', () => {
  it('have the errors of all their requests, and mTLS of those of which it is known', () => {
    const sum = sumOf([
      service('a', { requestRate: 90 }),
      service('b', { requestRate: 10, errorRatio: 0.5, mtlsRatio: null, health: 'failing' }),
    ])
    expect(sum).toEqual({
      health: 'failing',
      requestRate: 100,
      errorRatio: 0.05,
      mtlsRatio: 1,
      byteRate: 0,
      services: 2,
      healthy: 1,
    })
  })
  it('count what a gateway asks for once, where it is served', () =>
    expect(sumOf([service('gateway', { isAsking: true, requestRate: 50 }), service('a')]).requestRate).toBe(10))
  it('without requests have no share of anything', () =>
    expect(sumOf([service('a', { requestRate: 0 })])).toMatchObject({ errorRatio: null, mtlsRatio: null }))
})

it('namespaces come worst first, each with those that make it so', () => {
  const all = namespacesOf([
    service('a'),
    service('b', { namespace: 'pay', health: 'degraded', errorRatio: 0.05 }),
    service('c', { namespace: 'pay', health: 'failing', errorRatio: 0.2 }),
    service('d', { namespace: 'idle', health: 'unknown', requestRate: 0 }),
  ])
  expect(all.map(({ name, health, guilty }) => [name, health, guilty.map(each => each.name)])).toEqual([
    ['pay', 'failing', ['c', 'b']],
    ['shop', 'healthy', []],
    ['idle', 'unknown', []],
  ])
})

it('the worst ten are what fails, what is slow, what is degraded and what is refused', () => {
  const many = Array.from({ length: 12 }, (_, index) =>
    service(`d${index}`, { health: 'degraded', errorRatio: index / 100 }),
  )
  const worst = worstTen(
    [...many, service('f', { health: 'failing', errorRatio: 0.3 }), service('g', { deniedRatio: 0.5 })],
    [{ namespace: 'pay', name: 'ledger', p95: 900, before: 100, hours: 24 }],
  )
  expect(worst).toHaveLength(10)
  expect(worst.map(bad => (bad.kind === 'slower' ? bad.name : bad.service.name)).slice(0, 4)).toEqual([
    'f',
    'ledger',
    'd11',
    'd10',
  ])
  expect(worstTen([service('g', { deniedRatio: 0.5 })], [])).toMatchObject([{ kind: 'denied' }])
})
