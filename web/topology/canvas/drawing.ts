import type cytoscape from 'cytoscape'
import type { ElementChanges } from '#web/topology/elements.ts'
import { footprint, overlaps, type Point, type Rect } from '#web/topology/layout/measure.ts'
import { crowd } from './crowd.ts'
import { pointAt } from './curve.ts'
import { type Attention, type Emphasis, emphasisOf, noEmphasis } from './emphasis.ts'
import { listen } from './gestures.ts'
import { Layers } from './layers.ts'
import { fonts, paintGround, paintRegions, paintTitles, type View } from './paint.ts'
import { paintLabels } from './paint-labels.ts'
import { paintLifted } from './paint-lifted.ts'
import type { Palette } from './palette.ts'
import { Particles } from './particles.ts'
import { Plot } from './plot.ts'
import { boundsOf, labelled, moved, type Scene } from './scene.ts'
import { Viewport } from './viewport.ts'

/** What the drawing tells. Ids are those of the Graph. */
export interface DrawingEvents {
  onSelect(id: string | null): void
  onEnter(namespace: string): void
  onZoom(zoom: number): void
}

/** Draws one scene: Cytoscape has bodies, icons, lines and arrows; our canvases have all that is text or moves. */
export class Drawing {
  scene: Scene | null = null
  /** Told after a hand dropped a node. */
  onMoved: () => void = () => undefined
  #plot: Plot
  #layers: Layers
  #particles: Particles
  #viewport: Viewport
  #palette: Palette
  #events: DrawingEvents
  #frame = 0
  #isStill = false
  #placedZoom = 0
  #covered: readonly Rect[] = []
  #attention: Attention = { selected: null, lit: null, hovered: null }
  #emphasis: Emphasis = noEmphasis
  #widths = new Map<string, number>()
  #observer: ResizeObserver
  #onVisibility = () => this.#rested()

