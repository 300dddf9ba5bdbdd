import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queries } from './find.fixture.ts'
import { fieldNames, isNumber, numberOperators } from './find-field.ts'
import { matchEdge, matchNode } from './find-match.ts'
import { parse } from './find-parse.ts'
import { contextOf } from './find-read.ts'
import { edge, graph, node } from './graph.fixture.ts'

const version = (name: string) => ({ version: name, requestRate: null, ready: 1, pods: 1 })
const shop = graph(
  [
    node('gateway:edge/ingress', { related: ['ingress-v2'] }),
    node('service:shop/catalog', {
      related: ['catalog-v1', 'catalog-v2'],
      versions: [version('v1'), version('v2')],
      pods: { ready: 1, total: 3 },
      health: 'degraded',
    }),
    node('service:shop/Payments', { related: ['payments'], pods: null }),
    node('service:data/redis', { isTcpOnly: true }),
    node('service:data/cold', { isIdle: true }),
    node('external:10.0.0.0/8', { namespace: '', name: '10.0.0.0/8' }),
    node('namespace:legacy', { members: 4 }),
  ],
  [
    edge('gateway:edge/ingress', 'service:shop/catalog', { requestRate: 40, errorRatio: 0.02, meanDuration: 300 }),
    edge(
      'service:shop/catalog',
      'service:shop/Payments',
      { requestRate: 5, mtlsRatio: 0.9, deniedRatio: null },
      'grpc',
    ),
    edge('service:shop/catalog', 'service:data/redis', { byteRate: 2_000_000, health: 'failing' }, 'tcp'),
    edge('service:shop/Payments', 'external:10.0.0.0/8', { requestRate: 1, mtlsRatio: null, meanDuration: null }),
    edge('namespace:legacy', 'service:data/cold', { requestRate: 0, byteRate: 0, errorRatio: null }),
  ],
)
const context = contextOf(shop)

const queryOf = (typed: string) => {
  const parsed = parse(typed)
  if (parsed.kind !== 'query') throw new Error(`${typed} is not a query`)
  return parsed.query
}
const short = (id: string) => id.replace(/^[a-z]+:(?:[a-z]+\/)?/, '')
const nodesOf = (typed: string) =>
  shop.nodes.filter(each => matchNode(queryOf(typed), each, context)).map(({ id }) => short(id))
const edgesOf = (typed: string) =>
  shop.edges
    .filter(each => matchEdge(queryOf(typed), each, context))
    .map(({ source, destination }) => `${short(source)}>${short(destination)}`)

const allNodes = ['ingress', 'catalog', 'Payments', 'redis', 'cold', '10.0.0.0/8', 'legacy']
const toCatalog = 'ingress>catalog'
const toPayments = 'catalog>Payments'
const toRedis = 'catalog>redis'
const toOutside = 'Payments>10.0.0.0/8'
const toCold = 'legacy>cold'
const allEdges = [toCatalog, toPayments, toRedis, toOutside, toCold]

describe('of the nodes', () => {
  it.each([
    ['pay', ['Payments']],
    ['name = payments', ['Payments']],
    ['name = pay', []],
    ['name = shop/payments', ['Payments']],
    ['data/', ['redis', 'cold']],
    ['shop', []],
    ['10.0', ['10.0.0.0/8']],
    ['10.0.0.0/8', ['10.0.0.0/8']],
    ['name != payments', allNodes.filter(name => name !== 'Payments')],
    ['ns = SHOP', ['catalog', 'Payments']],
    ['ns = legacy', ['legacy']],
    ['ns != shop', ['ingress', 'redis', 'cold', '10.0.0.0/8', 'legacy']],
    ['kind = gateway or kind = namespace', ['ingress', 'legacy']],
    ['health = degraded', ['catalog']],
    ['version = v2', ['catalog']],
    ['version != v2', allNodes.filter(name => name !== 'catalog')],
    ['workload = catalog-v1', ['catalog']],
    ['workload = shop/catalog-v1', ['catalog']],
    ['workload = ingress-v2', ['ingress']],
    ['service ~ cat', ['catalog']],
    ['protocol = tcp', ['redis']],
    ['protocol = grpc', ['Payments']],
    ['idle', ['cold']],
    ['idle = no', allNodes.filter(name => name !== 'cold')],
    ['pods > 1', ['catalog']],
    ['ready < 2 and ns = shop', ['catalog']],
    ['source ~ a', []],
    ['source != a', []],
  ])('%s means %j', (typed, names) => {
    expect(nodesOf(typed)).toEqual(names)
  })

  it('numbers are of what is served, and of what is sent where nothing is served', () => {
    expect(nodesOf('rate = 40')).toEqual(['ingress', 'catalog'])
    expect(nodesOf('rate >= 5')).toEqual(['ingress', 'catalog', 'Payments'])
    expect(nodesOf('error > 1%')).toEqual(['ingress', 'catalog'])
    expect(nodesOf('latency >= 300ms')).toEqual(['ingress', 'catalog'])
    expect(nodesOf('mtls < 100%')).toEqual(['Payments'])
    expect(nodesOf('bytes > 1MB')).toEqual(['redis'])
    expect(nodesOf('connections = 1')).toEqual(['redis'])
  })

  it('one that speaks TCP only has no request rate', () => {
    expect(nodesOf('rate < 1')).toEqual(['cold', 'legacy'])
    expect(nodesOf('rate >= 0')).not.toContain('redis')
    expect(nodesOf('not rate >= 0')).toEqual(['redis'])
  })
})

