import { describe, expect, it } from 'vitest'
import type { Span } from '#shared/mesh/span.ts'
import { refusedCallOf } from './call-facts.ts'

const span = (attributes: Record<string, string>, more: Partial<Span> = {}): Span => ({
  spanId: '1',
  parentId: null,
  service: 'catalog.shop',
  operation: 'catalog.shop.svc.cluster.local:8080/*',
  kind: 'server',
  start: 1,
  duration: 1,
  isError: true,
  attributes: Object.entries({ 'http.status_code': '403', ...attributes }).map(([key, value]) => ({ key, value })),
  events: [],
  links: [],
  process: [],
  warnings: [],
  ...more,
})
const url = 'http://catalog.shop.svc.cluster.local:8080/products/7?x=1'
const request = {
  protocol: 'http',
  method: 'GET',
  path: '/products/7',
  host: 'catalog.shop.svc.cluster.local:8080',
}
const server = {
  'http.method': 'GET',
  'http.url': url,
  upstream_cluster: 'inbound|9080||',
  node_id: 'sidecar~10.0.0.3~catalog-v1-7d9f8-abcde.shop~shop.svc.cluster.local',
  'peer.address': '10.0.0.2',
}
const client = span(
  {
    'http.method': 'GET',
    'http.url': url,
    upstream_cluster: 'outbound|8080||catalog.shop.svc.cluster.local',
    node_id: 'sidecar~10.0.0.2~storefront-v1-7d9f8-fghij.shop~shop.svc.cluster.local',
  },
  { kind: 'client', service: 'storefront.shop' },
)

describe('the call of a span that was refused', () => {
  it('is from the pod of its caller to its own, at its own port', () => {
    expect(refusedCallOf(span(server), client)).toEqual({
      from: 'shop/storefront-v1-7d9f8-fghij',
      to: 'shop/catalog-v1-7d9f8-abcde',
      port: '9080',
      ...request,
    })
  })

  it('is from an address where the caller wrote no span, or one that may not be seen', () => {
    expect(refusedCallOf(span(server), undefined)).toMatchObject({ from: 'ip:10.0.0.2' })
    expect(refusedCallOf(span(server), { ...client, isHidden: true })).toMatchObject({ from: 'ip:10.0.0.2' })
  })

  it('is to the service, in the caller’s own span and in that of a waypoint', () => {
    expect(refusedCallOf(client, undefined)).toEqual({
      from: 'shop/storefront-v1-7d9f8-fghij',
      to: 'shop/catalog',
      ...request,
    })
    const waypoint = span({ ...server, upstream_cluster: 'inbound-vip|80|http|quotes.logistics.svc.cluster.local' })
    expect(refusedCallOf(waypoint, client)).toMatchObject({ to: 'logistics/quotes' })
  })

  it.each([
    ['a gRPC status 7', span({ ...server, 'grpc.status_code': '7', 'http.status_code': '200' }), true],
    ['a gRPC status 5', span({ ...server, 'grpc.status_code': '5' }), false],
    ['a 404', span({ ...server, 'http.status_code': '404' }), false],
    ['a span that may not be seen', span(server, { isHidden: true }), false],
    ['a service of no namespace', span({}, { service: 'x' }), false],
  ])('is one of %s: %#', (_, of, is) => {
    expect(refusedCallOf(of, undefined) !== null).toBe(is)
  })
})
