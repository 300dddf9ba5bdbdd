import { describe, expect, it } from 'vitest'
import { aGraph, anEdge, aNode, aShop, theWords } from './canvas/shop.fixture.ts'
import { bytesText, durationText, rateText, shareText } from './elements-label.ts'
import { diffElements, toElements } from './elements.ts'
import type { Lens } from './lens.ts'

const none: ReadonlySet<string> = new Set()
const shown = (lens: Lens = 'traffic', hidden = none) => toElements(aShop(), lens, hidden, theWords)
const edgeOf = (id: string, lens: Lens = 'traffic') => {
  const edge = shown(lens).edges.find(each => each.id === id)
  if (!edge) throw new Error(`No edge ${id}`)
  return edge
}
const one = (
  more: Parameters<typeof anEdge>[4],
  protocol: 'http' | 'tcp' = 'http',
  rate = 20,
  lens: Lens = 'traffic',
) => {
  const graph = aGraph(
    [aNode('service', 'a', 'x'), aNode('service', 'a', 'y')],
    [anEdge('service:a/x', 'service:a/y', protocol, rate, more)],
  )
  const [edge] = toElements(graph, lens, none, theWords).edges
  if (!edge) throw new Error('No edge')
  return edge
}

describe('the width of an edge', () => {
  it.each([
    [0.99, 0],
    [1, 1],
    [9.99, 1],
    [10, 2],
    [99.9, 2],
    [100, 3],
  ])('%d requests per second is step %d', (rate, step) => {
    expect(one({}, 'http', rate).step).toBe(step)
  })
  it.each([
    [9_000, 0],
    [640_000, 1],
    [3_420_000, 2],
    [10_000_000, 3],
  ])('%d bytes per second is step %d', (rate, step) => {
    expect(one({}, 'tcp', rate).step).toBe(step)
  })
})

describe('an edge in the traffic lens', () => {
  it('has the colour of its protocol while healthy', () => {
    expect(edgeOf('service:pay/payments>service:pay/fraud:grpc')).toMatchObject({ tone: 'grpc', isGlowing: false })
  })
  it('has the colour of its health and glows when it fails', () => {
    expect(edgeOf('service:pay/payments>service:pay/ledger:http')).toMatchObject({ tone: 'failing', isGlowing: true })
  })
  it('says its errors only when there are some', () => {
    expect(edgeOf('service:shop/storefront>service:shop/search:http').text).toBe('64/s')
    expect(edgeOf('service:pay/payments>service:pay/ledger:http').text).toBe('20.9/s · 12.4\u202f%')
  })
  it('says that all is refused, dashed and with an open lock, and does not glow', () => {
    expect(edgeOf('outside:legacy/batch>service:pay/ledger:http')).toMatchObject({
      text: '1.2/s · all refused',
      isPlain: true,
      lock: 'none',
      isGlowing: false,
    })
  })
  it('says which part is refused', () => {
    expect(one({ deniedRatio: 0.25, clientErrorRatio: 0.25 }).text).toBe('20/s · 25\u202f% refused')
  })
  it('has no lock where nobody knows, and from the internet', () => {
    expect(edgeOf('gateway:gateways/egress>external:risk.cards.example:http').lock).toBeNull()
    expect(edgeOf('external:internet>gateway:gateways/web-gateway:http')).toMatchObject({ lock: null, isPlain: false })
  })
  it('is minor under 1 % of the traffic, unless something is wrong with it or it is plaintext', () => {
    const minor = (more: Parameters<typeof anEdge>[4]) => one(more, 'http', 14).isMinor
    expect(minor({})).toBe(true)
    expect(minor({ health: 'degraded', errorRatio: 0.01 })).toBe(false)
    expect(minor({ mtlsRatio: 0 })).toBe(false)
    expect(one({}, 'http', 16).isMinor).toBe(false)
  })
})

describe('the other lenses', () => {
  it.each([
    ['errors', { errorRatio: 0 }, 'quiet', '0\u202f%'],
    ['errors', { errorRatio: 0.02, health: 'degraded' }, 'degraded', '2\u202f%'],
    ['errors', { errorRatio: null }, 'unknown', '–'],
    ['latency', { meanDuration: 52.1 }, 'quiet', '52.1\u202fms'],
    ['latency', { meanDuration: 400 }, 'degraded', '400\u202fms'],
    ['latency', { meanDuration: 1620 }, 'failing', '1.62\u202fs'],
    ['latency', { meanDuration: null }, 'unknown', '–'],
    ['mtls', { mtlsRatio: 1 }, 'quiet', '100\u202f%'],
    ['mtls', { mtlsRatio: 0.62 }, 'degraded', '62\u202f%'],
    ['mtls', { mtlsRatio: 0 }, 'degraded', '0\u202f%'],
  ] as const)('%s of %o is %s and says %s', (lens, more, tone, text) => {
    expect(one(more, 'http', 20, lens)).toMatchObject({ tone, text })
  })
})

