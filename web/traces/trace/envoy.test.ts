import { describe, expect, it } from 'vitest'
import { mapHref, podOf, logsHref } from '#web/traces/links.ts'
import { callOf, clusterOf, routeOf, statusOf, targetOf } from './envoy.ts'

const span = (attributes: Record<string, string | number>, more: object = {}) => ({
  spanId: '1',
  parentId: null,
  service: 'cart.shop',
  operation: 'catalog.shop.svc.cluster.local:8080/*',
  kind: 'client' as const,
  start: 1_000_000,
  duration: 1,
  isError: false,
  attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
  events: [],
  links: [],
  process: [],
  warnings: [],
  ...more,
})

describe('names of clusters', () => {
  it.each([
    [
      'outbound|5432||postgres.data.svc.cluster.local',
      { direction: 'outbound', port: 5432, subset: '' },
      'postgres.data',
    ],
    ['outbound|8080|v2|cart.shop.svc.cluster.local', { direction: 'outbound', port: 8080, subset: 'v2' }, 'cart.shop'],
    ['outbound|443||api.example.com', { direction: 'outbound', host: 'api.example.com' }, null],
    ['inbound|8080||', { direction: 'inbound', host: '' }, null],
    [
      'inbound-vip|80|http|quotes.logistics.svc.cluster.local',
      { direction: 'inbound-vip', subset: '' },
      'quotes.logistics',
    ],
    ['PassthroughCluster', null, null],
    ['outbound|x||cart', null, null],
  ])('%s', (name, cluster, target) => {
    const given = span({ upstream_cluster: name })
    if (cluster === null) expect(clusterOf(given)).toBeNull()
    else expect(clusterOf(given)).toMatchObject(cluster)
    expect(targetOf(given)).toBe(target)
  })
})

describe('what was called', () => {
  it.each([
    [{ 'http.method': 'POST', 'http.url': 'http://pay/entries?x=1' }, 'POST /entries'],
    [{ 'http.request.method': 'GET', 'url.path': '/items' }, 'GET /items'],
    [{ 'http.method': 'GET' }, 'catalog.shop.svc.cluster.local:8080/*'],
    [{ 'http.method': 'GET', 'http.url': 'javascript:alert(1)' }, 'catalog.shop.svc.cluster.local:8080/*'],
  ])('%j is %s', (attributes, text) => expect(callOf(span(attributes))).toBe(text))

  it.each([
    ['catalog.shop.svc.cluster.local:8080/*', { host: 'catalog.shop.svc.cluster.local', port: 8080, path: '/*' }],
    ['GET /items', null],
  ])('the route of %s', (operation, route) => expect(routeOf(span({}, { operation }))).toEqual(route))

  it.each([
    [{ 'http.status_code': '503' }, { code: '503', protocol: 'http' }],
    [
      { 'http.status_code': '200', 'grpc.status_code': '14' },
      { code: '14', protocol: 'grpc' },
    ],
    [{ 'http.response.status_code': 404 }, { code: '404', protocol: 'http' }],
    [{}, null],
  ])('the status in %j', (attributes, status) => expect(statusOf(span(attributes))).toEqual(status))
})

describe('links from a span', () => {
  it.each([
    [{ node_id: 'sidecar~10.0.0.1~cart-7f-x.shop~shop.svc.cluster.local' }, { namespace: 'shop', name: 'cart-7f-x' }],
    [
      { node_id: 'garbage', 'k8s.pod.name': 'cart-1', 'k8s.namespace.name': 'till' },
      { namespace: 'till', name: 'cart-1' },
    ],
    [{ pod: 'cart-1' }, { namespace: 'shop', name: 'cart-1' }],
    [{}, null],
  ])('the pod in %j', (attributes, pod) => expect(podOf(span(attributes))).toEqual(pod))

  it('lead to the log of its pod at its moment, and keep the scope', () => {
    const given = span({ component: 'proxy', node_id: 'sidecar~10.0.0.1~cart-1.shop~d' })
    expect(logsHref(given, 'abc', { ns: 'shop' })).toBe(
      '/logs?ns=shop&at=1000&namespace=shop&pod=cart-1&container=istio-proxy&text=abc',
    )
    const named = span({ component: 'proxy', node_id: 'sidecar~10.0.0.1~cart-1.shop~d', 'guid:x-request-id': 'r-1' })
    expect(logsHref(named, 'abc', {})).toContain('&text=r-1')
  })

  it('light the services of a trace on the map, as many as its field takes', () => {
    const find = (services: string[]) =>
      new URL(mapHref(services, {}) ?? '', 'http://weft').searchParams.get('find') ?? ''
    expect(find(['cart.shop', 'nameless', 'a"b.shop'])).toBe(
      '(ns = "shop" and name = "cart") or (ns = "shop" and name = "a\\"b")',
    )
    expect(find(Array.from({ length: 90 }, (_, index) => `s${index}.shop`)).length).toBeLessThanOrEqual(512)
    expect(mapHref(['nameless'], {})).toBeNull()
  })
})
