import { describe, expect, it } from 'vitest'
import { edge, graph, node } from '#shared/topology/graph.fixture.ts'
import { matcherOf } from './find/matcher.ts'
import { shown } from './shown.ts'

const shop = graph(
  [node('service:a/one'), node('service:a/two'), node('service:b/three'), node('service:b/idle', { isIdle: true })],
  [
    edge('service:a/one', 'service:a/two'),
    edge('service:a/two', 'service:b/three', { errorRatio: 0.2 }),
    edge('service:b/idle', 'service:a/one'),
  ],
)
const choose = (rest: { showsIdle?: boolean; find?: string; hide?: string }) =>
  shown(shop, {
    showsIdle: rest.showsIdle ?? false,
    find: matcherOf(rest.find, shop),
    hide: matcherOf(rest.hide, shop),
  })

describe('what is shown', () => {
  it('leaves out idle nodes and the edges that would hang in the air', () => {
    const found = choose({})
    expect([...found.hidden]).toEqual(['service:b/idle', 'service:b/idle>service:a/one:http'])
    expect(found).toMatchObject({ nodes: 3, edges: 2, idleHidden: 1, otherHidden: 0, lit: null })
  })

  it('brings idle nodes back when asked', () =>
    expect(choose({ showsIdle: true })).toMatchObject({ nodes: 4, edges: 3, idleHidden: 0 }))

  it('leaves out what hide matches', () => {
    const found = choose({ hide: 'ns = b' })
    expect(found.hidden.has('service:b/three')).toBe(true)
    expect(found.hidden.has('service:a/two>service:b/three:http')).toBe(true)
    expect(found.nodes).toBe(2)
  })

  it('lights what find matches, and the ends of a lit edge', () => {
    const found = choose({ find: 'protocol = http and error > 1%' })
    expect(found.litEdges).toBe(1)
    expect([...(found.lit ?? [])].sort()).toEqual([
      'service:a/two',
      'service:a/two>service:b/three:http',
      'service:b/three',
    ])
  })

  it('does not count as lit what is hidden', () => expect(choose({ find: 'idle' }).litNodes).toBe(0))

  it('a query that is wrong lights and hides nothing in particular', () => {
    expect(choose({ find: 'nss = x', hide: 'rate >' })).toMatchObject({ lit: null, nodes: 3 })
  })
})
