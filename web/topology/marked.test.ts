import { describe, expect, it } from 'vitest'
import { aGraph, anEdge, aNode, theWords } from './canvas/shop.fixture.ts'
import { toElements } from './elements.ts'
import { type MarkedCall, type RankedMark, withMarks } from './marked.ts'

const refused: RankedMark = { tone: 'failing', dash: 'dashed', text: '◆ 20 newly refused', rank: 4 }
const uncertain: RankedMark = { tone: 'degraded', dash: 'dotted', text: '? 3 uncertain', rank: 2 }
const call = (from: string, to: string, mark = refused): MarkedCall => {
  const end = (path: string) => {
    const [namespace = '', workload = ''] = path.split('/')
    return { namespace, workload }
  }
  return { source: end(from), destination: end(to), protocol: 'http', mark }
}
const graph = aGraph(
  [
    aNode('workload', 'shop', 'web'),
    aNode('workload', 'shop', 'cart'),
    aNode('outside', 'legacy', 'batch'),
    aNode('workload', 'shop', 'search'),
  ],
  [
    anEdge('workload:shop/web', 'workload:shop/cart', 'http', 20, { mtlsRatio: 1, health: 'failing' }),
    anEdge('workload:shop/web', 'workload:shop/search', 'http', 20, { mtlsRatio: 0 }),
  ],
)
const drawn = (calls: readonly MarkedCall[]) => {
  const marked = withMarks(graph, calls)
  const { edges } = toElements(marked.graph, 'traffic', new Set(), theWords, marked.marks)
  return { ...marked, edges: new Map(edges.map(edge => [edge.id, edge])) }
}

describe('a map with marks', () => {
  it('speaks of marked calls by colour, dash and words, and is quiet about all others', () => {
    const { edges, lit } = drawn([call('shop/web', 'shop/cart')])
    expect(edges.get('workload:shop/web>workload:shop/cart:http')).toMatchObject({
      tone: 'failing',
      dash: 'dashed',
      text: '◆ 20 newly refused',
      isGlowing: false,
    })
    expect(edges.get('workload:shop/web>workload:shop/search:http')).toMatchObject({
      tone: 'quiet',
      dash: null,
      text: '',
      lock: null,
    })
    expect([...lit]).toEqual(['workload:shop/web>workload:shop/cart:http', 'workload:shop/web', 'workload:shop/cart'])
  })

  it('draws a call that nobody makes just now, from a caller without a proxy too', () => {
    const { edges, missing } = drawn([call('legacy/batch', 'shop/cart')])
    expect(edges.get('outside:legacy/batch>workload:shop/cart:http')).toMatchObject({ tone: 'failing' })
    expect(missing).toEqual([])
  })

  it('knows a gateway by the Deployment it runs as', () => {
    const gateway = aGraph([aNode('gateway', 'gateways', 'web'), aNode('workload', 'shop', 'cart')], [])
    const { marks } = withMarks(gateway, [call('gateways/web-istio', 'shop/cart')])
    expect(marks.ofLine(['gateway:gateways/web>workload:shop/cart:http'])).toEqual(refused)
  })

  it('tells which calls have no place on it', () => {
    const away = [call('', 'shop/cart'), call('shop/gone', 'shop/cart'), call('shop/web', 'shop/web')]
    const { missing, lit } = drawn(away)
    expect(missing).toEqual(away)
    expect(lit.size).toBe(0)
  })

  it('shows of two marks the one that weighs more', () => {
    const both = [call('shop/web', 'shop/cart', uncertain), call('shop/web', 'shop/cart')]
    for (const calls of [both, both.toReversed()])
      expect(drawn(calls).edges.get('workload:shop/web>workload:shop/cart:http')?.text).toBe(refused.text)
  })

  it('goes by the waypoint that a call of services passes, and draws it as wide as it is told', () => {
    const passed = aGraph(
      [
        aNode('service', 'shop', 'cart'),
        aNode('waypoint', 'logistics', 'waypoint'),
        aNode('service', 'logistics', 'stock'),
      ],
      [anEdge('service:shop/cart', 'service:logistics/stock', 'grpc', 20, { via: 'waypoint:logistics/waypoint' })],
    )
    const mark: RankedMark = { tone: 'grpc', dash: null, text: '2 ▬ 38 %', rank: 0.38, step: 3 }
    const calls = [
      { ...call('shop/cart', 'logistics/waypoint', mark), protocol: null },
      { ...call('logistics/waypoint', 'logistics/stock', { ...mark, text: '3', rank: 0, step: 0 }), protocol: null },
    ]
    const { graph: drawnGraph, marks, callOf, missing, lit } = withMarks(passed, calls, 'service')
    expect(missing).toEqual([])
    expect(drawnGraph.edges).toHaveLength(1)
    const { edges } = toElements(drawnGraph, 'traffic', new Set(), theWords, marks)
    expect(edges.map(({ text, step }) => [text, step])).toEqual([
      ['2 ▬ 38 %', 3],
      ['2 ▬ 38 %', 3],
    ])
    expect(lit.has('waypoint:logistics/waypoint')).toBe(true)
    expect(callOf.get('service:logistics/stock')).toBe(calls[1])
  })

  it('takes whichever protocol runs between two where a call does not say', () => {
    const { marks } = withMarks(graph, [{ ...call('shop/web', 'shop/cart'), protocol: null }])
    expect(marks.ofLine(['workload:shop/web>workload:shop/cart:http'])).toEqual(refused)
  })

  it('is the map as it was where nothing is said', () => {
    const plain = toElements(graph, 'traffic', new Set(), theWords)
    expect(toElements(graph, 'traffic', new Set(), theWords, null)).toEqual(plain)
    expect(plain.edges.map(({ dash }) => dash)).toEqual([null, 'dashed'])
  })
})
