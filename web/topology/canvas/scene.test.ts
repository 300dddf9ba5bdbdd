import { describe, expect, it } from 'vitest'
import { toElements } from '#web/topology/elements.ts'
import { layout } from '#web/topology/layout/layout.ts'
import { overlaps, type Point, type Rect } from '#web/topology/layout/measure.ts'
import { type Curve, pieces, pointAt, relativeControls } from './curve.ts'
import { emphasisOf } from './emphasis.ts'
import { placeLabels } from './labels.ts'
import { labelled, moved, type Scene, toScene } from './scene.ts'
import { aGraph, anEdge, aNode, aShop, layoutOf, theWords } from './shop.fixture.ts'
import { step } from './walk.ts'
import { englishWords } from './words.fixture.ts'

const measure = (text: string) => text.length * 6.2
const none: ReadonlySet<string> = new Set()

async function sceneOf(graph = aShop()): Promise<Scene> {
  const elements = toElements(graph, 'traffic', none, theWords)
  const scene = toScene(
    { elements, placement: await layout(layoutOf(graph)), namespaces: graph.namespaces, words: englishWords },
    null,
  )
  return { ...scene, labels: labelled(scene, 1, none, null, measure) }
}
const shop = await sceneOf()
const at = (scene: Scene, id: string): Point => scene.positions[id] ?? { x: Number.NaN, y: Number.NaN }

describe('a curve', () => {
  const curve: Curve = {
    from: { x: 10, y: 0 },
    to: { x: 130, y: 90 },
    controls: [
      { x: 40, y: 0 },
      { x: 100, y: 90 },
    ],
  }
  it('begins and ends at its ends, and meets its middle half way between the controls', () => {
    expect(pointAt(curve, 0)).toEqual(curve.from)
    expect(pointAt(curve, 1)).toEqual(curve.to)
    expect(pointAt(curve, 0.5)).toEqual({ x: 70, y: 45 })
    expect(pieces(curve)).toHaveLength(2)
  })
  it('tells Cytoscape its controls along and beside the straight line', () => {
    const { weights, distances } = relativeControls(curve)
    const dx = curve.to.x - curve.from.x
    const dy = curve.to.y - curve.from.y
    const length = Math.hypot(dx, dy)
    curve.controls.forEach((control, i) => {
      const weight = weights[i] ?? 0
      const distance = distances[i] ?? 0
      expect(curve.from.x + dx * weight - (dy / length) * distance).toBeCloseTo(control.x, 0)
      expect(curve.from.y + dy * weight + (dx / length) * distance).toBeCloseTo(control.y, 0)
    })
  })
})

describe('ports', () => {
  it('leave at the right and arrive at the left', () => {
    for (const [id, { from, to }] of shop.ports) {
      const edge = shop.edges.get(id)
      if (!edge || at(shop, edge.destination).x <= at(shop, edge.source).x) continue
      expect(from.x).toBeGreaterThan(0)
      expect(to.x).toBeLessThan(0)
    }
  })
  it('are ranked by how steeply their edges rise, so that none cross at the door', () => {
    const leaving = [...shop.edges.values()].filter(edge => edge.source === 'service:shop/storefront')
    const slope = (id: string) => {
      const there = at(shop, id)
      const here = at(shop, 'service:shop/storefront')
      return (there.y - here.y) / Math.max(60, there.x - here.x)
    }
    const byPort = leaving.toSorted((a, b) => (shop.ports.get(a.id)?.from.y ?? 0) - (shop.ports.get(b.id)?.from.y ?? 0))
    const slopes = byPort.map(edge => slope(edge.destination))
    expect(slopes).toEqual(slopes.toSorted((a, b) => a - b))
    expect(leaving.length).toBe(5)
  })
})

describe('ways', () => {
  it('do not run over nodes that are not their ends', () => {
    const hits = [...shop.curves].flatMap(([id, curve]) => {
      const edge = shop.edges.get(id)
      return [...shop.nodes.keys()]
        .filter(node => node !== edge?.source && node !== edge?.destination)
        .filter(node =>
          Array.from({ length: 60 }, (_, i) => pointAt(curve, i / 60)).some(
            point => Math.abs(point.x - at(shop, node).x) < 16 && Math.abs(point.y - at(shop, node).y) < 16,
          ),
        )
        .map(node => `${id} over ${node}`)
    })
    expect(hits).toEqual([])
  })
  it('follow a node that is moved', async () => {
    const scene = await sceneOf()
    const place = scene.positions['service:shop/cart']
    if (!place) throw new Error('cart has no place')
    place.y += 40
    const after = moved(scene)
    const id = 'service:shop/checkout>service:shop/cart:http'
    expect(after.curves.get(id)?.to.y).toBeCloseTo(place.y + (after.ports.get(id)?.to.y ?? 0), 5)
    expect(after.regions.find(region => region.id === 'shop')).toBeDefined()
  })
})