describe('a waypoint', () => {
  it('joins what one source sends through it, and parts it again behind', () => {
    const { edges } = shown()
    const through = edges.filter(edge => edge.source.includes('waypoint') || edge.destination.includes('waypoint'))
    expect(through.map(edge => [edge.id, edge.edgeIds.length])).toEqual([
      ['service:shop/checkout~waypoint:logistics/waypoint:grpc', 2],
      ['waypoint:logistics/waypoint~service:logistics/inventory:grpc', 1],
      ['waypoint:logistics/waypoint~service:logistics/shipping:grpc', 1],
    ])
    expect(through[0]).toMatchObject({ text: '130/s', lock: 'part', step: 3 })
    expect(through[0]?.edgeIds[0]).toBe('service:shop/checkout>service:logistics/inventory:grpc')
  })
  it('is not gone back to by those behind it', () => {
    const via = 'waypoint:b/w'
    const graph = aGraph(
      [aNode('service', 'a', 'x'), aNode('waypoint', 'b', 'w'), aNode('service', 'b', 'y'), aNode('service', 'b', 'z')],
      [
        anEdge('service:a/x', 'service:b/y', 'http', 5, { via }),
        anEdge('service:b/y', 'service:b/z', 'http', 5, { via }),
      ],
    )
    expect(toElements(graph, 'traffic', none, theWords).edges.map(edge => edge.id)).toEqual([
      'service:a/x~waypoint:b/w:http',
      'waypoint:b/w~service:b/y:http',
      'service:b/y>service:b/z:http',
    ])
  })
  it('that is hidden is not passed', () => {
    const { edges } = shown('traffic', new Set(['waypoint:logistics/waypoint']))
    expect(edges.some(edge => edge.id === 'service:shop/checkout>service:logistics/inventory:grpc')).toBe(true)
  })
})

describe('hiding', () => {
  it('takes a node with its edges, and an edge alone', () => {
    const without = shown('traffic', new Set(['service:shop/cart']))
    expect(without.edges.some(edge => edge.destination === 'service:shop/cart')).toBe(false)
    const edge = 'service:pay/payments>service:pay/fraud:grpc'
    const cut = shown('traffic', new Set([edge]))
    expect(cut.edges.some(each => each.id === edge)).toBe(false)
    expect(cut.nodes.some(node => node.id === 'service:pay/fraud')).toBe(true)
  })
})

describe('a node', () => {
  it('shows the split of two versions in steps of 5 %, never less than a sliver', () => {
    const payments = shown().nodes.find(node => node.id === 'service:pay/payments')
    expect(payments?.split).toBe(0.8)
  })
  it('is a way in or a way out as a gateway, a database when it serves TCP only', () => {
    const icon = (id: string) => shown().nodes.find(node => node.id === id)?.icon
    expect(icon('gateway:gateways/web-gateway')).toBe('ingress')
    expect(icon('gateway:gateways/egress')).toBe('egress')
    expect(icon('service:data/redis')).toBe('database')
  })
})

describe('the difference of two drawings', () => {
  it('is nothing when numbers move within their steps', () => {
    const before = shown()
    const graph = aShop()
    const same = toElements(
      { ...graph, edges: graph.edges.map(edge => ({ ...edge, meanDuration: 41, byteRate: edge.byteRate * 1.0001 })) },
      'traffic',
      none,
      theWords,
    )
    const changes = diffElements(before, same)
    expect(Object.values(changes).every(list => list.length === 0)).toBe(true)
  })
  it('names the changed, added and removed', () => {
    const graph = aShop()
    const gone = 'service:shop/images'
    const after = toElements(
      {
        ...graph,
        nodes: [...graph.nodes.filter(node => node.id !== gone), aNode('service', 'shop', 'reviews')],
        edges: graph.edges.map(edge =>
          edge.id === 'service:pay/payments>service:pay/fraud:grpc' ? { ...edge, requestRate: 42 } : edge,
        ),
      },
      'traffic',
      none,
      theWords,
    )
    const changes = diffElements(shown(), after)
    expect(changes.addedNodes.map(node => node.id)).toEqual(['service:shop/reviews'])
    expect(changes.changedEdges.map(edge => edge.id)).toEqual(['service:pay/payments>service:pay/fraud:grpc'])
    expect(changes.removed).toEqual([`gateway:gateways/web-gateway>${gone}:http`, gone])
  })
})

describe('texts', () => {
  it.each([
    [rateText(318), '318/s'],
    [rateText(22.4), '22.4/s'],
    [rateText(0.015), '0.015/s'],
    [bytesText(640_000), '640\u202fkB/s'],
    [bytesText(3_420_000), '3.42\u202fMB/s'],
    [shareText(0.062), '6.2\u202f%'],
    [shareText(1), '100\u202f%'],
    [durationText(40), '40\u202fms'],
    [durationText(2500), '2.5\u202fs'],
  ])('%s', (text, expected) => {
    expect(text).toBe(expected)
  })
})
