import type { View } from './paint.ts'

/** The canvases of ours around Cytoscape's: ground and regions beneath, particles and labels above. */
export type Layer = 'ground' | 'particles' | 'labels'

export class Layers {
  #contexts: Record<Layer, CanvasRenderingContext2D>
  #host: HTMLElement

  constructor(host: HTMLElement, stage: HTMLElement) {
    this.#host = host
    const make = (layer: Layer, isAbove: boolean): CanvasRenderingContext2D => {
      const canvas = document.createElement('canvas')
      canvas.className = `map-layer map-layer-${layer}`
      canvas.setAttribute('aria-hidden', 'true')
      if (isAbove) host.append(canvas)
      else host.insertBefore(canvas, stage)
      const context = canvas.getContext('2d')
      if (!context) throw new Error('This browser gives no 2D canvas, and the map is drawn on one')
      return context
    }
    this.#contexts = { ground: make('ground', false), particles: make('particles', true), labels: make('labels', true) }
    this.resize()
  }

  context(layer: Layer): CanvasRenderingContext2D {
    return this.#contexts[layer]
  }

  get size(): { width: number; height: number } {
    return { width: this.#host.clientWidth, height: this.#host.clientHeight }
  }

  resize(): void {
    const { width, height } = this.size
    const ratio = devicePixelRatio
    for (const context of Object.values(this.#contexts)) {
      context.canvas.width = Math.round(width * ratio)
      context.canvas.height = Math.round(height * ratio)
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
    }
  }

  /** Clears one layer and hands it out. */
  fresh(layer: Layer, view: View): CanvasRenderingContext2D {
    const context = this.#contexts[layer]
    context.clearRect(0, 0, view.width, view.height)
    return context
  }

  end(): void {
    for (const context of Object.values(this.#contexts)) context.canvas.remove()
  }
}