describe('labels', () => {
  const boxes: Rect[] = [...shop.labels.edges.values()].map(label => ({
    x: label.at.x - label.width / 2,
    y: label.at.y - 8,
    width: label.width,
    height: 16,
  }))
  it('do not lie on each other', () => {
    const pairs = boxes.flatMap((a, i) => boxes.slice(i + 1).filter(b => overlaps(a, b)))
    expect(pairs).toEqual([])
  })
  it('do not lie on nodes', () => {
    const bodies = [...shop.nodes.keys()].map(id => ({
      x: at(shop, id).x - 16,
      y: at(shop, id).y - 16,
      width: 32,
      height: 32,
    }))
    expect(bodies.flatMap(body => boxes.filter(box => overlaps(body, box)))).toEqual([])
  })
  it('are there for every failing edge', () => {
    const failing = [...shop.edges.values()].filter(edge => edge.tone === 'failing')
    expect(failing.filter(edge => !shop.labels.edges.has(edge.id))).toEqual([])
  })
  it('of minor edges wait for hover or a closer look', () => {
    const minor = 'service:logistics/inventory>service:logistics/notifications:grpc'
    expect(shop.edges.get(minor)?.isMinor).toBe(true)
    expect(shop.labels.edges.has(minor)).toBe(false)
    expect(labelled(shop, 1, new Set([minor]), null, measure).edges.has(minor)).toBe(true)
    expect(labelled(shop, 2, none, null, measure).edges.has(minor)).toBe(true)
  })
  it('of nodes: what is said of one stands under its name, or after it where another node is close below', () => {
    const [first] = [...shop.nodes.values()].filter(({ id }) => id === 'service:shop/catalog')
    if (first === undefined) throw new Error('no such node')
    const said = { ...first, note: '⊘ 1.2/s' }
    const below = { ...first, id: 'below', name: 'below', note: '' }
    const label = (apart: number) =>
      placeLabels({
        nodes: [said, below],
        edges: [],
        curves: new Map(),
        positions: { [said.id]: { x: 0, y: 0 }, below: { x: 0, y: apart } },
        regions: [],
        zoom: 1,
        measure,
        wanted: none,
        before: null,
      }).names.get(said.id)
    const [far, close] = [label(120), label(54)]
    expect(far?.note).toEqual({ x: 0, y: (far?.at.y ?? 0) + 13 })
    expect(close?.note.y).toBe(close?.at.y)
    expect(close?.note.x).toBeGreaterThan(close?.at.x ?? 0)
  })
  it('stay where they are when texts change a little', () => {
    const again = placeLabels({
      nodes: [...shop.nodes.values()],
      edges: [...shop.edges.values()].map(edge => ({ ...edge, text: edge.text.replace('2', '3') })),
      curves: shop.curves,
      positions: shop.positions,
      regions: shop.regions,
      zoom: 1,
      measure,
      wanted: none,
      before: shop.labels,
    })
    for (const [id, label] of again.edges) expect([id, label.t]).toEqual([id, shop.labels.edges.get(id)?.t])
  })
})

describe('regions', () => {
  it('say what a namespace is like', () => {
    const modes = Object.fromEntries(shop.regions.map(region => [region.id, region.mode]))
    expect(modes).toEqual({
      gateways: '',
      'gateways#egress': 'egress',
      shop: 'mTLS STRICT · sidecars',
      pay: 'STRICT · closed',
      data: 'sidecars',
      logistics: 'ambient · waypoint',
      legacy: 'no proxies',
    })
    expect(shop.regions.filter(region => region.isOutside).map(region => region.id)).toEqual(['legacy'])
  })
})

describe('emphasis', () => {
  it('lifts what is hovered with its edges and their ends', () => {
    const { bright } = emphasisOf(shop, { selected: null, lit: null, hovered: 'service:pay/fraud' })
    expect([...(bright ?? [])].toSorted()).toEqual(
      [
        'service:pay/fraud',
        'service:pay/payments',
        'gateway:gateways/egress',
        'service:pay/payments>service:pay/fraud:grpc',
        'service:pay/fraud>gateway:gateways/egress:http',
      ].toSorted(),
    )
  })
  it('chooses both stretches of an edge through a waypoint', () => {
    const { selected } = emphasisOf(shop, {
      selected: 'service:shop/checkout>service:logistics/shipping:grpc',
      lit: null,
      hovered: null,
    })
    expect([...selected]).toEqual([
      'service:shop/checkout~waypoint:logistics/waypoint:grpc',
      'waypoint:logistics/waypoint~service:logistics/shipping:grpc',
    ])
  })
})

describe('walking', () => {
  it('begins at the way in and follows the busiest call', () => {
    const first = step(shop, null, 'right', null)
    expect(first).toBe('external:internet')
    expect(step(shop, first, 'right', null)).toBe('gateway:gateways/web-gateway')
    expect(step(shop, 'gateway:gateways/web-gateway', 'right', first)).toBe('service:shop/storefront')
    expect(step(shop, 'service:shop/storefront', 'left', null)).toBe('gateway:gateways/web-gateway')
  })
  it('goes up and down among those that are called from the same place', () => {
    const called = [...shop.edges.values()]
      .filter(edge => edge.source === 'service:shop/storefront')
      .map(edge => edge.destination)
      .toSorted((a, b) => at(shop, a).y - at(shop, b).y)
    const [top, second] = called
    expect(step(shop, top ?? '', 'down', 'service:shop/storefront')).toBe(second)
    expect(step(shop, top ?? '', 'up', 'service:shop/storefront')).toBeNull()
  })
  it('ends where nothing is called', () => {
    expect(step(shop, 'external:risk.cards.example', 'right', null)).toBeNull()
  })
  it('begins anew when its place is gone', async () => {
    const graph = aGraph(
      [aNode('service', 'a', 'x'), aNode('service', 'a', 'y')],
      [anEdge('service:a/x', 'service:a/y', 'http', 1)],
    )
    expect(step(await sceneOf(graph), 'service:a/gone', 'down', null)).toBe('service:a/x')
  })
})
