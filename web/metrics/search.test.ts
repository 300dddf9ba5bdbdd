import { expect, it } from 'vitest'
import { kindIn, missingIn, subjectIn } from './search.ts'

it.each([
  [
    { of: 'service', namespace: 'shop', name: 'cart' },
    { of: 'service', namespace: 'shop', name: 'cart' },
  ],
  [
    { of: 'workload', namespace: 'pay', name: 'ledger', caller: 'shop/checkout' },
    { of: 'workload', namespace: 'pay', name: 'ledger', caller: 'shop/checkout' },
  ],
  [
    { of: 'service', namespace: 'shop', name: 'cart', caller: 'nobody' },
    { of: 'service', namespace: 'shop', name: 'cart' },
  ],
  [
    { of: 'gateway', namespace: 'gateways', name: 'web' },
    { of: 'workload', namespace: 'gateways', name: 'web' },
  ],
  [
    { of: 'edge', namespace: 'shop', name: 'cart', caller: 'shop/web' },
    { of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web' },
  ],
  [
    { of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web-v1,web-v2' },
    { of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web-v1,web-v2' },
  ],
  [
    { of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web-v1,' },
    { of: 'service', namespace: 'shop', name: 'cart' },
  ],
  [
    { of: 'service', namespace: 'shop', name: 'cart', caller: `shop/${Array(21).fill('web').join(',')}` },
    { of: 'service', namespace: 'shop', name: 'cart' },
  ],
  [{ of: 'service', namespace: 'shop' }, { of: 'mesh' }],
  [{ of: 'galaxy', namespace: 'shop', name: 'cart' }, { of: 'mesh' }],
  [{ of: 'service', namespace: '<b>', name: 'cart' }, { of: 'mesh' }],
  [{}, { of: 'mesh' }],
])('the address %o asks for the charts of %o', (search, subject) => {
  expect(subjectIn(search)).toEqual(subject)
})

it.each([
  [{}, 'mesh', null],
  [{ of: 'service' }, 'service', 'service'],
  [{ of: 'edge' }, 'edge', 'service'],
  [{ of: 'edge', namespace: 'shop', name: 'cart' }, 'edge', 'caller'],
  [{ of: 'service', namespace: 'shop', name: 'cart', caller: 'shop/web' }, 'edge', null],
  [{ of: 'gateway', namespace: 'gateways', name: 'web' }, 'gateway', null],
])('of the address %o is chosen %s, and lacks %s', (search, kind, missing) => {
  expect([kindIn(search), missingIn(search)]).toEqual([kind, missing])
})
