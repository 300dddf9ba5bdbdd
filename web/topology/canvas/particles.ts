import type { MapEdge } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'
import { evenly } from './curve.ts'
import type { Palette } from './palette.ts'
import { crowd } from './crowd.ts'
import { toView, type View } from './paint.ts'
import type { Scene } from './scene.ts'

/** One edge takes a particle this long, whatever its length: motion says "there is traffic", width says how much. */
const lap = 2600
const steps = 24

interface Track {
  id: string
  points: Point[]
  count: number
  phase: number
  radius: number
  colour: string
}

/** Dots that run along the edges in view, on a canvas of their own. Lives until `end()`. */
export class Particles {
  #context: CanvasRenderingContext2D
  #tracks: Track[] = []
  #frame = 0
  #view: View | null = null
  #palette: Palette | null = null
  #bright: ReadonlySet<string> | null = null

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context
  }

  get isRunning(): boolean {
    return this.#frame !== 0
  }

  /** What is dimmed is faint here too. */
  emphasise(bright: ReadonlySet<string> | null): void {
    this.#bright = bright
  }

  /** Takes over a scene; what runs goes on. */
  follow(scene: Scene, palette: Palette): void {
    this.#palette = palette
    const isCrowd = scene.edges.size > crowd
    this.#tracks = [...scene.edges.values()]
      // In a crowd only the main roads and what fails move: everything moving is noise.
      .filter(edge => (isCrowd ? edge.step === 3 || edge.tone === 'failing' : edge.step > 0))
      .flatMap(edge => {
        const curve = scene.curves.get(edge.id)
        if (!curve) return []
        return {
          id: edge.id,
          points: evenly(curve, steps),
          count: isCrowd ? 1 : Math.max(1, edge.step),
          phase: phaseOf(edge),
          radius: isCrowd ? 1.8 : ([2, 2, 2.4, 2.8][edge.step] ?? 2),
          colour: palette.spark[edge.tone],
        }
      })
  }

  run(view: View): void {
    this.#view = view
    if (this.#frame === 0) this.#frame = requestAnimationFrame(this.#draw)
  }

  /** Stops and clears. */
  stop(): void {
    cancelAnimationFrame(this.#frame)
    this.#frame = 0
    this.#context.save()
    this.#context.setTransform(1, 0, 0, 1, 0, 0)
    this.#context.clearRect(0, 0, this.#context.canvas.width, this.#context.canvas.height)
    this.#context.restore()
  }

  #draw = (now: number): void => {
    this.#frame = requestAnimationFrame(this.#draw)
    const view = this.#view
    const palette = this.#palette
    if (!view || !palette) return
    const context = this.#context
    context.clearRect(0, 0, view.width, view.height)
    context.save()
    toView(context, view)
    context.strokeStyle = palette.ground
    context.lineWidth = 0.8
    for (const track of this.#tracks) {
      context.globalAlpha = this.#bright === null || this.#bright.has(track.id) ? 1 : 0.25
      context.fillStyle = track.colour
      for (let i = 0; i < track.count; i += 1) {
        const t = (now / lap + track.phase + i / track.count + (i * track.phase) / 5) % 1
        const at = pointOn(track.points, t)
        const x = at.x * view.zoom + view.pan.x
        const y = at.y * view.zoom + view.pan.y
        if (x < -5 || y < -5 || x > view.width + 5 || y > view.height + 5) continue
        context.beginPath()
        context.arc(at.x, at.y, track.radius, 0, 2 * Math.PI)
        context.fill()
        context.stroke()
      }
    }
    context.restore()
  }
}

function pointOn(points: readonly Point[], t: number): Point {
  const place = t * (points.length - 1)
  const i = Math.floor(place)
  const a = points[i] ?? { x: 0, y: 0 }
  const b = points[i + 1] ?? a
  return { x: a.x + (b.x - a.x) * (place - i), y: a.y + (b.y - a.y) * (place - i) }
}

/** From 0 to 1, the same for an edge every time, so that a reload looks the same. */
function phaseOf(edge: MapEdge): number {
  let hash = 7
  for (const letter of edge.id) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return hash / 9973
}
