import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SourceError } from '#bff/sources/source.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { othersId } from '#shared/topology/graph.ts'
import { cut } from './cut.ts'
import { graphOf } from './graph-of.fixture.ts'
import { request } from '#bff/mesh/readings.fixture.ts'
import { createSeers } from '#bff/http/sight.ts'

const places = ['shop', 'pay', 'data', 'edge'] as const
const graphWith = (calls: readonly (readonly [string, string, number])[]): Graph =>
  graphOf({ requests: calls.map(([from, to, rate]) => request({ from, to }, rate)) })

describe('the map of somebody who may not see all', () => {
  const graph = graphWith([
    ['shop/web', 'shop/cart', 10],
    ['pay/ledger', 'shop/cart', 3],
    ['data/loader', 'shop/cart', 1],
    ['shop/cart', 'data/postgres', 5],
    ['pay/ledger', 'data/postgres', 7],
  ])
  const seen = cut(graph, new Set(['shop']))

  it('has no node, edge or number of other namespaces', () => {
    expect(seen.nodes.map(({ namespace }) => namespace).filter(name => name !== '' && name !== 'shop')).toEqual([])
    expect(JSON.stringify(seen)).not.toMatch(/ledger|postgres|loader|pay|data\//)
    expect(seen.totals.requestRate).toBe(19)
  })

  it('ends what comes from them and goes to them at one node without a name', () => {
    expect(seen.edges.map(({ id, requestRate }) => `${id} ${requestRate}`).sort()).toEqual([
      `${othersId}>service:shop/cart:http 4`,
      `service:shop/cart>${othersId}:http 5`,
      'service:shop/web>service:shop/cart:http 10',
    ])
    expect(seen.nodes.filter(({ id }) => id === othersId)).toHaveLength(1)
  })

  it('is the whole for who sees everything, and empty for who sees nothing', () => {
    expect(cut(graph, 'everything')).toBe(graph)
    expect(cut(graph, new Set())).toMatchObject({ nodes: [], edges: [], namespaces: [], totals: { requestRate: 0 } })
  })

  it('names nothing unseen, keeps what is seen, and counts it once (law)', () => {
    const party = fc.tuple(fc.constantFrom(...places), fc.constantFrom('a', 'b')).map(parts => parts.join('/'))
    const call = fc.tuple(party, party, fc.integer({ min: 1, max: 50 }))
    fc.assert(
      fc.property(
        fc.uniqueArray(call, { maxLength: 12, selector: ([from, to]) => `${from} ${to}` }),
        fc.subarray([...places]),
        (calls, names) => {
          const whole = graphWith(calls)
          const part = cut(whole, new Set(names))
          const of = (id: string) => /:([^/]+)\//.exec(id)?.[1] ?? ''
          for (const { id, namespace } of part.nodes)
            expect(namespace === '' ? id : names).toEqual(
              namespace === '' ? othersId : expect.arrayContaining([namespace]),
            )
          const ids = new Set(part.nodes.map(({ id }) => id))
          for (const edge of part.edges) expect([ids.has(edge.source), ids.has(edge.destination)]).toEqual([true, true])
          const touching = whole.edges.filter(({ source, destination }) =>
            [source, destination].some(id => names.some(name => name === of(id))),
          )
          const sum = (edges: Graph['edges']) => edges.reduce((total, { requestRate }) => total + requestRate, 0)
          expect(sum(part.edges)).toBeCloseTo(sum(touching), 6)
          expect(new Set(part.edges.map(({ id }) => id)).size).toBe(part.edges.length)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('who may see a namespace', () => {
  const kinds = [
    { group: '', plural: 'pods' },
    { group: 'networking.istio.io', plural: 'virtualservices' },
  ]
  let isDown = false
  const seers = createSeers({
    kinds,
    own: 'admin',
    may: async (user, { plural }, namespace) => {
      if (isDown) throw new SourceError('kubernetes', 'unreachable', 'The cluster is away.')
      if (user === 'viewer') return true
      return user === 'shop-dev' && plural === 'virtualservices' && namespace === 'shop'
    },
  })

  it('is who may list something of the mesh in it', async () => {
    expect(await seers.of('viewer', places)).toBe('everything')
    expect(await seers.of('shop-dev', places)).toEqual(new Set(['shop']))
    expect(await seers.of('stranger', places)).toEqual(new Set())
  })

  it('stays who it was while the cluster is away; of others nothing is guessed but of the console’s own user', async () => {
    isDown = true
    expect(await seers.of('shop-dev', places)).toEqual(new Set(['shop']))
    expect(await seers.of('admin', places)).toBe('everything')
    await expect(seers.of('nobody-yet', places)).rejects.toThrow('The cluster is away.')
  })
})
