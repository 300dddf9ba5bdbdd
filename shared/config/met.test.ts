import { describe, expect, it } from 'vitest'
import { row } from './list.fixture.ts'
import { metBy, type MetHop } from './met.ts'

const host = 'cart.shop.svc.cluster.local'
const rows = [
  row('VirtualService shop/cart', { hosts: [host] }),
  row('DestinationRule shop/all', { hosts: ['*.shop.svc.cluster.local'] }),
  row('VirtualService shop/search', { hosts: ['search.shop.svc.cluster.local'] }),
  row('ServiceEntry pay/risk', { hosts: ['risk.cards.example'] }),
  row('AuthorizationPolicy shop/cart', { workloads: 1, pods: 2, selects: ['shop/cart'] }),
  row('AuthorizationPolicy shop/cart-db', { workloads: 1, pods: 2, selects: ['shop/cart-db'] }),
  row('Sidecar shop/web', { workloads: 1, pods: 2, selects: ['shop/web'] }),
  row('Telemetry shop/web', { workloads: 2, pods: 4, selects: ['shop/web', 'shop/cart'] }),
  row('PeerAuthentication istio-system/default', { workloads: 900, pods: 2000 }),
]
const hop = (more: Partial<MetHop>): MetHop => ({ side: 'caller', host: '', pod: null, signs: [], ...more })
const met = (more: Partial<MetHop>) => metBy(rows, hop(more)).map(({ row: { ref } }) => `${ref.kind} ${ref.name}`)

describe('the objects that a hop met', () => {
  it('are at its caller those about the host it calls, and what selects the caller itself', () => {
    expect(met({ host, pod: { namespace: 'shop', name: 'web-5f7c9-m2xwd' } })).toEqual([
      'VirtualService cart',
      'DestinationRule all',
      'Sidecar web',
      'Telemetry web',
    ])
  })

  it('are at the called those that select its pod, by the longest name that fits, and those of the mesh', () => {
    expect(met({ side: 'callee', pod: { namespace: 'shop', name: 'cart-5f7c9-m2xwd' } })).toEqual([
      'AuthorizationPolicy cart',
      'Telemetry web',
      'PeerAuthentication default',
    ])
    expect(met({ side: 'callee', pod: { namespace: 'shop', name: 'cart-db-0' } })).toEqual([
      'AuthorizationPolicy cart-db',
      'PeerAuthentication default',
    ])
  })

  it('are of a host outside those that name it', () => {
    expect(met({ host: 'risk.cards.example' })).toEqual(['ServiceEntry risk'])
  })

  it.each([
    ['UO', { host }, 'DestinationRule all'],
    ['FI', { host }, 'VirtualService cart'],
    ['403', { side: 'callee' as const, pod: { namespace: 'shop', name: 'cart-1' } }, 'AuthorizationPolicy cart'],
  ])('come first where %s speaks of their kind', (sign, more, first) => {
    const [found, next] = metBy(rows, hop({ ...more, signs: ['-', sign] }))
    expect([`${found?.row.ref.kind} ${found?.row.ref.name}`, found?.sign]).toEqual([first, sign])
    expect(next?.sign).toBeNull()
  })

  it('are none where the span tells neither host nor pod', () => {
    expect(met({})).toEqual([])
  })
})
