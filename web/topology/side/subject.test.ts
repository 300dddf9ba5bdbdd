import { describe, expect, it } from 'vitest'
import { aGraph, anEdge, aNode } from '#web/topology/canvas/shop.fixture.ts'
import { subjectOf } from './subject.ts'

const storefront = aNode('service', 'shop', 'storefront', { related: ['storefront-v1'] })
const cart = aNode('service', 'shop', 'cart')
const job = aNode('workload', 'shop', 'cart-7', { related: ['cart'] })
const edge = anEdge(storefront.id, cart.id, 'http', 9)
const graph = aGraph([storefront, cart, job, aNode('namespace', '', 'pay'), aNode('external', '', 'x.example')], [edge])

describe('what is selected on the map', () => {
  it.each([
    [cart.id, { on: 'service', target: { namespace: 'shop', service: 'cart' } }],
    [job.id, { on: 'workload', target: { namespace: 'shop', workload: 'cart-7', service: 'cart' } }],
    ['namespace:pay', { on: 'namespace', target: { namespace: 'pay' } }],
    [edge.id, { on: 'edge', target: { service: 'cart', source: { namespace: 'shop', workload: 'storefront-v1' } } }],
  ])('%s', (id, wanted) => {
    expect(subjectOf(graph, id)).toMatchObject(wanted)
  })

  it('is nothing that can be changed where it is outside, or gone', () => {
    expect(subjectOf(graph, 'external:x.example')).toBeNull()
    expect(subjectOf(graph, 'service:shop/nobody')).toBeNull()
  })
})
