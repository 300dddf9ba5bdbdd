import { describe, expect, it } from 'vitest'
import type { Span, Trace } from '#shared/mesh/span.ts'
import type { SeenFlow } from '#shared/security/landscape.ts'
import { seen } from '#shared/security/matrix.fixture.ts'
import { type FacetDeps, facetsOf, readFacetsOf } from './facets.ts'

const workloadOfPod = new Map(['shop/web', 'shop/cart', 'pay/ledger'].map(key => [`${key}-1`, key]))
const node = (key: string) => {
  const [namespace = '', name = ''] = key.split('/')
  return `sidecar~10.0.0.1~${name}-1.${namespace}~${namespace}.svc.cluster.local`
}
const span = (kind: Span['kind'], at: string, url: string, more: Record<string, string> = {}): Span => ({
  spanId: kind === 'client' ? 'c' : 's',
  parentId: kind === 'client' ? null : 'c',
  service: at,
  operation: '',
  kind,
  start: 0,
  duration: 1,
  isError: false,
  attributes: Object.entries({
    node_id: node(at),
    'http.method': 'GET',
    'http.url': url,
    'http.status_code': '200',
    ...more,
  }).map(([key, value]) => ({ key, value })),
  events: [],
  links: [],
  process: [],
  warnings: [],
})
const trace = (path: string, more: Record<string, string> = {}, times = 1): Trace[] =>
  Array.from({ length: times }, (_, index) => ({
    traceId: `${path} ${index}`,
    spans: [
      span('client', 'shop/web', `http://cart.shop${path}`),
      span('server', 'shop/cart', `http://cart.shop${path}`, more),
    ],
    warnings: [],
  }))
const flow = seen('shop/web', 'shop/cart', { passed: 1000 })
const facets = (traces: readonly Trace[], flows: readonly SeenFlow[] = [flow]) =>
  facetsOf(traces, { flows, workloadOfPod })

describe('spans tell of a flow', () => {
  it('methods, paths without query and hosts, each for its share of what was counted', () => {
    const [own] = facets([
      ...trace('/carts/1?token=secret', {}, 30),
      ...trace('/healthy', { 'http.method': 'HEAD' }, 10),
    ])
    expect(own).toEqual({
      id: flow.id,
      facets: [
        { method: 'GET', path: '/carts/1', host: 'cart.shop', sightings: 30, requests: 750 },
        { method: 'HEAD', path: '/healthy', host: 'cart.shop', sightings: 10, requests: 250 },
      ],
    })
  })
  it('leaving the share of what was never seen without method and path', () => {
    const [own] = facets([...trace('/a', {}, 39), ...trace('/rare')])
    const told = own?.facets.reduce((sum, { requests }) => sum + requests, 0)
    expect(told).toBeCloseTo(1000 * (39 / 40))
  })
  it('all of it where only ids differ: it is the path template that was seen often', () => {
    const [own] = facets(Array.from({ length: 40 }, (_, id) => trace(`/carts/${id + 100}`)).flat())
    expect(own?.facets).toHaveLength(40)
    expect(own?.facets.reduce((sum, { requests }) => sum + requests, 0)).toBeCloseTo(1000)
  })
  it('nothing of what was refused, nor where they are too few', () => {
    expect(facets(trace('/a', {}, 29))).toEqual([])
    expect(facets([...trace('/a', {}, 29), ...trace('/b', { 'http.status_code': '403' }, 30)])).toEqual([])
  })
  it('nothing where two flows have the same ends', () => {
    const plain = { ...seen('shop/web', 'shop/cart', { passed: 5 }, true), id: 'plain' }
    expect(facets(trace('/a', {}, 40), [flow, plain])).toEqual([])
  })
  it('nothing where the caller’s span is lost, or a pod is nobody’s', () => {
    const orphans = trace('/a', {}, 40).map(one => ({ ...one, spans: one.spans.slice(1) }))
    expect(facets(orphans, [flow, seen('/', 'shop/cart', { passed: 7 })])).toEqual([])
    expect(facets(trace('/a', { node_id: node('shop/gone') }, 40))).toEqual([])
  })
})

describe('traces are read', () => {
  const deps = (tracing: Partial<FacetDeps['tracing']>): FacetDeps => ({
    tracing: {
      services: async () => ['cart.shop', 'ledger.pay', 'other.elsewhere'],
      search: async ({ limit }) =>
        Array.from({ length: limit }, (_, index) => ({
          traceId: String(index),
          rootService: '',
          rootOperation: '',
          start: 0,
          duration: 1,
          spanCount: null,
          errorCount: null,
          services: [],
        })),
      trace: async () => trace('/a')[0] ?? null,
      ...tracing,
    },
    workloadOfPod,
    now: () => 7,
  })
  const read = (tracing: Partial<FacetDeps['tracing']> = {}) =>
    readFacetsOf([flow], 3_600_000, deps(tracing), new AbortController().signal)

  it('only of services that are called, and only so many', async () => {
    const asked: string[] = []
    const told = await read({
      search: async query => {
        asked.push(query.service)
        return deps({}).tracing.search(query)
      },
    })
    expect(asked).toEqual(['cart.shop'])
    expect(told).toMatchObject({ at: 7, partial: [], flows: [{ facets: [{ sightings: 40, path: '/a' }] }] })
  })
  it('with what fails said, and what did not told', async () => {
    expect(await read({ services: () => Promise.reject(new Error('Tracing is away.')) })).toEqual({
      at: 7,
      flows: [],
      partial: ['Tracing is away.'],
    })
    let count = 0
    const some = await read({
      trace: async () => {
        if (++count > 35) throw new Error('Too large.')
        return trace('/a')[0] ?? null
      },
    })
    expect(some).toMatchObject({ partial: ['Too large.'], flows: [{ facets: [{ sightings: 35 }] }] })
  })
})
