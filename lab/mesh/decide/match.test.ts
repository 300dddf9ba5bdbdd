import { describe, expect, it } from 'vitest'
import { readRouter } from '#lab/mesh/snapshot/routes.ts'
import { memoryStore } from '#lab/mesh/testing/memory-store.ts'
import { httpRoute, virtualService } from '#lab/mesh/testing/objects.ts'
import { flowFrom, snapshotWith } from '#lab/mesh/testing/small-mesh.ts'
import { firstFit } from './match.ts'
import type { Flow } from './outcome.ts'

const host = 'back.shop.svc.cluster.local'
const to = (subset: string) => [{ destination: { host, subset } }]
const snapshot = snapshotWith()
const reader = { namespace: 'shop', sidecar: null, isWaypoint: false }

/** Which subset a request is sent to by a rule with this match, else by the rule after it. */
function matched(match: unknown, more: Partial<Flow>): string {
  const route = virtualService('shop', 'back', {
    hosts: ['back'],
    http: [{ match: [match], route: to('hit') }, { route: to('miss') }],
  })
  const router = readRouter(memoryStore([route]), snapshot.workloads, new Map())
  const found = router.inMesh(host, 8080, reader)
  const flow = flowFrom(snapshot, 'shop/front', 'back.shop', 8080, more)
  return firstFit(found?.http ?? [], flow, flow.source)?.rule.backends[0]?.subset ?? 'none'
}

// https://istio.io/latest/docs/reference/config/networking/virtual-service/#HTTPMatchRequest
describe('a VirtualService match', () => {
  it.each<[claim: string, match: unknown, request: Partial<Flow>, expected: 'hit' | 'miss']>([
    ['an exact path is the whole path', { uri: { exact: '/cart' } }, { path: '/cart' }, 'hit'],
    ['an exact path is no prefix', { uri: { exact: '/cart' } }, { path: '/cart/7' }, 'miss'],
    ['the query is not part of the path', { uri: { exact: '/cart' } }, { path: '/cart?a=1' }, 'hit'],
    ['a prefix is a prefix of characters', { uri: { prefix: '/car' } }, { path: '/cart' }, 'hit'],
    ['a regex covers the whole path', { uri: { regex: '/v[0-9]+' } }, { path: '/v12/items' }, 'miss'],
    ['a regex that fits', { uri: { regex: '/v[0-9]+/.*' } }, { path: '/v12/items' }, 'hit'],
    ['a regex that does not compile matches nothing', { uri: { regex: '([' } }, { path: '/' }, 'miss'],
    ['case counts', { uri: { exact: '/Cart' } }, { path: '/cart' }, 'miss'],
    ['unless it is ignored', { uri: { exact: '/Cart' }, ignoreUriCase: true }, { path: '/caRT' }, 'hit'],
    ['a method', { method: { exact: 'POST' } }, { method: 'POST' }, 'hit'],
    ['another method', { method: { exact: 'POST' } }, { method: 'GET' }, 'miss'],
    [
      'a header, whatever its case',
      { headers: { 'X-User': { exact: 'ann' } } },
      { headers: { 'x-user': 'ann' } },
      'hit',
    ],
    ['a header that is absent', { headers: { 'x-user': { exact: 'ann' } } }, {}, 'miss'],
    ['a header that need only be there', { headers: { 'x-user': {} } }, { headers: { 'x-user': 'bo' } }, 'hit'],
    [
      'a header that must not be so',
      { withoutHeaders: { 'x-user': { exact: 'ann' } } },
      { headers: { 'x-user': 'bo' } },
      'hit',
    ],
    [
      'a header that is as it must not be',
      { withoutHeaders: { 'x-user': { exact: 'ann' } } },
      { headers: { 'x-user': 'ann' } },
      'miss',
    ],
    ['all conditions of one match hold together', { uri: { prefix: '/' }, method: { exact: 'PUT' } }, {}, 'miss'],
    ['labels of the caller', { sourceLabels: { app: 'front' } }, {}, 'hit'],
    ['other labels of the caller', { sourceLabels: { app: 'cart' } }, {}, 'miss'],
    ['the namespace of the caller', { sourceNamespace: 'pay' }, {}, 'miss'],
    ['the port', { port: 9999 }, {}, 'miss'],
    ['a query parameter', { queryParams: { v: { exact: '2' } } }, { path: '/items?a=1&v=2' }, 'hit'],
    ['a query parameter by prefix', { queryParams: { v: { prefix: 'be' } } }, { path: '/items?v=beta' }, 'hit'],
    ['a query parameter that is absent', { queryParams: { v: { regex: '.*' } } }, { path: '/items' }, 'miss'],
    ['a scheme', { scheme: { exact: 'https' } }, {}, 'miss'],
    ['a Host as it is asked for', { authority: { exact: 'back.shop' } }, {}, 'hit'],
    ['a Host with its port', { authority: { exact: 'back.shop:8080' } }, {}, 'hit'],
    ['another Host', { authority: { prefix: 'front' } }, {}, 'miss'],
    ['names of pseudo headers are no headers', { headers: { authority: { exact: 'x' } } }, {}, 'hit'],
    ['a match for a gateway is not for the mesh', { gateways: ['gates/edge'], uri: { prefix: '/' } }, {}, 'miss'],
  ])('%s', (_, match, request, expected) => {
    expect(matched(match, request)).toBe(expected)
  })
})