describe('of the edges', () => {
  it.each([
    ['pay', [toPayments, toOutside]],
    ['ns = shop', [toCatalog, toPayments, toRedis, toOutside]],
    ['ns != shop', [toCold]],
    ['name = shop/payments', [toPayments, toOutside]],
    ['source = catalog', [toPayments, toRedis]],
    ['source = shop/catalog and destination contains red', [toRedis]],
    ['destination = data/catalog', []],
    ['source != catalog', [toCatalog, toOutside, toCold]],
    ['kind = gateway', [toCatalog]],
    ['kind = external', [toOutside]],
    ['version = v1', [toCatalog, toPayments, toRedis]],
    ['health = degraded', []],
    ['health = failing', [toRedis]],
    ['protocol != http', [toPayments, toRedis]],
    ['rate > 1', [toCatalog, toPayments]],
    ['rate < 1', [toCold]],
    ['connections > 0', [toRedis]],
    ['error > 1%', [toCatalog]],
    ['error = 0', [toPayments, toRedis, toOutside]],
    ['latency > 0', [toCatalog, toPayments, toCold]],
    ['mtls < 100%', [toPayments]],
    ['mtls = 100%', [toCatalog, toRedis, toCold]],
    ['denied != 1%', [toCatalog, toRedis, toOutside, toCold]],
    ['bytes >= 2MB', [toRedis]],
    ['idle', [toCold]],
    ['pods >= 0', []],
    ['not pods >= 0', allEdges],
    ['ns = shop and rate > 5', [toCatalog]],
    ['not (protocol = http or mtls < 1)', [toRedis]],
  ])('%s means %j', (typed, found) => {
    expect(edgesOf(typed)).toEqual(found)
  })

  it('an unknown number fits no comparison', () => {
    for (const operator of numberOperators) expect(edgesOf(`mtls ${operator} 50%`)).not.toContain(toOutside)
    expect(edgesOf('not mtls = 100%')).toEqual([toPayments, toOutside])
  })
})

describe('comparisons', () => {
  it('are one of less, equal and greater, through the noise of additions', () => {
    const noisy = graph(
      [node('service:a/a'), node('service:a/b')],
      [
        edge('service:a/a', 'service:a/b', { requestRate: 0.1 }),
        edge('service:a/a', 'service:a/b', { requestRate: 0.2 }, 'grpc'),
      ],
    )
    const noise = contextOf(noisy)
    const isTrue = (typed: string) => noisy.nodes.map(each => matchNode(queryOf(typed), each, noise))
    expect(0.1 + 0.2).not.toBe(0.3)
    for (const [operator, expected] of [
      ['=', true],
      ['>=', true],
      ['<=', true],
      ['!=', false],
      ['<', false],
      ['>', false],
    ] as const)
      expect(isTrue(`rate ${operator} 0.3`)).toEqual([expected, expected])
  })

  it('do not take almost all mTLS for all of it', () => {
    const almost = edge('service:shop/catalog', 'service:data/redis', { mtlsRatio: 1 - 1e-9 }, 'tcp')
    expect(matchEdge(queryOf('mtls < 100%'), almost, context)).toBe(true)
    expect(matchEdge(queryOf('mtls = 100%'), almost, context)).toBe(false)
  })

  it('of known numbers are exactly one of <, = and >; != is not =', () => {
    const known = fc.double({ min: 0, max: 1e9, noNaN: true })
    fc.assert(
      fc.property(known, fc.oneof(known, fc.constant(null)), (asked, other) => {
        const held = edge('a', 'b', { requestRate: other ?? asked })
        const isTrue = (operator: (typeof numberOperators)[number]) =>
          matchEdge({ kind: 'number', field: 'rate', operator, value: asked }, held, context)
        expect([isTrue('<'), isTrue('='), isTrue('>')].filter(Boolean)).toHaveLength(1)
        expect(isTrue('!=')).toBe(!isTrue('='))
        expect(isTrue('>=')).toBe(!isTrue('<'))
        expect(isTrue('<=')).toBe(!isTrue('>'))
      }),
    )
  })

  it('of every field with what is not there never throw', () => {
    const lonely = edge('service:nobody/here', 'service:nobody/there')
    const stranger = node('service:nobody/else')
    for (const field of fieldNames) {
      const query = queryOf(isNumber(field) ? `${field} = 1` : field === 'idle' ? field : 'a')
      expect(matchEdge(query, lonely, context)).toBeTypeOf('boolean')
      expect(matchNode(query, stranger, context)).toBeTypeOf('boolean')
    }
  })
})

describe('the laws of logic', () => {
  const items = [
    ...shop.nodes.map(each => (query: ReturnType<typeof queryOf>) => matchNode(query, each, context)),
    ...shop.edges.map(each => (query: ReturnType<typeof queryOf>) => matchEdge(query, each, context)),
  ]

  it('hold for random queries on nodes and edges alike', () => {
    fc.assert(
      fc.property(queries, queries, (a, b) => {
        for (const isTrue of items) {
          expect(isTrue({ kind: 'not', part: a })).toBe(!isTrue(a))
          expect(isTrue({ kind: 'and', parts: [a, b] })).toBe(isTrue(a) && isTrue(b))
          expect(isTrue({ kind: 'or', parts: [a, b] })).toBe(isTrue(a) || isTrue(b))
        }
      }),
      { numRuns: 500 },
    )
  })
})
