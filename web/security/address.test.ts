import { describe, expect, it } from 'vitest'
import { workload } from '#shared/security/matrix.fixture.ts'
import { callerIn, workloadIn } from './address.ts'

const workloads = [
  workload('shop/cart'),
  workload('shop/cart-jobs'),
  { ...workload('gateways/web-gateway-istio'), role: 'gateway' as const },
  { ...workload('legacy/batch'), guarded: 0, ips: ['10.0.0.9', 'fd00::9'] },
  { ...workload('shop/web'), ips: ['10.0.0.2'] },
]
const known = { callers: [], workloads, trustDomain: 'cluster.local' }

describe('an end of a call, as other pages name it', () => {
  it.each([
    ['shop/cart', 'cart'],
    ['shop/cart-7d9f8c6b5-x2x4z', 'cart'],
    ['shop/cart-jobs-7d9f8c6b5-x2x4z', 'cart-jobs'],
    ['shop/cart-0', 'cart'],
    ['gateways/web-gateway', 'web-gateway-istio'],
    ['shop/nobody-7d9f8c6b5-x2x4z', undefined],
    ['pay/cart', undefined],
  ])('%s', (text, name) => {
    expect(workloadIn(text, workloads)?.name).toBe(name)
  })

  it('is a pod by its address: with the identity it has, or none', () => {
    expect(callerIn('ip:10.0.0.2', known)).toMatchObject({ kind: 'identity', namespace: 'shop', name: 'web' })
    expect(callerIn('ip:fd00::9', known)).toEqual({ kind: 'plain', namespace: 'legacy', name: 'batch' })
    expect(callerIn('ip:10.0.0.77', known)).toBeNull()
  })
})
