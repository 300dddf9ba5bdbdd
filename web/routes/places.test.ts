import { describe, expect, it, vi } from 'vitest'
import { placesOf } from './places.ts'

const service = (namespace: string, name: string) => ({ namespace, name, hosts: [], ports: [], selector: null })
const workload = (namespace: string, name: string) => ({
  namespace,
  name,
  kind: 'Deployment',
  labels: {},
  serviceAccount: name,
  pods: 1,
  proxy: 'sidecar' as const,
})
const inventory = {
  services: [service('shop', 'checkout'), service('pay', 'ledger')],
  workloads: [workload('shop', 'checkout-v2')],
}
const groups = { services: 'Services', workloads: 'Workloads' }

describe('places that are typed into the palette', () => {
  it.each([
    ['check', ['checkout', 'checkout-v2']],
    ['SHOP check', ['checkout', 'checkout-v2']],
    ['shop/v2', ['checkout-v2']],
    ['nobody', []],
    ['  ', []],
  ])('%s', (text, expected) =>
    expect(placesOf(inventory, text, groups, () => undefined).map(({ label }) => label)).toEqual(expected),
  )

  it('lead to their pages', () => {
    const onGo = vi.fn()
    for (const each of placesOf(inventory, 'check', groups, onGo)) each.run()
    expect(onGo.mock.calls).toEqual([['/services/shop/checkout'], ['/workloads/shop/checkout-v2']])
  })

  it('are few however many there are', () => {
    const many = { services: Array.from({ length: 5000 }, (_, place) => service('x', `a${place}`)), workloads: [] }
    expect(placesOf(many, 'a', groups, () => undefined)).toHaveLength(80)
  })
})
