import type cytoscape from 'cytoscape'
import type { Point, Rect } from '#web/topology/layout/measure.ts'
import type { View } from './paint.ts'

/** The viewport rests when nothing moved it for this long: labels are placed again and particles run. */
const rest = 140
/** A small map is not blown up. */
const largest = 1.3

/** Zoom and pan, and whether they are still those of the last fit: then a resize fits again. */
export class Viewport {
  #cy: cytoscape.Core
  #size: () => { width: number; height: number }
  #isFitted = true
  #isFitting = false
  #timer = 0

  constructor(
    cy: cytoscape.Core,
    size: () => { width: number; height: number },
    told: { onMove(): void; onRest(): void },
  ) {
    this.#cy = cy
    this.#size = size
    cy.on('viewport', () => {
      if (!this.#isFitting) this.#isFitted = false
      told.onMove()
      clearTimeout(this.#timer)
      this.#timer = window.setTimeout(told.onRest, rest)
    })
  }

  get view(): View {
    return { zoom: this.#cy.zoom(), pan: { ...this.#cy.pan() }, ...this.#size() }
  }

  get isFitted(): boolean {
    return this.#isFitted
  }

  /** Fits into the window; further down where `isClear` says that something would lie under the page's notes. */
  fit(bounds: Rect, isClear: (view: View) => boolean): void {
    const { width, height } = this.#size()
    if (width === 0 || height === 0) return
    let view = this.#fitBelow(0, bounds)
    for (let top = 8; top <= 88 && !isClear(view); top += 8) {
      const lower = this.#fitBelow(top, bounds)
      if (isClear(lower)) view = lower
    }
    this.#isFitting = true
    this.#cy.viewport({ zoom: view.zoom, pan: view.pan })
    this.#isFitting = false
    this.#isFitted = true
  }

  #fitBelow(top: number, bounds: Rect): View {
    const { width, height } = this.#size()
    const margin = Math.min(32, width * 0.03)
    const room = height - top
    const wanted = Math.min((width - 2 * margin) / bounds.width, (room - 2 * margin) / bounds.height, largest)
    const zoom = Math.max(this.#cy.minZoom(), wanted)
    return {
      zoom,
      pan: {
        x: width / 2 - (bounds.x + bounds.width / 2) * zoom,
        y: top + room / 2 - (bounds.y + bounds.height / 2) * zoom,
      },
      width,
      height,
    }
  }

  /** Zooms about the middle. */
  zoomTo(level: number): void {
    const { width, height } = this.#size()
    this.#isFitted = false
    this.#cy.zoom({ level, renderedPosition: { x: width / 2, y: height / 2 } })
  }

  centre(at: Point): void {
    const { width, height } = this.#size()
    const zoom = this.#cy.zoom()
    this.#isFitted = false
    this.#cy.pan({ x: width / 2 - at.x * zoom, y: height / 2 - at.y * zoom })
  }

  /** Whether a point is well inside the window. */
  shows(at: Point): boolean {
    const { zoom, pan, width, height } = this.view
    const x = at.x * zoom + pan.x
    const y = at.y * zoom + pan.y
    return x > 40 && y > 40 && x < width - 40 && y < height - 50
  }

  holds(bounds: Rect): boolean {
    const { x1, y1, x2, y2 } = this.#cy.extent()
    const right = bounds.x + bounds.width
    const bottom = bounds.y + bounds.height
    return bounds.x >= x1 - 1 && bounds.y >= y1 - 1 && right <= x2 + 1 && bottom <= y2 + 1
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
