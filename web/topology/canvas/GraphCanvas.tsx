import { type KeyboardEvent, type ReactElement, useEffect, useId, useRef, useState } from 'react'
import type { Graph } from '#shared/topology/graph.ts'
import type { Marks } from '#web/topology/elements.ts'
import type { Lens } from '#web/topology/lens.ts'
import './canvas.css'
import { Drawing } from './drawing.ts'
import { MapView } from './map-view.ts'
import { readPalette } from './palette.ts'
import { type Direction, step } from './walk.ts'
import type { MapWords } from './words.ts'
import { ZoomControls } from './ZoomControls.tsx'

/** What the page may ask of the map. */
export interface MapApi {
  fit(): void
  zoomIn(): void
  zoomOut(): void
  /** 1 = 100 %. */
  zoom(): number
  /** Brings a node, or the nodes of an edge, into the middle. */
  focus(id: string): void
  exportPng(): Promise<Blob>
  exportSvg(): Promise<Blob>
  /** A full layout; moved nodes lose their places. */
  relayout(): void
}

/** In CSS pixels, from the upper left or upper right corner. */
export interface CoveredCorner {
  side: 'left' | 'right'
  width: number
  height: number
}

export interface GraphCanvasProps {
  graph: Graph
  lens: Lens
  /** Id of a node or an edge of the graph. */
  selected: string | null
  /** Everything else is dimmed; null = nothing is. */
  lit: ReadonlySet<string> | null
  /** Ids of nodes and edges that are not drawn. */
  hidden: ReadonlySet<string>
  /** What is said instead of what the lens measures; null = nothing is. Kept between renders. */
  marks?: Marks | null
  isStale: boolean
  theme: 'light' | 'dark'
  reducedMotion: boolean
  /** Names the view whose places are kept, when level and open namespaces do not tell it apart (the scope). */
  view?: string
  words: MapWords
  /** Corners of the map under the page's notes: a fit keeps nodes out of them. Kept between renders. */
  covered?: readonly CoveredCorner[]
  onSelect(id: string | null): void
  onEnter(namespace: string): void
  onReady?(api: MapApi): void
}

const nowhere: readonly CoveredCorner[] = []

const steps: Record<string, Direction> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' }

