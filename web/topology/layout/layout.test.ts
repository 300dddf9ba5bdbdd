import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aNode, aShop, layoutOf } from '#web/topology/canvas/shop.fixture.ts'
import { layout, type LayoutInput, type Placement } from './layout.ts'
import { placeNew } from './add.ts'
import { around, footprint, overlaps } from './measure.ts'

/** Pairs of nodes that lie on each other. */
function collisions(placement: Placement): string[] {
  const prints = Object.entries(placement.positions).map(([id, at]) => ({ id, print: footprint(at) }))
  return prints.flatMap((a, i) =>
    prints.slice(i + 1).flatMap(b => (overlaps(a.print, b.print) ? [`${a.id} on ${b.id}`] : [])),
  )
}

/** Regions that overlap, and nodes inside a region they do not belong to. */
function trespasses(placement: Placement): string[] {
  const ids = Object.keys(placement.positions)
  const boxes = [...Map.groupBy(Object.keys(placement.regions), id => placement.regions[id] ?? '')].map(
    ([region, members]) => ({ region, box: around(members.map(id => placement.positions[id] ?? { x: 0, y: 0 })) }),
  )
  const overlapping = boxes.flatMap((a, i) =>
    boxes.slice(i + 1).flatMap(b => (overlaps(a.box, b.box) ? [`${a.region} over ${b.region}`] : [])),
  )
  const strangers = boxes.flatMap(({ region, box }) =>
    ids
      .filter(id => placement.regions[id] !== region)
      .filter(id => overlaps(box, footprint(placement.positions[id] ?? { x: 0, y: 0 })))
      .map(id => `${id} in ${region}`),
  )
  return [...overlapping, ...strangers]
}

const anyGraph = fc
  .record({
    namespaces: fc.integer({ min: 1, max: 6 }),
    nodes: fc.array(fc.record({ namespace: fc.nat(5), kind: fc.nat(9) }), { minLength: 1, maxLength: 34 }),
    edges: fc.array(fc.tuple(fc.nat(33), fc.nat(33), fc.integer({ min: 1, max: 3 })), { maxLength: 60 }),
    aspect: fc.double({ min: 0.7, max: 2.4, noNaN: true }),
  })
  .map(({ namespaces, nodes, edges, aspect }): LayoutInput => {
    const made = nodes.map(({ namespace, kind }, i) =>
      kind === 0
        ? { id: `external:${i}`, kind: 'external' as const, namespace: '' }
        : kind === 1
          ? { id: `gateway:${i}`, kind: 'gateway' as const, namespace: `n${namespace % namespaces}` }
          : { id: `service:${i}`, kind: 'service' as const, namespace: `n${namespace % namespaces}` },
    )
    return {
      nodes: made,
      edges: edges.flatMap(([a, b, weight]) => {
        const source = made[a % made.length]?.id ?? ''
        const destination = made[b % made.length]?.id ?? ''
        return [{ source, destination, weight, room: 0 }]
      }),
      aspect,
    }
  })

