import { describe, expect, it } from 'vitest'
import type { HealthReason } from '#shared/mesh/health.ts'
import { failingPath } from './failing-path.ts'
import { edge, graph, node } from './graph.fixture.ts'
import type { GraphEdge } from './graph.ts'

const hop = (
  path: string,
  errorRatio: number,
  rest: Partial<GraphEdge> = {},
  rule: HealthReason['rule'] = 'serverErrors',
) => {
  const [source = '', destination = ''] = path.split('>')
  return edge(`service:shop/${source}`, `service:shop/${destination}`, {
    errorRatio,
    health: errorRatio >= 0.1 ? 'failing' : errorRatio > 0 ? 'degraded' : 'healthy',
    reason: { rule, value: errorRatio, threshold: 0 },
    ...rest,
  })
}
const nodes = ['front', 'checkout', 'payments', 'ledger', 'cart', 'batch'].map(name => node(`service:shop/${name}`))
const pathOf = (edges: GraphEdge[]) => failingPath(graph(nodes, edges))?.hops.map(({ name }) => name)

describe('the failing path', () => {
  it('is none while all is well', () => {
    expect(failingPath(graph(nodes, [hop('front>cart', 0)]))).toBeNull()
  })

  it('runs from the first caller to the last callee through the worst edges', () => {
    const edges = [
      hop('front>cart', 0.01),
      hop('front>checkout', 0.06),
      hop('checkout>payments', 0.3),
      hop('payments>ledger', 0.2),
      hop('checkout>cart', 0.001),
    ]
    expect(pathOf(edges)).toEqual(['front', 'checkout', 'payments', 'ledger'])
    expect(failingPath(graph(nodes, edges))).toMatchObject({ health: 'failing', edges: { length: 3 } })
  })

  it('is degraded when nothing on it fails outright', () => {
    expect(failingPath(graph(nodes, [hop('front>cart', 0.01)]))?.health).toBe('degraded')
  })

  it('prefers a failing edge to a busier one that is only degraded', () => {
    const edges = [hop('front>cart', 0.09, { requestRate: 1000 }), hop('payments>ledger', 0.5, { requestRate: 1 })]
    expect(pathOf(edges)).toEqual(['payments', 'ledger'])
  })

  it('says the health of every hop', () => {
    const sick = nodes.map(item => (item.name === 'ledger' ? { ...item, health: 'failing' as const } : item))
    expect(failingPath(graph(sick, [hop('payments>ledger', 0.5)]))?.hops.map(({ health }) => health)).toEqual([
      'healthy',
      'failing',
    ])
  })

  it('leaves refusals by policy alone', () => {
    expect(pathOf([hop('batch>ledger', 0, { health: 'failing', deniedRatio: 1 }, 'refused')])).toBeUndefined()
  })

  it('ends, also in a circle', () => {
    expect(pathOf([hop('front>cart', 0.5), hop('cart>checkout', 0.4), hop('checkout>front', 0.3)])).toEqual([
      'front',
      'cart',
      'checkout',
    ])
  })
})