  constructor(host: HTMLElement, stage: HTMLElement, palette: Palette, events: DrawingEvents) {
    this.#palette = palette
    this.#events = events
    this.#plot = new Plot(stage, palette)
    this.#layers = new Layers(host, stage)
    this.#particles = new Particles(this.#layers.context('particles'))
    this.#viewport = new Viewport(this.cy, () => this.#layers.size, {
      onMove: () => this.#moving(),
      onRest: () => this.#rested(),
    })
    listen(this.cy, () => this.scene, {
      onSelect: events.onSelect,
      onEnter: events.onEnter,
      onHover: hovered => this.attend({ hovered }),
      onDrag: (id, at) => this.#dragged(id, at),
      onDrop: () => this.onMoved(),
    })
    this.#observer = new ResizeObserver(() => this.#resized())
    this.#observer.observe(host)
    document.addEventListener('visibilitychange', this.#onVisibility)
  }

  get cy(): cytoscape.Core {
    return this.#plot.cy
  }

  /** Width by height of the window. */
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

  /** `isFresh`: another picture than before, to be fitted into the window. */
  draw(scene: Scene, changes: ElementChanges, isFresh: boolean): void {
    const before = this.scene
    this.scene = scene
    this.#plot.draw(before, scene, changes)
    this.#emphasise()
    const bounds = boundsOf(scene)
    if (isFresh || (this.#viewport.isFitted && !this.#viewport.holds(bounds))) this.#fit(scene)
    this.#retell()
    this.#rested()
  }

  restyle(palette: Palette): void {
    this.#palette = palette
    this.#widths.clear()
    this.#plot.restyle(palette)
    this.#retell()
  }

  /** Still: no particles, because of reduced motion or because the picture is old. */
  setStill(isStill: boolean): void {
    this.#isStill = isStill
    this.#rested()
  }

  /** What is selected, lit or hovered from now on; what is not named stays. */
  attend(change: Partial<Attention>): void {
    this.#attention = { ...this.#attention, ...change }
    this.#emphasise()
    this.#placeLabels()
    this.#paintSoon()
  }

  /** Draws the ring of the keyboard around a node and brings it into view. */
  ring(id: string | null): void {
    this.#plot.ring(id)
    const at = id === null ? undefined : this.scene?.positions[id]
    if (at && !this.#viewport.shows(at)) this.#viewport.centre(at)
  }

  /** Brings a node, or the middle of an edge of the Graph, into the middle of the window. */
  bringToMiddle(id: string): void {
    const scene = this.scene
    if (!scene) return
    const edge = [...scene.edges.values()].find(each => each.edgeIds.includes(id))
    const curve = edge && scene.curves.get(edge.id)
    const at = scene.nodes.has(id) ? scene.positions[id] : curve && pointAt(curve, 0.5)
    if (at) this.#viewport.centre(at)
  }

  fit(): void {
    if (!this.scene) return
    this.#fit(this.scene)
    this.#rested()
  }

  /** Corners of the window, in CSS pixels, that the page covers with something. */
  cover(corners: readonly Rect[]): void {
    this.#covered = corners
  }

  zoomBy(factor: number): void {
    this.#viewport.zoomTo(this.cy.zoom() * factor)
  }

  zoomTo(level: number): void {
    this.#viewport.zoomTo(level)
  }

  /** Paints our layers into any context, for the PNG export. */
  paintInto(context: CanvasRenderingContext2D, view: View, layer: 'beneath' | 'above'): void {
    if (!this.scene) return
    if (layer === 'beneath') {
      paintGround(context, this.#palette, view)
      paintRegions(context, this.#palette, view, this.scene.regions)
    } else {
      paintTitles(context, this.#palette, view, this.scene.regions)
      const scene = { ...this.scene, labels: this.#labelsAt(view.zoom, this.scene) }
      paintLabels(context, this.#palette, view, scene, this.#emphasis)
    }
  }

  /** The map as it stands, labels placed as at 100 %. */
  async toSvg(): Promise<string> {
    if (!this.scene) throw new Error('There is no map to export yet')
    const { toSvg } = await import('./export-svg.ts')
    return toSvg({ ...this.scene, labels: this.#labelsAt(1, this.scene) }, this.#palette, this.#emphasis.selected)
  }

  end(): void {
    cancelAnimationFrame(this.#frame)
    document.removeEventListener('visibilitychange', this.#onVisibility)
    this.#observer.disconnect()
    this.#viewport.end()
    this.#particles.stop()
    this.#plot.end()
    this.#layers.end()
  }

  #fit(scene: Scene): void {
    this.#viewport.fit(boundsOf(scene), view => {
      const isCovered = (id: string) => {
        const at = scene.positions[id]
        if (!at) return false
        const { x, y, width, height } = footprint(at)
        const box = {
          x: x * view.zoom + view.pan.x,
          y: y * view.zoom + view.pan.y,
          width: width * view.zoom,
          height: height * view.zoom,
        }
        return this.#covered.some(corner => overlaps(corner, box))
      }
      return !scene.nodes.keys().some(isCovered)
    })
  }

  #dragged(id: string, at: Point): void {
    const before = this.scene
    const place = before?.positions[id]
    if (!before || !place) return
    // Moved in the placement itself: what is kept is what is seen.
    place.x = Math.round(at.x)
    place.y = Math.round(at.y)
    this.scene = moved(before)
    this.#plot.bend(before, this.scene)
    this.#retell()
  }

  #moving(): void {
    this.#particles.stop()
    this.#events.onZoom(this.cy.zoom())
    this.#paintSoon()
  }

  #rested(): void {
    if (this.scene && Math.abs(this.cy.zoom() - this.#placedZoom) > 1e-6) this.#placeLabels()
    this.#paintSoon()
    if (this.#isStill || document.hidden || !this.scene) this.#particles.stop()
    else this.#particles.run(this.#viewport.view)
  }

  #resized(): void {
    this.#layers.resize()
    this.cy.resize()
    this.#particles.stop()
    if (this.scene && this.#viewport.isFitted) this.#fit(this.scene)
    this.#paint()
    this.#rested()
  }

  /** A crowd shows what is hovered by lifting it out, others by dimming the rest. */
  #lifted(): ReadonlySet<string> | null {
    const isCrowd = (this.scene?.edges.size ?? 0) > crowd
    return isCrowd && this.#attention.hovered !== null ? this.#emphasis.bright : null
  }

  #emphasise(): void {
    if (!this.scene) return
    this.#emphasis = emphasisOf(this.scene, this.#attention)
    this.#particles.emphasise(this.#emphasis.bright)
    this.#plot.emphasise(this.scene, this.#emphasis, this.#lifted() !== null)
  }

  /** Particles, texts and pictures after the scene or its colours changed. */
  #retell(): void {
    if (!this.scene) return
    this.#particles.follow(this.scene, this.#palette)
    this.#placeLabels()
    this.#paintSoon()
  }

  #placeLabels(): void {
    const scene = this.scene
    if (!scene) return
    this.#placedZoom = this.cy.zoom()
    scene.labels = this.#labelsAt(this.#placedZoom, scene)
  }

  #labelsAt(zoom: number, scene: Scene): Scene['labels'] {
    return labelled(scene, zoom, this.#emphasis.wanted, this.#lifted(), (text, font) => this.#measure(text, font))
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

  #paintSoon(): void {
    if (this.#frame !== 0) return
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0
      this.#paint()
    })
  }

  #paint(): void {
    const { view } = this.#viewport
    const ground = this.#layers.fresh('ground', view)
    paintGround(ground, this.#palette, view)
    const labels = this.#layers.fresh('labels', view)
    if (!this.scene) return
    paintRegions(ground, this.#palette, view, this.scene.regions)
    const lifted = this.#lifted()
    if (lifted) paintLifted(labels, this.#palette, view, this.scene, lifted)
    paintTitles(labels, this.#palette, view, this.scene.regions)
    paintLabels(labels, this.#palette, view, this.scene, this.#emphasis)
  }
}
