import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { scopeIn, scopeSearch } from '#web/api/scope.ts'
import { paramsOf } from './query.ts'
import { topologySearchIn } from './search.ts'

describe('the address', () => {
  it('keeps what the page understands', () =>
    expect(
      topologySearchIn({ level: 'workload', lens: 'mtls', ns: 'shop,pay', idle: 'show', view: 'table', sort: '-rate' }),
    ).toEqual({
      level: 'workload',
      lens: 'mtls',
      ns: 'shop,pay',
      idle: 'show',
      view: 'table',
      sort: '-rate',
    }))

  it.each([
    [{ level: 'planet' }],
    [{ lens: 3 }],
    [{ idle: 'yes' }],
    [{ view: { a: 1 } }],
    [{ selected: ['x'] }],
    [{ find: 'x'.repeat(600) }],
    [{ unknown: 'word' }],
  ])('drops %j', search => expect(topologySearchIn(search)).toEqual({}))

  it('never throws, whatever it is given, and reads its own answer the same way', () =>
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), search => {
        const once = topologySearchIn(search)
        expect(topologySearchIn({ ...once })).toEqual(once)
        paramsOf(once)
      }),
    ))
})

describe('the scope in the address', () => {
  it('is the same after writing and reading', () => {
    const scope = { namespaces: ['pay', 'shop'], at: Date.UTC(2026, 10, 23, 14, 21), window: 300 }
    expect(scopeSearch(scope)).toEqual({ ns: 'pay,shop', at: '2026-11-23T14:21:00Z', window: '300' })
    expect(scopeIn(scopeSearch(scope))).toEqual(scope)
  })

  it('says nothing of what is not chosen', () =>
    expect(
      Object.values(scopeSearch({ namespaces: [], at: null, window: null })).every(value => value === undefined),
    ).toBe(true))

  it('drops what is no namespace, no moment, no window', () =>
    expect(scopeIn({ ns: 'shop,-x,../etc,shop', at: 'yesterday', window: '-3' })).toEqual({
      namespaces: ['shop'],
      at: null,
      window: null,
    }))
})

describe('what the BFF is asked', () => {
  it('is only what was chosen', () => {
    expect(paramsOf({})).toEqual({})
    expect(
      paramsOf({ ns: 'shop,pay', level: 'workload', open: 'pay', window: '60', find: 'x', selected: 'y' }),
    ).toEqual({
      level: 'workload',
      namespaces: 'pay,shop',
      open: 'pay',
      window: '60',
    })
  })
})
