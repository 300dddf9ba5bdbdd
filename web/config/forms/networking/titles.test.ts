import { describe, expect, it } from 'vitest'
import { subsetTitle } from './destination-rule.ts'
import { serverTitle } from './gateway.ts'
import { enFormNetworking as en } from './text/en.ts'
import { zhCNFormNetworking as zhCN } from './text/zh-CN.ts'
import { httpTitle, virtualServiceForm } from './virtual-service.ts'

const to = (host: string, subset?: string, weight?: number) => ({
  destination: { host, ...(subset === undefined ? {} : { subset }) },
  ...(weight === undefined ? {} : { weight }),
})

describe('the title of an http route', () => {
  it.each<[string, unknown]>([
    [
      '/api/* · GET → reviews v1 90 %, v2 10 %',
      {
        match: [{ uri: { prefix: '/api/' }, method: { exact: 'GET' } }],
        route: [to('reviews', 'v1', 90), to('reviews', 'v2', 10)],
      },
    ],
    ['every request → reviews', { route: [to('reviews')] }],
    [
      'canary: every request → reviews.shop v2',
      { name: 'canary', route: [to('reviews.shop.svc.cluster.local', 'v2')] },
    ],
    [
      'every request → reviews 33.3 %, ratings 66.7 %',
      { route: [to('reviews', undefined, 1), to('ratings', undefined, 2)] },
    ],
    ['every request → reviews v1, v2', { route: [to('reviews', 'v1'), to('reviews', 'v2')] }],
    [
      'x-user: ann | x-user: ~ ^b → reviews',
      {
        match: [{ headers: { 'x-user': { exact: 'ann' } } }, { headers: { 'x-user': { regex: '^b' } } }],
        route: [to('reviews')],
      },
    ],
    ['x-beta → reviews', { match: [{ headers: { 'x-beta': {} } }], route: [to('reviews')] }],
    [
      '≠ x-beta: 1 · ?v=2 · :8080 · app=web · shop/* · mesh → reviews',
      {
        match: [
          {
            withoutHeaders: { 'x-beta': { exact: '1' } },
            queryParams: { v: { exact: '2' } },
            port: 8080,
            sourceLabels: { app: 'web' },
            sourceNamespace: 'shop',
            gateways: ['mesh'],
          },
        ],
        route: [to('reviews')],
      },
    ],
    [
      '/a | /b | +1 → reviews',
      { match: ['/a', '/b', '/c'].map(exact => ({ uri: { exact } })), route: [to('reviews')] },
    ],
    ['every request → reviews', { match: [{ uri: { exact: '/a' } }, {}], route: [to('reviews')] }],
    [
      'every request → redirects to https://shop.example/',
      { redirect: { scheme: 'https', authority: 'shop.example', uri: '/' } },
    ],
    ['every request → answers 503', { directResponse: { status: 503 } }],
    ['every request → as shop/cart decides', { delegate: { namespace: 'shop', name: 'cart' } }],
    [
      'every request → after 2s · aborts with 503 · reviews',
      { fault: { delay: { fixedDelay: '2s' }, abort: { httpStatus: 503 } }, route: [to('reviews')] },
    ],
    ['every request → reviews:9080', { route: [{ destination: { host: 'reviews', port: { number: 9080 } } }] }],
    ['GET → reviews', { match: [{ uri: { prefix: '/' }, method: { exact: 'GET' } }], route: [to('reviews')] }],
    ['every request → reviews', { match: [{ uri: { prefix: '/' } }], route: [to('reviews')] }],
    ['every request → nowhere yet', {}],
    ['every request → nowhere yet', 'no rule at all'],
  ])('%s', (title, entry) => {
    expect(httpTitle(entry, en)).toBe(title)
  })

  it('is said in Chinese', () => {
    expect(httpTitle({ directResponse: { status: 503 } }, zhCN)).toBe('所有请求 → 应答 503')
  })
})

describe('the titles of other entries', () => {
  const tls = virtualServiceForm.fields.find(field => field.at[1] === 'tls')
  it('of a tls route name its SNI hosts', () => {
    if (tls?.type !== 'list') throw new Error('tls is a list')
    const entry = { match: [{ sniHosts: ['a.example', 'b.example', 'c.example'], port: 443 }], route: [to('edge')] }
    expect(tls.title(entry, 0, en)).toBe('a.example, b.example +1 · :443 → edge')
  })

  it('of a subset name its labels and what its policy says', () => {
    expect(subsetTitle({ name: 'v2', labels: { version: 'v2' }, trafficPolicy: { outlierDetection: {} } }, en)).toBe(
      'v2 · version=v2 · Outlier detection',
    )
    expect(subsetTitle({}, en)).toBe('… · no labels')
  })

  it('of a server say port, hosts and certificate', () => {
    expect(
      serverTitle(
        {
          port: { number: 443, protocol: 'HTTPS' },
          hosts: ['*.shop.example'],
          tls: { mode: 'SIMPLE', credentialName: 'shop' },
        },
        en,
      ),
    ).toBe('443 HTTPS · *.shop.example · TLS SIMPLE shop')
    expect(serverTitle({ port: { number: 80, protocol: 'HTTP' }, tls: { httpsRedirect: true } }, en)).toBe(
      '80 HTTP · no host yet · Redirect to HTTPS',
    )
  })
})
