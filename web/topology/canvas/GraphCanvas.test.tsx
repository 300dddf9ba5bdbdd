import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import '#web/ui/tokens.css'
import type { Graph } from '#shared/topology/graph.ts'
import { Drawing } from './drawing.ts'
import { GraphCanvas, type GraphCanvasProps, type MapApi } from './GraphCanvas.tsx'
import { MapView } from './map-view.ts'
import { readPalette } from './palette.ts'
import { aGraph, anEdge, aNode, aShop } from './shop.fixture.ts'
import { englishWords } from './words.fixture.ts'

const none: ReadonlySet<string> = new Set()
const storefront = 'service:shop/storefront'

/** The worker has to load and to search. */
const laidOut = { timeout: 12_000, interval: 30 }

beforeEach(() => sessionStorage.clear())
afterEach(() => {
  document.body.replaceChildren()
})

/** The whole component in a window of 1000 × 700, once its map is laid out. */
async function show(more: Partial<GraphCanvasProps> = {}) {
  const onSelect = vi.fn<(id: string | null) => void>()
  const onEnter = vi.fn<(namespace: string) => void>()
  let api: MapApi | null = null
  const props: GraphCanvasProps = {
    graph: aShop(),
    lens: 'traffic',
    selected: null,
    lit: null,
    hidden: none,
    words: englishWords,
    isStale: false,
    theme: 'light',
    reducedMotion: true,
    onSelect,
    onEnter,
    onReady: given => {
      api = given
    },
    ...more,
  }
  const page = (with_: GraphCanvasProps) => (
    <div style={{ position: 'relative', width: '1000px', height: '700px' }}>
      <GraphCanvas {...with_} />
    </div>
  )
  const screen = await render(page(props))
  const map = screen.getByRole('application', { name: 'Map of the mesh' })
  await vi.waitFor(async () => {
    if (!(await svgOf(api)).includes('<title>')) throw new Error('not laid out yet')
  }, laidOut)
  const ready = api as MapApi | null
  if (!ready) throw new Error('The map did not tell that it is ready')
  return {
    map,
    onSelect,
    onEnter,
    api: ready,
    rerender: (next: Partial<GraphCanvasProps>) => screen.rerender(page({ ...props, ...next })),
  }
}

const svgOf = async (api: MapApi | null) => (api ? (await api.exportSvg().catch(() => new Blob())).text() : '')

/** A bare view, to look inside. */
async function view(graph: Graph = aShop()) {
  const host = document.createElement('div')
  host.style.cssText = 'position:relative;width:1000px;height:700px'
  const stage = document.createElement('div')
  stage.style.cssText = 'position:absolute;inset:0'
  host.append(stage)
  document.body.append(host)
  const drawing = new Drawing(host, stage, readPalette(host, 'light', false), {
    onSelect: () => undefined,
    onEnter: () => undefined,
    onZoom: () => undefined,
  })
  const map = new MapView(drawing, reason => {
    throw reason
  })
  const shown = (next: Graph) =>
    map.show({ graph: next, lens: 'traffic', hidden: none, view: 'test', words: englishWords })
  shown(graph)
  await vi.waitFor(() => {
    if (!map.scene) throw new Error('not laid out yet')
  }, laidOut)
  return { host, drawing, map, shown, graph }
}

/** Where a node is on the page. */
function placeOf(drawing: Drawing, id: string): { x: number; y: number } {
  const { x, y } = drawing.cy.getElementById(id).renderedPosition()
  return { x, y }
}