/** The live map. Draws what it is given and says what hands did; places of nodes are its own. */
export function GraphCanvas(props: GraphCanvasProps): ReactElement {
  const { graph, lens, selected, lit, hidden, isStale, theme, reducedMotion, words } = props
  const marks = props.marks ?? null
  const covered = props.covered ?? nowhere
  const id = useId()
  const host = useRef<HTMLDivElement>(null)
  const stage = useRef<HTMLDivElement>(null)
  const map = useRef<MapView>(null)
  const latest = useRef(props)
  const [zoom, setZoom] = useState(1)
  const [focused, setFocused] = useState<{ id: string; came: string | null } | null>(null)
  const view = `${graph.level}:${graph.open.toSorted().join(',')}:${props.view ?? ''}`

  useEffect(() => {
    latest.current = props
  })

  useEffect(() => {
    if (!host.current || !stage.current) return
    const element = host.current
    const { theme: first, isStale: wasStale } = latest.current
    const drawing = new Drawing(element, stage.current, readPalette(element, first, wasStale), {
      onSelect: id => latest.current.onSelect(id),
      onEnter: namespace => latest.current.onEnter(namespace),
      onZoom: setZoom,
    })
    const shown = new MapView(drawing, reason => console.warn(reason.message))
    map.current = shown
    latest.current.onReady?.(apiOf(shown))
    // Text is measured in the fonts of the page; they may come after the map.
    const redraw = () => drawing.restyle(drawing.palette)
    document.fonts.addEventListener('loadingdone', redraw)
    return () => {
      document.fonts.removeEventListener('loadingdone', redraw)
      map.current = null
      shown.end()
    }
  }, [])

  useEffect(() => {
    if (host.current) map.current?.drawing.restyle(readPalette(host.current, theme, isStale))
  }, [theme, isStale])
  useEffect(() => {
    map.current?.drawing.setStill(reducedMotion || isStale)
  }, [reducedMotion, isStale])
  useEffect(() => {
    map.current?.drawing.attend({ selected, lit })
  }, [selected, lit])
  useEffect(() => {
    const width = host.current?.clientWidth ?? 0
    map.current?.drawing.cover(
      covered.map(corner => ({ ...corner, x: corner.side === 'left' ? 0 : width - corner.width, y: 0 })),
    )
  }, [covered])
  useEffect(() => {
    map.current?.show({ graph, lens, hidden, marks, view, words })
  }, [graph, lens, hidden, marks, view, words])

  const walk = (direction: Direction) => {
    const scene = map.current?.scene
    const next = scene ? step(scene, focused?.id ?? selected, direction, focused?.came ?? null) : null
    if (next === null) return
    const isAlong = direction === 'left' || direction === 'right'
    setFocused({ id: next, came: isAlong ? (focused?.id ?? null) : (focused?.came ?? null) })
    map.current?.drawing.ring(next)
  }
  const leave = () => {
    setFocused(null)
    map.current?.drawing.ring(null)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return
    const drawing = map.current?.drawing
    const direction = steps[event.key]
    if (direction) walk(direction)
    else if (event.key === 'Enter' && focused) enterOrSelect(focused.id)
    else if (event.key === 'Escape') {
      leave()
      props.onSelect(null)
    } else if (event.key === '+' || event.key === '=') drawing?.zoomBy(1.25)
    else if (event.key === '-') drawing?.zoomBy(0.8)
    else if (event.key === '0') drawing?.fit()
    else return
    event.preventDefault()
  }
  const enterOrSelect = (id: string) => {
    const node = map.current?.scene?.nodes.get(id)
    // A second Enter goes in, as a double click does.
    if (node?.kind === 'namespace' && selected === id) props.onEnter(node.name)
    else props.onSelect(id)
  }

  return (
    // A canvas has nothing to focus inside: the map itself takes the keys, as `application` says to screen readers.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <div
      ref={host}
      className="map"
      role="application"
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      aria-label={words.map}
      aria-describedby={`${id}-help ${id}-summary`}
      onKeyDown={onKeyDown}
      onBlur={leave}
    >
      <div ref={stage} className="map-stage" aria-hidden="true" />
      <p id={`${id}-help`} className="map-words">
        {words.help}
      </p>
      <p id={`${id}-summary`} className="map-words">
        {summary(graph, hidden, words)}
      </p>
      <output className="map-words">{focused ? spoken(graph, focused.id, words, marks) : ''}</output>
      <ZoomControls
        zoom={zoom}
        words={words}
        onZoomIn={() => map.current?.drawing.zoomBy(1.25)}
        onZoomOut={() => map.current?.drawing.zoomBy(0.8)}
        onReset={() => map.current?.drawing.zoomTo(1)}
        onFit={() => map.current?.drawing.fit()}
      />
    </div>
  )
}

function apiOf(map: MapView): MapApi {
  const { drawing } = map
  return {
    fit: () => drawing.fit(),
    zoomIn: () => drawing.zoomBy(1.25),
    zoomOut: () => drawing.zoomBy(0.8),
    zoom: () => drawing.cy.zoom(),
    focus: id => drawing.bringToMiddle(id),
    // No map needs these to stand.
    exportPng: async () => (await import('./export-png.ts')).toPng(drawing),
    exportSvg: async () => new Blob([await drawing.toSvg()], { type: 'image/svg+xml' }),
    relayout: () => map.relayout(),
  }
}

const pathOf = (node: { namespace: string; name: string; kind: string }) =>
  node.namespace === '' || node.kind === 'namespace' ? node.name : `${node.namespace}/${node.name}`

function summary(graph: Graph, hidden: ReadonlySet<string>, words: MapWords): string {
  const nodes = graph.nodes.filter(node => !hidden.has(node.id))
  const edges = graph.edges.filter(edge => !hidden.has(edge.id))
  return words.summary(nodes.length, edges.length, nodes.filter(node => node.health === 'failing').map(pathOf))
}

function spoken(graph: Graph, id: string, words: MapWords, marks: Marks | null): string {
  const node = graph.nodes.find(each => each.id === id)
  if (!node) return ''
  const into = graph.edges.filter(edge => edge.destination === id).length
  const out = graph.edges.filter(edge => edge.source === id).length
  return `${words.node(pathOf(node), words.kind[node.kind], words.health[node.health], into, out)} ${marks?.notes?.get(id)?.text ?? ''}`
}
