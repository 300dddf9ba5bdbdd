import { describe, expect, it } from 'vitest'
import { aGraph, anEdge, aNode } from '#web/topology/canvas/shop.fixture.ts'
import { failingEdge, shop } from '#web/topology/fixture.ts'
import { subjectOf, trailOf } from './subject.ts'

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

describe('the trail of what is picked', () => {
  it('leads from an edge to where it goes and to who calls there', () => {
    expect(trailOf(shop, failingEdge)).toMatchObject({
      isEdge: true,
      isTcp: false,
      to: { kind: 'service', namespace: 'pay', name: 'payments', services: ['payments'] },
      from: { kind: 'service', namespace: 'shop', name: 'checkout', services: ['checkout'] },
      subject: { on: 'edge' },
    })
  })
  it('knows a gateway by the Deployment it runs as, and a host outside by its name alone', () => {
    expect(trailOf(shop, 'gateway:gateways/web-gateway')).toMatchObject({
      to: { kind: 'gateway', workloads: ['web-gateway'] },
      from: null,
      isEdge: false,
      subject: null,
    })
    expect(trailOf(shop, 'external:internet')).toMatchObject({ to: { services: [], workloads: [] }, subject: null })
  })
  it('says whether a policy refuses some of the calls', () => {
    const refused = { ...edge, deniedRatio: 0.1 }
    expect(trailOf(aGraph([storefront, cart], [refused]), edge.id)).toMatchObject({ isRefused: true })
    expect(trailOf(graph, edge.id)).toMatchObject({ isRefused: false })
  })
  it('is none of what is not in the picture', () => {
    expect(trailOf(shop, 'service:gone/away')).toBeNull()
  })
})
