import { describe, expect, it } from 'vitest'
import type { Finding } from '#shared/config/finding.ts'
import { seenFindings, seenIn, seenName } from './seen.ts'

const ref = (namespace: string, name: string, kind = 'VirtualService') => ({
  group: 'networking.istio.io',
  kind,
  namespace,
  name,
})
const finding = (more: Partial<Finding>): Finding => ({
  code: 'IST0109',
  name: 'ConflictingMeshGatewayVirtualServiceHosts',
  level: 'Error',
  object: ref('shop', 'web'),
  message: '',
  ...more,
})
const seen = seenIn(
  new Map([
    ['networking.istio.io/VirtualService', new Set(['shop'])],
    ['/Pod', new Set(['shop', 'logistics'])],
  ]),
  ['shop', 'pay', 'logistics'],
)

describe('findings for somebody who may not list everything', () => {
  it.each([
    ['pay/ledger and shop/web both have host x', '(hidden) and shop/web both have host x'],
    ['no port 80 on ledger.pay.svc.cluster.local.', 'no port 80 on (hidden).'],
    ['cart.shop.svc.cluster.local is fine', 'cart.shop.svc.cluster.local is fine'],
    ['repay/ledger, text/plain and a path /pay/ledger', 'repay/ledger, text/plain and a path /(hidden)'],
  ])('name nothing they may not list: %s', (message, expected) => {
    expect(seenFindings([finding({ message, evidence: [message] })], seen)).toEqual([
      finding({ message: expected, evidence: [expected] }),
    ])
  })

  it('say what they typed themselves', () => {
    const message = 'There is no host ledger.pay.svc.cluster.local'
    expect(seenFindings([finding({ message })], seen, 'host: ledger.pay.svc.cluster.local')[0]?.message).toBe(message)
  })

  it('leave out objects and fixes of what they may not list', () => {
    const related = [ref('pay', 'ledger'), ref('shop', 'cart'), ref('logistics', 'x'), ref('logistics', 'y', 'Sidecar')]
    const fix = { title: 'Remove it', edits: [{ object: ref('pay', 'ledger'), edits: [] }] }
    const [told] = seenFindings([finding({ related, fix })], seen)
    expect(told?.related?.map(({ name }) => name)).toEqual(['cart', 'y'])
    expect(told).not.toHaveProperty('fix')
    const [own] = seenFindings([finding({ fix: { ...fix, edits: [{ object: ref('shop', 'web'), edits: [] }] } })], seen)
    expect(own?.fix?.title).toBe('Remove it')
  })

  it.each(['WEFT0212', 'WEFT0504'])('of callers say only who is theirs to know, be it typed or not: %s', code => {
    const callers = ['pay/a to shop/web', 'pay/b to shop/web', 'abroad/c to shop/web', 'unknown/unknown to pay/ledger']
    const hosts = ['shop/web to ledger.pay.svc.cluster.local', 'shop/web to x.abroad.svc.cluster.local']
    const [told] = seenFindings(
      [finding({ code, message: 'pay/a to shop/web.', evidence: [...callers, ...hosts] })],
      seen,
      'pay/a abroad/c',
    )
    expect(told).toMatchObject({ message: '(hidden) to shop/web.' })
    expect(told?.evidence).toEqual(['(hidden) to shop/web', 'unknown/unknown to (hidden)', 'shop/web to (hidden)'])
  })

  it.each([
    ['pay/ledger', '(hidden)'],
    ['shop/web', 'shop/web'],
    ['abroad/web', '(hidden)'],
    ['unknown/unknown', 'unknown/unknown'],
  ])('cover the names of calls: %s', (name, expected) => expect(seenName(name, seen)).toBe(expected))

  it('are whole for who may list everything', () => {
    const all = seenIn(new Map([['networking.istio.io/VirtualService', 'everywhere' as const]]), ['shop', 'pay'])
    const whole = finding({ message: 'pay/ledger', related: [ref('pay', 'ledger')] })
    expect(seenFindings([whole], all)).toEqual([whole])
  })
})
