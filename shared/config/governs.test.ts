import { describe, expect, it } from 'vitest'
import type { ConfigRow } from './api.ts'
import { whyGoverns } from './governs.ts'
import { row } from './list.fixture.ts'

const cart = { namespace: 'shop', services: ['cart'], workloads: ['cart-v1', 'cart-v2'] }

const cases: [string, ConfigRow, ReturnType<typeof whyGoverns>][] = [
  [
    'a rule about its host, wherever it stands',
    row('DestinationRule ops/cart', { hosts: ['cart.shop.svc.cluster.local'] }),
    { kind: 'host', name: 'cart.shop.svc.cluster.local' },
  ],
  [
    'a rule about all hosts of its namespace',
    row('DestinationRule shop/all', { hosts: ['*.shop.svc.cluster.local'] }),
    { kind: 'host', name: '*.shop.svc.cluster.local' },
  ],
  [
    'not a rule about a service of the same name elsewhere',
    row('VirtualService pay/cart', { hosts: ['cart.pay.svc.cluster.local'] }),
    null,
  ],
  [
    'a policy that selects a workload behind it',
    row('AuthorizationPolicy shop/v2', { workloads: 1, pods: 3, selects: ['shop/cart-v2'] }),
    { kind: 'workload', name: 'cart-v2' },
  ],
  [
    'not a policy for a workload of the same name elsewhere',
    row('Sidecar pay/x', { workloads: 1, pods: 1, selects: ['pay/cart-v1'] }),
    null,
  ],
  ['not a policy that selects nothing', row('Sidecar shop/x', { workloads: 0, pods: 0 }), null],
  [
    'a policy of the whole mesh, too wide to name',
    row('PeerAuthentication istio-system/default', { workloads: 900, pods: 2000 }),
    { kind: 'mesh' },
  ],
  [
    'a policy of its whole namespace',
    row('PeerAuthentication shop/default', { workloads: 300, pods: 2000 }),
    { kind: 'namespace' },
  ],
  ['not one of another whole namespace', row('PeerAuthentication pay/default', { workloads: 300, pods: 2000 }), null],
]

describe('what governs a service', () => {
  it.each(cases)('%s', (_, line, why) => {
    expect(whyGoverns(line, cart)).toEqual(why)
  })
})
