import { describe, expect, it } from 'vitest'
import type { RequestTree } from '#lab/contract.ts'
import { hop, marksOf, pod, purchase } from './fixtures.ts'
import { createTraceStore } from './store.ts'

function storeOf(options: { capacity?: number; maxSpans?: number } = {}) {
  const store = createTraceStore(options)
  let number = 0
  return { ...store, size: () => store.size, add: (tree: RequestTree) => store.add(tree, marksOf(++number)) }
}
const storefront = pod('storefront', 'shop')
const call = (service: string) => hop(storefront, pod(service, 'shop', 'sidecar', 2))

describe('the trace store', () => {
  it('knows services, operations and who calls whom', () => {
    const store = storeOf()
    store.add(purchase())
    store.add(purchase(50))
    expect(store.size()).toBe(2)
    expect(store.services()).toEqual([
      'catalog.shop',
      'checkout.shop',
      'storefront.shop',
      'waypoint.logistics',
      'web-gateway-istio.gateways',
    ])
    expect(store.operations('checkout.shop')).toEqual([
      { name: 'checkout.shop.svc.cluster.local:8080/*', spanKind: 'server' },
      { name: 'inventory.logistics.svc.cluster.local:9090/*', spanKind: 'client' },
    ])
    expect(store.operations('nobody')).toEqual([])
    expect(store.dependencies(0, Infinity)).toContainEqual({
      parent: 'checkout.shop',
      child: 'waypoint.logistics',
      callCount: 2,
    })
    expect(store.dependencies(0, 1)).toEqual([])
  })

  it('forgets the oldest trace with all that is known from it alone', () => {
    const store = storeOf({ capacity: 2 })
    for (const service of ['cart', 'search', 'images']) store.add(call(service))
    expect(store.size()).toBe(2)
    expect(store.services()).toEqual(['images.shop', 'search.shop', 'storefront.shop'])
    expect(store.operations('cart.shop')).toEqual([])
    expect(store.operations('storefront.shop').map(({ name }) => name)).toEqual([
      'images.shop.svc.cluster.local:8080/*',
      'search.shop.svc.cluster.local:8080/*',
    ])
  })

  it('bounds the spans as well as the traces', () => {
    const store = storeOf({ maxSpans: 5 })
    for (let count = 0; count < 10; count++) store.add(call('cart'))
    expect(store.size()).toBe(2)
    store.add(purchase())
    expect(store.size(), 'a trace larger than the whole store is not taken').toBe(2)
  })

  it('takes nothing of a request that no proxy saw', () => {
    const store = storeOf()
    store.add(hop(pod('batch', 'legacy', 'none'), pod('crm', 'legacy', 'none')))
    expect(store.size()).toBe(0)
  })

  it('takes nothing of a request that is not traced', () => {
    const store = createTraceStore()
    store.add(purchase(), marksOf(1, { isTraced: false }))
    expect(store.size).toBe(0)
  })
})
