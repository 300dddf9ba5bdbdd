import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hostMatchers, namesUnseen, seenSeries, seenWords } from './hosts.ts'

const shop = new Set(['shop'])
const patternOf = (seen: readonly string[]): RegExp => {
  const [matcher = ''] = hostMatchers(seen)
  return new RegExp(`^(?:${JSON.parse(matcher.slice(matcher.indexOf('"'))) as string})$`, 's')
}
const cases: [value: string, isSeen: boolean][] = [
  ['', true],
  ['xds-grpc', true],
  ['inbound|8080||', true],
  ['outbound|443||api.stripe.com', true],
  ['outbound|80||cart.shop.svc.cluster.local', true],
  ['outbound|80|v1|cart.shop.svc.cluster.local', true],
  ['outbound_.80_._.cart.shop.svc.cluster.local', true],
  ['outbound|80||ledger.pay.svc.cluster.local', false],
  ['outbound_.80_._.ledger.pay.svc.cluster.local', false],
  ['ledger.pay.svc', false],
  ['ledger.pay.svc:80', false],
  ['a.xshop.svc.cluster.local', false],
  ['..svc', false],
]

describe('names of hosts in other namespaces', () => {
  it.each(cases)('are told from the others by what is asked: %j is seen: %j', (value, isSeen) => {
    expect(patternOf(['pay-other', 'shop']).test(value)).toBe(isSeen)
  })

  it('are never asked for by a pattern that finds one of them', () => {
    const word = fc.array(fc.constantFrom('.', 's', 'v', 'c', '.svc', '.shop', '.pay', '|', 'a', ':80'), {
      maxLength: 9,
    })
    fc.assert(
      fc.property(word, parts => {
        const value = parts.join('')
        const pattern = patternOf(['shop'])
        if (!value.includes('.svc')) expect(pattern.test(value)).toBe(true)
        else if (pattern.test(value)) expect(value).toMatch(/\.shop\.svc([.:|_].*)?$/s)
      }),
      { numRuns: 2000 },
    )
  })

  it('are no values that are offered, and are not told in what an expression copied', () => {
    const words = cases.map(([value]) => value).filter(value => value !== '..svc')
    expect(seenWords(words, shop)).toEqual(words.filter(value => !/pay|xshop/.test(value)))
    expect(seenWords(words, 'everything')).toEqual(words)
    const line = { metric: { copied: 'outbound|80||ledger.pay.svc.cluster.local', pod: 'a' }, times: [1], values: [1] }
    expect(seenSeries([line], shop)[0]?.metric).toEqual({ copied: '(of another namespace)', pod: 'a' })
    expect(namesUnseen('a.pay.svc', 'everything')).toBe(false)
  })
})
