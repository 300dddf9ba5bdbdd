import { expect, it } from 'vitest'
import { subjectIn } from './search.ts'

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
  [{ of: 'service', namespace: 'shop' }, { of: 'mesh' }],
  [{ of: 'galaxy', namespace: 'shop', name: 'cart' }, { of: 'mesh' }],
  [{ of: 'service', namespace: '<b>', name: 'cart' }, { of: 'mesh' }],
  [{}, { of: 'mesh' }],
])('the address %o asks for the charts of %o', (search, subject) => {
  expect(subjectIn(search)).toEqual(subject)
})