describe('the map by hand', () => {
  it('selects the node that is clicked, and nothing on the ground', async () => {
    const { drawing, host } = await view()
    const selected = vi.fn()
    drawing.cy.on('tap', event => selected(event.target === drawing.cy ? null : event.target.id()))
    const { x, y } = placeOf(drawing, storefront)
    await userEvent.click(host, { position: { x, y } })
    await vi.waitFor(() => expect(selected).toHaveBeenLastCalledWith(storefront))
    await userEvent.click(host, { position: { x: 4, y: 690 } })
    await vi.waitFor(() => expect(selected).toHaveBeenLastCalledWith(null))
  })
  it('tells the page what was clicked', async () => {
    const { map, onSelect, api } = await show()
    api.focus(storefront)
    // Brought into the middle of 1000 × 700.
    await userEvent.click(map.element(), { position: { x: 500, y: 350 } })
    await vi.waitFor(() => expect(onSelect).toHaveBeenLastCalledWith(storefront))
  })
  it('zooms and fits by its buttons', async () => {
    const { map, api } = await show()
    const fitted = api.zoom()
    await map.getByRole('button', { name: 'Zoom in' }).click()
    expect(api.zoom()).toBeGreaterThan(fitted)
    await map.getByRole('button', { name: 'Fit the map' }).click()
    expect(api.zoom()).toBeCloseTo(fitted, 5)
    await map.getByRole('button', { name: /Zoom to 100 %/ }).click()
    expect(api.zoom()).toBe(1)
  })
})

describe('the map by keyboard', () => {
  it('walks along the edges, says where it is, selects and clears', async () => {
    const { map, onSelect } = await show()
    ;(map.element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowRight}')
    await expect.element(map.getByRole('status')).toMatchTextContent('internet, external host, healthy, 0 in, 1 out')
    await userEvent.keyboard('{ArrowRight}{ArrowRight}')
    await expect.element(map.getByRole('status')).toMatchTextContent('shop/storefront, service, healthy, 1 in, 5 out')
    await userEvent.keyboard('{Enter}')
    expect(onSelect).toHaveBeenLastCalledWith(storefront)
    await userEvent.keyboard('{Escape}')
    expect(onSelect).toHaveBeenLastCalledWith(null)
  })
  it('enters a namespace by a second Enter', async () => {
    const graph = aGraph(
      [aNode('namespace', 'shop', 'shop', { members: 8 }), aNode('namespace', 'pay', 'pay', { members: 3 })],
      [anEdge('namespace:shop', 'namespace:pay', 'http', 10)],
      { level: 'namespace' },
    )
    const { map, onEnter } = await show({ graph, selected: 'namespace:shop' })
    ;(map.element() as HTMLElement).focus()
    await userEvent.keyboard('{ArrowRight}')
    await userEvent.keyboard('{ArrowLeft}{Enter}')
    expect(onEnter).toHaveBeenCalledWith('shop')
  })
  it('zooms by plus and minus and fits by 0', async () => {
    const { map, api } = await show()
    const fitted = api.zoom()
    ;(map.element() as HTMLElement).focus()
    await userEvent.keyboard('-')
    expect(api.zoom()).toBeLessThan(fitted)
    await userEvent.keyboard('0')
    expect(api.zoom()).toBeCloseTo(fitted, 5)
  })
})