/** Which backend an HTTPRoute for the Service sends a request to. */
function routed(rules: unknown[], more: Partial<Flow>): string | undefined {
  const parentRefs = [{ group: '', kind: 'Service', name: 'back', port: 8080 }]
  const router = readRouter(
    memoryStore([httpRoute('shop', 'back', { parentRefs, rules })]),
    snapshot.workloads,
    new Map(),
  )
  const found = router.inMesh(host, 8080, reader)
  const flow = flowFrom(snapshot, 'shop/front', 'back.shop', 8080, more)
  return firstFit(found?.http ?? [], flow, flow.source)?.rule.backends[0]?.host.split('.')[0]
}

const rule = (name: string, path: unknown, more: Record<string, unknown> = {}) => ({
  matches: [{ ...(path ? { path } : {}), ...more }],
  backendRefs: [{ name, port: 8080 }],
})
const prefix = (value: string) => ({ type: 'PathPrefix', value })

// https://gateway-api.sigs.k8s.io/reference/spec/#httprouterule
describe('an HTTPRoute match', () => {
  it.each<[claim: string, rules: unknown[], request: Partial<Flow>, expected: string | undefined]>([
    ['a prefix covers whole elements', [rule('a', prefix('/shop'))], { path: '/shop/1' }, 'a'],
    ['not parts of them', [rule('a', prefix('/shop'))], { path: '/shopping' }, undefined],
    [
      'the longest prefix wins, wherever it stands',
      [rule('a', prefix('/')), rule('b', prefix('/x'))],
      { path: '/x/1' },
      'b',
    ],
    [
      'an exact path goes before any prefix',
      [rule('a', prefix('/x/1')), rule('b', { type: 'Exact', value: '/x/1' })],
      { path: '/x/1' },
      'b',
    ],
    [
      'a method makes it more specific',
      [rule('a', prefix('/x')), rule('b', prefix('/x'), { method: 'GET' })],
      { path: '/x' },
      'b',
    ],
    [
      'more headers make it more specific',
      [rule('a', prefix('/')), rule('b', prefix('/'), { headers: [{ name: 'X', value: '1' }] })],
      { headers: { x: '1' } },
      'b',
    ],
    ['the first of equals wins', [rule('a', prefix('/')), rule('b', prefix('/'))], {}, 'a'],
    ['a rule without matches takes everything', [{ backendRefs: [{ name: 'a', port: 8080 }] }], { path: '/q' }, 'a'],
  ])('%s', (_, rules, request, expected) => {
    expect(routed(rules, request)).toBe(expected)
  })
})
