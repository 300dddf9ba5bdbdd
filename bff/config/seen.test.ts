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

  it.each([
    ['pay/ledger', '(hidden)'],
    ['shop/web', 'shop/web'],
  ])('cover the names of calls: %s', (name, expected) => expect(seenName(name, seen)).toBe(expected))

  it('are whole for who may list everything', () => {
    const all = seenIn(new Map([['networking.istio.io/VirtualService', 'everywhere' as const]]), ['shop', 'pay'])
    const whole = finding({ message: 'pay/ledger', related: [ref('pay', 'ledger')] })
    expect(seenFindings([whole], all)).toEqual([whole])
  })
})
