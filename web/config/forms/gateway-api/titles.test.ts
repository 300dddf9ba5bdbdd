import { describe, expect, it } from 'vitest'
import { filterTitle } from './filters.ts'
import { grpcRuleTitle } from './grpc-route.ts'
import { httpRuleTitle } from './http-route.ts'
import { listenerTitle } from './listeners.ts'
import { enFormGatewayApi as en } from './text/en.ts'
import { zhCNFormGatewayApi as zhCN } from './text/zh-CN.ts'

describe('the title of a rule of an HTTPRoute', () => {
  it.each<[string, unknown]>([
    [
      '/api/* · GET → reviews-v1:9080 90 %, reviews-v2:9080 10 %',
      {
        matches: [{ path: { type: 'PathPrefix', value: '/api' }, method: 'GET' }],
        backendRefs: [
          { name: 'reviews-v1', port: 9080, weight: 90 },
          { name: 'reviews-v2', port: 9080, weight: 10 },
        ],
      },
    ],
    // Gateway API, HTTPBackendRef: a weight that is not said is 1.
    [
      'every request → a:80 50 %, b:80 50 %',
      {
        backendRefs: [
          { name: 'a', port: 80 },
          { name: 'b', port: 80 },
        ],
      },
    ],
    [
      'every request → a.pay:80',
      { matches: [{ path: { value: '/' } }], backendRefs: [{ name: 'a', namespace: 'pay', port: 80 }] },
    ],
    [
      '/login → a:80',
      { matches: [{ path: { type: 'Exact', value: '/login' } }], backendRefs: [{ name: 'a', port: 80 }] },
    ],
    [
      '~ ^/v[12]/ · x-user: ann · ?v=~ 2.* → ServiceImport a:80',
      {
        matches: [
          {
            path: { type: 'RegularExpression', value: '^/v[12]/' },
            headers: [{ name: 'x-user', value: 'ann' }],
            queryParams: [{ name: 'v', type: 'RegularExpression', value: '2.*' }],
          },
        ],
        backendRefs: [{ kind: 'ServiceImport', name: 'a', port: 80 }],
      },
    ],
    [
      'every request → redirects to https://…',
      { filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] },
    ],
    [
      'every request → redirects to https://shop.example/new',
      {
        filters: [
          {
            type: 'RequestRedirect',
            requestRedirect: {
              scheme: 'https',
              hostname: 'shop.example',
              path: { type: 'ReplaceFullPath', replaceFullPath: '/new' },
            },
          },
        ],
      },
    ],
    ['all: every request → nowhere yet', { name: 'all' }],
  ])('%s', (title, entry) => {
    expect(httpRuleTitle(entry, en)).toBe(title)
  })

  it('is said in Chinese', () => {
    expect(httpRuleTitle({}, zhCN)).toBe('所有请求 → 尚无目标')
  })
})

describe('the titles of other entries', () => {
  it.each<[string, unknown]>([
    [
      'shop.v1.Cart/AddItem → cart:9000',
      {
        matches: [{ method: { service: 'shop.v1.Cart', method: 'AddItem' } }],
        backendRefs: [{ name: 'cart', port: 9000 }],
      },
    ],
    [
      '~ shop\\..*/* · x-user: ann → cart:9000',
      {
        matches: [
          { method: { type: 'RegularExpression', service: 'shop\\..*' }, headers: [{ name: 'x-user', value: 'ann' }] },
        ],
        backendRefs: [{ name: 'cart', port: 9000 }],
      },
    ],
    ['every call → nowhere yet', {}],
  ])('of a rule of a GRPCRoute: %s', (title, entry) => {
    expect(grpcRuleTitle(entry, en)).toBe(title)
  })

  it.each<[string, unknown]>([
    [
      'Request headers · x-a, x-b, −x-c',
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: {
          set: [{ name: 'x-a', value: '1' }],
          add: [{ name: 'x-b', value: '2' }],
          remove: ['x-c'],
        },
      },
    ],
    [
      'Mirror · reviews:9080',
      { type: 'RequestMirror', requestMirror: { backendRef: { name: 'reviews', port: 9080 } } },
    ],
    [
      'Rewrite · /v2',
      { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } } },
    ],
    [
      'Extension · WasmFilter stamp',
      { type: 'ExtensionRef', extensionRef: { group: 'x.example', kind: 'WasmFilter', name: 'stamp' } },
    ],
    ['SomethingNew', { type: 'SomethingNew' }],
    ['…', {}],
  ])('of a filter: %s', (title, entry) => {
    expect(filterTitle(entry, en)).toBe(title)
  })

  it.each<[string, unknown]>([
    [
      '443 HTTPS · *.shop.example · shop-cert · https',
      {
        name: 'https',
        port: 443,
        protocol: 'HTTPS',
        hostname: '*.shop.example',
        tls: { certificateRefs: [{ name: 'shop-cert' }] },
      },
    ],
    ['443 TLS · any host · goes on · tls', { name: 'tls', port: 443, protocol: 'TLS', tls: { mode: 'Passthrough' } }],
    ['… · any host', {}],
  ])('of a listener: %s', (title, entry) => {
    expect(listenerTitle(entry, en)).toBe(title)
  })
})
