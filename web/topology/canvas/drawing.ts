import cytoscape from 'cytoscape'
import type { ElementChanges } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout-measure.ts'
import { pointAt } from './curve.ts'
import { edgeData, geometry, nodeData } from './element-data.ts'
import { type Attention, type Emphasis, emphasisOf, noEmphasis } from './emphasis.ts'
import { toSvg } from './export-svg.ts'
import { listen } from './gestures.ts'
import { Layers } from './layers.ts'
import { fonts, paintGround, paintRegions, paintTitles, type View } from './paint.ts'
import { paintLabels } from './paint-labels.ts'
import type { Palette } from './palette.ts'
import { Particles } from './particles.ts'
import { boundsOf, labelled, moved, type Scene } from './scene.ts'
import { stylesheet } from './stylesheet.ts'

/** What the drawing tells. Ids are those of the Graph. */
export interface DrawingEvents {
  onSelect(id: string | null): void
  onEnter(namespace: string): void
  onZoom(zoom: number): void
}

/** Above this many edges a healthy one is drawn faintly until it is looked at. */
const crowd = 220

/** The viewport rests when nothing moved it for this long: labels are placed again and particles run. */
const rest = 140

/** Draws one scene: Cytoscape has bodies, icons, lines and arrows; our canvases have all that is text or moves. */
export class Drawing {
  readonly cy: cytoscape.Core
  scene: Scene | null = null
  onMoved: () => void = () => undefined
  #layers: Layers
  #particles: Particles
  #palette: Palette
  #events: DrawingEvents
  #frame = 0
  #restTimer = 0
  #isStill = false
  #isFitted = true
  #isFitting = false
  #placedZoom = 0
  #attention: Attention = { selected: null, lit: null, hovered: null }
  #emphasis: Emphasis = noEmphasis
  #widths = new Map<string, number>()
  #observer: ResizeObserver
  #onVisibility = () => this.#rested()