describe('the layout of the shop', async () => {
  const input = layoutOf(aShop())
  const placement = await layout(input)

  it('places every node', () => {
    expect(Object.keys(placement.positions)).toHaveLength(input.nodes.length)
  })
  it('lays no node on another', () => {
    expect(collisions(placement)).toEqual([])
  })
  it('keeps regions apart, and strangers out of them', () => {
    expect(trespasses(placement)).toEqual([])
  })
  it('reads from left to right', () => {
    const x = (id: string) => placement.positions[id]?.x ?? 0
    const rightward = input.edges.filter(edge => x(edge.destination) > x(edge.source))
    expect(rightward.length / input.edges.length).toBeGreaterThanOrEqual(0.8)
  })
  it('begins with the internet and ends with hosts outside', () => {
    const xs = Object.values(placement.positions).map(at => at.x)
    expect(placement.positions['external:internet']?.x).toBe(Math.min(...xs))
    expect(placement.positions['external:risk.cards.example']?.x).toBe(Math.max(...xs))
    expect(placement.positions['external:smtp.mail.example']?.x).toBe(Math.max(...xs))
  })
  it('splits the gateways in a way in and a way out', () => {
    expect(placement.regions['gateway:gateways/web-gateway']).toBe('gateways')
    expect(placement.regions['gateway:gateways/egress']).toBe('gateways#egress')
  })
  it('puts what is idle at the bottom of its region', () => {
    const mates = input.nodes.filter(node => node.namespace === 'shop' && node.id !== 'service:shop/wishlist')
    const lowest = Math.max(...mates.map(node => placement.positions[node.id]?.y ?? 0))
    expect(placement.positions['service:shop/wishlist']?.y).toBeGreaterThan(lowest)
  })
  it('is the same every time, in whatever order it is told', async () => {
    const shuffled = { ...input, nodes: input.nodes.toReversed(), edges: input.edges.toReversed() }
    expect(await layout(shuffled)).toEqual(placement)
  })
  it('is neither a tower nor a thread', () => {
    const xs = Object.values(placement.positions).map(at => at.x)
    const ys = Object.values(placement.positions).map(at => at.y)
    const aspect = (Math.max(...xs) - Math.min(...xs)) / (Math.max(...ys) - Math.min(...ys))
    expect(aspect).toBeGreaterThan(0.9)
    expect(aspect).toBeLessThan(2.2)
  })
})

describe('any layout', () => {
  it('lays no node on another and keeps regions apart', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, async input => {
        const placement = await layout(input)
        expect(collisions(placement)).toEqual([])
        expect(trespasses(placement)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
  it('of more than one drawing can hold is boxes, poured from left to right', async () => {
    const names = Array.from({ length: 260 }, (_, i) => ({ namespace: `n${i % 30}`, name: `s${i}` }))
    const nodes = names.map(({ namespace, name }) => aNode('service', namespace, name))
    const edges = nodes.flatMap((node, i) =>
      [1, 7, 31].flatMap(step => {
        const other = nodes[i + step]
        return other ? [{ source: node.id, destination: other.id, weight: 1, room: 0 }] : []
      }),
    )
    const placement = await layout({ nodes, edges, aspect: 1.6 })
    expect(collisions(placement)).toEqual([])
    expect(trespasses(placement)).toEqual([])
  })
  it('of nothing is nothing', async () => {
    expect(await layout({ nodes: [], edges: [], aspect: 1 })).toEqual({ positions: {}, regions: {} })
  })
})

describe('newcomers', () => {
  it('move no old node, lie on none and enter no foreign region', async () => {
    await fc.assert(
      fc.asyncProperty(anyGraph, fc.nat(), async (input, seed) => {
        const stay = input.nodes.filter((_, i) => (i * 7 + seed) % 4 !== 0)
        const known = new Set(stay.map(node => node.id))
        const old = await layout({
          ...input,
          nodes: stay,
          edges: input.edges.filter(edge => known.has(edge.source) && known.has(edge.destination)),
        })
        const all = placeNew(input, old)
        for (const node of stay) expect(all.positions[node.id]).toEqual(old.positions[node.id])
        expect(Object.keys(all.positions)).toHaveLength(input.nodes.length)
        expect(collisions(all)).toEqual([])
        expect(trespasses(all)).toEqual([])
      }),
      { numRuns: 25 },
    )
  })
  it('come to their neighbours', async () => {
    const input = layoutOf(aShop())
    const old = await layout(input)
    const node = { id: 'service:shop/reviews', kind: 'service' as const, namespace: 'shop' }
    const edge = { source: 'service:shop/storefront', destination: node.id, weight: 1, room: 0 }
    const all = placeNew({ ...input, nodes: [...input.nodes, node], edges: [...input.edges, edge] }, old)
    const at = all.positions[node.id] ?? { x: 0, y: 0 }
    const caller = old.positions['service:shop/storefront'] ?? { x: 0, y: 0 }
    expect(Math.hypot(at.x - caller.x, at.y - caller.y)).toBeLessThan(420)
    expect(all.regions[node.id]).toBe('shop')
  })
})