describe('an update', () => {
  it('touches only what changed, and moves nothing', async () => {
    const { drawing, map, shown, graph } = await view()
    const before = Object.fromEntries(drawing.cy.nodes().map(node => [node.id(), { ...node.position() }]))
    const touched: string[] = []
    drawing.cy.on('data', event => touched.push(event.target.id()))
    drawing.cy.on('class', event => touched.push(event.target.id()))
    const changed = 'service:pay/payments>service:pay/fraud:grpc'
    const counts = shown({
      ...graph,
      edges: graph.edges.map(edge =>
        edge.id === changed ? { ...edge, requestRate: 250 } : { ...edge, meanDuration: 77 },
      ),
    })
    expect(counts).toEqual({ added: 0, removed: 0, changed: 1 })
    expect(touched).toEqual([changed])
    expect(Object.fromEntries(drawing.cy.nodes().map(node => [node.id(), { ...node.position() }]))).toEqual(before)
    map.end()
  })
  it('places a newcomer without moving the others', async () => {
    const { drawing, map, shown, graph } = await view()
    const before = { ...drawing.cy.getElementById(storefront).position() }
    const counts = shown({
      ...graph,
      nodes: [...graph.nodes, aNode('service', 'shop', 'reviews')],
      edges: [...graph.edges, anEdge(storefront, 'service:shop/reviews', 'http', 3)],
    })
    expect(counts).toMatchObject({ added: 2, removed: 0 })
    expect(drawing.cy.getElementById(storefront).position()).toEqual(before)
    expect(map.scene?.regionOf['service:shop/reviews']).toBe('shop')
    map.end()
  })
  it('finds its places again after a reload', async () => {
    const first = await view()
    const places = structuredClone(first.map.scene?.positions)
    first.map.end()
    const second = await view()
    expect(second.map.scene?.positions).toEqual(places)
    second.map.end()
  })
  it('of old readings takes the colour away and keeps the picture', async () => {
    const { drawing, host, map } = await view()
    const line = () =>
      drawing.cy.getElementById('service:pay/payments>service:pay/ledger:http').style('line-color') as string
    const failing = line()
    const stale = readPalette(host, 'light', true)
    drawing.restyle(stale)
    expect(line()).not.toBe(failing)
    const colours = new Set(drawing.cy.edges().map(edge => edge.style('line-color') as string))
    expect(colours.size).toBe(1)
    expect(drawing.cy.edges().every(edge => Number(edge.style('opacity')) === 1)).toBe(true)
    map.end()
  })
})

describe('particles', () => {
  it('run, and stop when the map has to be still', async () => {
    const { drawing, map } = await view()
    await vi.waitFor(() => expect(drawing.areParticlesRunning).toBe(true))
    drawing.setStill(true)
    expect(drawing.areParticlesRunning).toBe(false)
    drawing.setStill(false)
    expect(drawing.areParticlesRunning).toBe(true)
    map.end()
  })
  it('are never started under reduced motion', async () => {
    const { map } = await show({ reducedMotion: true })
    const canvas = map.element().querySelector<HTMLCanvasElement>('.map-layer-particles')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) throw new Error('No layer of particles')
    await new Promise(resolve => setTimeout(resolve, 100))
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height)
    expect(data.some(value => value !== 0)).toBe(false)
  })
})

describe('export', () => {
  const hostile = '</text><script>alert(1)</script>"&'
  it('writes names as text, whatever they hold', async () => {
    const graph = aGraph(
      [aNode('service', 'a"><b', hostile), aNode('service', 'a"><b', 'y')],
      [anEdge(`service:a"><b/${hostile}`, 'service:a"><b/y', 'http', 5)],
    )
    const { api } = await show({ graph })
    const text = await (await api.exportSvg()).text()
    const parsed = new DOMParser().parseFromString(text, 'image/svg+xml')
    expect(parsed.querySelector('parsererror')).toBeNull()
    expect(parsed.querySelector('script')).toBeNull()
    expect([...parsed.querySelectorAll('title')].map(title => title.textContent)).toContain(`a"><b/${hostile}`)
  })
  it('draws every node and edge as vectors', async () => {
    const { api } = await show()
    const parsed = new DOMParser().parseFromString(await (await api.exportSvg()).text(), 'image/svg+xml')
    expect(parsed.querySelectorAll('title')).toHaveLength(aShop().nodes.length)
    expect(parsed.querySelectorAll('image')).toHaveLength(0)
    expect(parsed.documentElement.textContent).toContain('20.9/s · 12.4\u202f%')
  })
  it('draws a picture twice as fine', async () => {
    const { api } = await show()
    const svg = new DOMParser().parseFromString(await (await api.exportSvg()).text(), 'image/svg+xml')
    const image = await createImageBitmap(await api.exportPng())
    expect(Math.abs(image.width - 2 * Number(svg.documentElement.getAttribute('width')))).toBeLessThan(6)
  })
})