  constructor(host: HTMLElement, stage: HTMLElement, palette: Palette, events: DrawingEvents) {
    this.#palette = palette
    this.#events = events
    this.#layers = new Layers(host, stage)
    this.#particles = new Particles(this.#layers.context('particles'))
    this.cy = cytoscape({
      container: stage,
      style: stylesheet(palette),
      textureOnViewport: true,
      boxSelectionEnabled: false,
      autounselectify: true,
      minZoom: 0.1,
      maxZoom: 4,
      layout: { name: 'preset' },
    })
    listen(this.cy, () => this.scene, {
      onSelect: events.onSelect,
      onEnter: events.onEnter,
      onHover: hovered => this.attend({ hovered }),
      onDrag: (id, at) => this.#dragged(id, at),
      onDrop: () => this.onMoved(),
      onViewport: () => this.#viewportMoved(),
    })
    this.#observer = new ResizeObserver(() => this.#resized())
    this.#observer.observe(host)
    document.addEventListener('visibilitychange', this.#onVisibility)
  }

  get aspect(): number {
    const { width, height } = this.#layers.size
    return width > 0 && height > 0 ? width / height : 1.4
  }

  get palette(): Palette {
    return this.#palette
  }

  get areParticlesRunning(): boolean {
    return this.#particles.isRunning
  }

  draw(scene: Scene, changes: ElementChanges, isFresh: boolean): void {
    const before = this.scene
    this.scene = scene
    this.cy.batch(() => {
      for (const id of changes.removed) this.cy.getElementById(id).remove()
      this.cy.add(
        changes.addedNodes.map(node => ({
          group: 'nodes' as const,
          data: nodeData(node),
          position: { ...(scene.positions[node.id] ?? { x: 0, y: 0 }) },
        })),
      )
      this.cy.add(changes.addedEdges.map(edge => ({ group: 'edges' as const, data: edgeData(scene, edge) })))
      for (const node of changes.changedNodes) this.cy.getElementById(node.id).data(nodeData(node))
      for (const edge of changes.changedEdges) this.cy.getElementById(edge.id).data(edgeData(scene, edge))
      this.#moveAll(before)
      this.#bend(before)
    })
    this.#setEmphasis()
    if (isFresh || (this.#isFitted && !this.#isAllInView())) this.fit()
    this.#placeLabels()
    this.#follow()
    this.#paintSoon()
    this.#rested()
  }

  restyle(palette: Palette): void {
    this.#palette = palette
    this.#widths.clear()
    this.cy.style(stylesheet(palette))
    this.#placeLabels()
    this.#follow()
    this.#paintSoon()
  }

  /** Still: no particles, because of reduced motion or because the picture is old. */
  setStill(isStill: boolean): void {
    this.#isStill = isStill
    this.#rested()
  }

  /** What is selected, lit or hovered from now on; what is not named stays. */
  attend(change: Partial<Attention>): void {
    this.#attention = { ...this.#attention, ...change }
    this.#setEmphasis()
    this.#placeLabels()
    this.#follow()
    this.#paintSoon()
  }

  /** Draws the ring of the keyboard around a node and brings it into view. */
  ring(id: string | null): void {
    this.cy.batch(() => {
      this.cy.nodes('.focused').removeClass('focused')
      if (id !== null) this.cy.getElementById(id).addClass('focused')
    })
    const at = id === null ? undefined : this.scene?.positions[id]
    if (!at) return
    const view = this.#view()
    const x = at.x * view.zoom + view.pan.x
    const y = at.y * view.zoom + view.pan.y
    if (x < 40 || y < 40 || x > view.width - 40 || y > view.height - 50) this.centre(at)
  }

  centre(at: Point): void {
    const { width, height } = this.#layers.size
    const zoom = this.cy.zoom()
    this.#isFitted = false
    this.cy.pan({ x: width / 2 - at.x * zoom, y: height / 2 - at.y * zoom })
  }

  /** Brings a node, or what lies between the ends of an edge of the Graph, into the middle. */
  bringToMiddle(id: string): void {
    const scene = this.scene
    if (!scene) return
    const at = scene.positions[id]
    if (at && scene.nodes.has(id)) return this.centre(at)
    const edge = [...scene.edges.values()].find(each => each.edgeIds.includes(id))
    const curve = edge && scene.curves.get(edge.id)
    if (curve) this.centre(pointAt(curve, 0.5))
  }

  /** The map as it stands, labels placed as at 100 %. */
  toSvg(): string {
    if (!this.scene) throw new Error('There is no map to export yet')
    const labels = labelled(this.scene, 1, this.#emphasis.wanted, (text, font) => this.#measure(text, font))
    return toSvg({ ...this.scene, labels }, this.#palette, this.#emphasis.selected)
  }

  fit(): void {
    if (!this.scene) return
    const { width, height } = this.#layers.size
    if (width === 0 || height === 0) return
    const bounds = boundsOf(this.scene)
    const margin = Math.min(28, width * 0.03)
    const zoom = Math.min((width - 2 * margin) / bounds.width, (height - 2 * margin) / bounds.height, 1.15)
    const bounded = Math.max(this.cy.minZoom(), zoom)
    this.#isFitting = true
    this.cy.viewport({
      zoom: bounded,
      pan: {
        x: width / 2 - (bounds.x + bounds.width / 2) * bounded,
        y: height / 2 - (bounds.y + bounds.height / 2) * bounded,
      },
    })
    this.#isFitting = false
    this.#isFitted = true
    this.#rested()
  }

  zoomBy(factor: number): void {
    this.zoomTo(this.cy.zoom() * factor)
  }

  zoomTo(level: number): void {
    const { width, height } = this.#layers.size
    this.#isFitted = false
    this.cy.zoom({ level, renderedPosition: { x: width / 2, y: height / 2 } })
  }

  /** Paints regions and labels into any context, for the PNG export. */
  paintInto(context: CanvasRenderingContext2D, view: View, layer: 'beneath' | 'above'): void {
    if (!this.scene) return
    if (layer === 'beneath') {
      paintGround(context, this.#palette, view)
      paintRegions(context, this.#palette, view, this.scene.regions)
    } else {
      paintTitles(context, this.#palette, view, this.scene.regions)
      paintLabels(context, this.#palette, view, this.scene, this.#emphasis)
    }
  }

  end(): void {
    cancelAnimationFrame(this.#frame)
    clearTimeout(this.#restTimer)
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#observer.disconnect()
    this.#particles.stop()
    this.cy.destroy()
    this.#layers.end()
  }

  #moveAll(before: Scene | null): void {
    if (!before || !this.scene || before.positions === this.scene.positions) return
    for (const [id, at] of Object.entries(this.scene.positions)) {
      const was = before.positions[id]
      if (!was || was.x !== at.x || was.y !== at.y) this.cy.getElementById(id).position({ ...at })
    }
  }

  /** Gives bent edges their new way; those whose way is the same are not touched. */
  #bend(before: Scene | null): void {
    if (!this.scene || !before) return
    for (const id of this.scene.curves.keys()) {
      const edge = this.cy.getElementById(id)
      const next = geometry(this.scene, id)
      const isSame = Object.entries(next).every(([key, value]) => edge.data(key) === value)
      if (!isSame) edge.data(next)
    }
  }

  #dragged(id: string, at: Point): void {
    const before = this.scene
    const place = before?.positions[id]
    if (!before || !place) return
    // Moved in the placement itself: what is kept is what is seen.
    place.x = Math.round(at.x)
    place.y = Math.round(at.y)
    this.scene = moved(before)
    this.cy.batch(() => this.#bend(before))
    this.#placeLabels()
    this.#follow()
    this.#paintSoon()
  }

  #viewportMoved(): void {
    if (!this.#isFitting) this.#isFitted = false
    this.#particles.stop()
    this.#events.onZoom(this.cy.zoom())
    clearTimeout(this.#restTimer)
    this.#restTimer = window.setTimeout(() => this.#rested(), rest)
    this.#paintSoon()
  }

  #rested(): void {
    clearTimeout(this.#restTimer)
    if (this.scene && Math.abs(this.cy.zoom() - this.#placedZoom) > 1e-6) this.#placeLabels()
    this.#paintSoon()
    if (this.#isStill || document.hidden || !this.scene) this.#particles.stop()
    else this.#particles.run(this.#view())
  }

  #resized(): void {
    this.#layers.resize()
    this.cy.resize()
    if (this.#isFitted) this.fit()
    this.#particles.stop()
    this.#paint()
    this.#rested()
  }

  #isAllInView(): boolean {
    if (!this.scene) return true
    const bounds = boundsOf(this.scene)
    const { x1, y1, x2, y2 } = this.cy.extent()
    const right = bounds.x + bounds.width
    const bottom = bounds.y + bounds.height
    return bounds.x >= x1 - 1 && bounds.y >= y1 - 1 && right <= x2 + 1 && bottom <= y2 + 1
  }

  #view(): View {
    const { width, height } = this.#layers.size
    return { zoom: this.cy.zoom(), pan: { ...this.cy.pan() }, width, height }
  }

  #setEmphasis(): void {
    if (!this.scene) return
    this.#emphasis = emphasisOf(this.scene, this.#attention)
    const { selected, bright } = this.#emphasis
    const isCrowd = this.scene.edges.size > crowd
    this.cy.batch(() => {
      this.cy.elements().forEach(element => {
        const id = element.id()
        element.toggleClass('selected', selected.has(id))
        element.toggleClass('dim', bright !== null && !bright.has(id))
        element.toggleClass(
          'faint',
          isCrowd && element.isEdge() && !bright?.has(id) && element.data('isGlowing') !== true,
        )
      })
    })
  }

  #placeLabels(): void {
    const scene = this.scene
    if (!scene) return
    this.#placedZoom = this.cy.zoom()
    scene.labels = labelled(scene, this.#placedZoom, this.#emphasis.wanted, (text, font) => this.#measure(text, font))
  }

  #measure(text: string, font: 'label' | 'strong' | 'name'): number {
    const key = `${font} ${text}`
    const known = this.#widths.get(key)
    if (known !== undefined) return known
    const context = this.#layers.context('labels')
    context.font = fonts[font](this.#palette, 11)
    const { width } = context.measureText(text)
    if (this.#widths.size > 5000) this.#widths.clear()
    this.#widths.set(key, width)
    return width
  }

  #follow(): void {
    if (this.scene) this.#particles.follow(this.scene, this.#palette, this.#emphasis.bright)
  }

  #paintSoon(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#paint()
    })
  }

  #paint(): void {
    const view = this.#view()
    const ground = this.#layers.fresh('ground', view)
    paintGround(ground, this.#palette, view)
    const labels = this.#layers.fresh('labels', view)
    if (!this.scene) return
    paintRegions(ground, this.#palette, view, this.scene.regions)
    paintTitles(labels, this.#palette, view, this.scene.regions)
    paintLabels(labels, this.#palette, view, this.scene, this.#emphasis)
  }
}
