import type { Graph } from '#shared/topology/graph.ts'
import { diffElements, type MapEdge, type MapElements, type Marks, toElements } from '#web/topology/elements.ts'
import type { LayoutInput, Placement } from '#web/topology/layout/layout.ts'
import { placeNew } from '#web/topology/layout/add.ts'
import type { Lens } from '#web/topology/lens.ts'
import { Arranger } from './arranger.ts'
import type { Drawing } from './drawing.ts'
import { forgetPlaces, recallPlaces, rememberPlaces } from './places.ts'
import { type Scene, toScene } from './scene.ts'
import type { MapWords } from './words.ts'

/** What the map is told to show. */
export interface Shown {
  graph: Graph
  lens: Lens
  hidden: ReadonlySet<string>
  marks?: Marks | null
  /** Names the view whose places are kept: level and scope. */
  view: string
  words: MapWords
}

/** How many elements a call to `show` touched. */
export interface Touched {
  added: number
  removed: number
  changed: number
}

const nothing: MapElements = { nodes: [], edges: [] }
/** With more newcomers than this part of all nodes, the old picture is no help: a full layout. */
const newcomers = 0.3

/**
 * Keeps the drawing in step with the graph: which elements there are, where they are, and where they stay. Places are
 * found by the worker for a new view and kept from then on; newcomers are fitted in without moving anything.
 */
export class MapView {
  readonly drawing: Drawing
  #arranger = new Arranger()
  #elements: MapElements = nothing
  #placement: Placement | null = null
  #shown: Shown | null = null
  #wanted: Shown | null = null
  #asked = 0
  #onTrouble: (reason: Error) => void

  constructor(drawing: Drawing, onTrouble: (reason: Error) => void) {
    this.drawing = drawing
    this.#onTrouble = onTrouble
    drawing.onMoved = () => this.#remember()
  }

  get scene(): Scene | null {
    return this.drawing.scene
  }

  show(shown: Shown): Touched {
    const elements = toElements(shown.graph, shown.lens, shown.hidden, shown.words, shown.marks)
    const isOther = this.#wanted?.view !== shown.view
    this.#wanted = shown
    if (isOther) {
      this.#placement = null
      this.#asked += 1
    }
    const known = this.#placement ?? (isOther ? recallPlaces(shown.view) : null)
    const missing = known ? elements.nodes.filter(node => !known.positions[node.id]).length : elements.nodes.length
    if (known && missing <= Math.max(3, elements.nodes.length * newcomers)) {
      const placement =
        missing === 0 ? known : { ...mergePlaces(known, placeNew(inputOf(elements, this.drawing.aspect), known)) }
      return this.#draw(shown, elements, placement, isOther)
    }
    if (elements.nodes.length > 0) this.#arrange(shown.view)
    else return this.#draw(shown, elements, { positions: {}, regions: {} }, true)
    return { added: 0, removed: 0, changed: 0 }
  }

  /** A full layout of what is shown, as for a new view; moved nodes lose their places. */
  relayout(): void {
    if (!this.#wanted) return
    forgetPlaces(this.#wanted.view)
    this.#arrange(this.#wanted.view)
  }

  end(): void {
    this.#asked += 1
    this.#arranger.end()
    this.drawing.end()
  }

  #arrange(view: string): void {
    const wanted = this.#wanted
    if (!wanted) return
    this.#asked += 1
    const asked = this.#asked
    // Places do not depend on the lens.
    const elements = toElements(wanted.graph, 'traffic', wanted.hidden, wanted.words, wanted.marks)
    this.#arranger.arrange(inputOf(elements, this.drawing.aspect)).then(
      placement => this.#arranged(asked, view, placement),
      (reason: Error) => {
        if (asked !== this.#asked) return
        // Without a worker the page lays out by itself: slower for a moment, but a map.
        this.#onTrouble(reason)
        void import('#web/topology/layout/layout.ts')
          .then(({ layout }) => layout(inputOf(elements, this.drawing.aspect)))
          .then(placement => this.#arranged(asked, view, placement), this.#onTrouble)
      },
    )
  }

  #arranged(asked: number, view: string, placement: Placement): void {
    const wanted = this.#wanted
    if (asked !== this.#asked || !wanted || wanted.view !== view) return
    const elements = toElements(wanted.graph, wanted.lens, wanted.hidden, wanted.words, wanted.marks)
    const isWhole = elements.nodes.every(node => placement.positions[node.id])
    const whole = isWhole ? placement : placeNew(inputOf(elements, this.drawing.aspect), placement)
    this.#draw(wanted, elements, whole, true)
  }

  #draw(shown: Shown, elements: MapElements, placement: Placement, isFresh: boolean): Touched {
    this.#placement = placement
    this.#shown = shown
    const changes = diffElements(this.#elements, elements)
    this.#elements = elements
    const scene = toScene(
      { elements, placement, namespaces: shown.graph.namespaces, words: shown.words },
      isFresh ? null : (this.scene?.labels ?? null),
    )
    this.drawing.draw(scene, changes, isFresh)
    this.#remember()
    return {
      added: changes.addedNodes.length + changes.addedEdges.length,
      removed: changes.removed.length,
      changed: changes.changedNodes.length + changes.changedEdges.length,
    }
  }

  /** Dragged nodes are moved in the placement itself, so it is always what is on screen. */
  #remember(): void {
    if (this.#shown && this.#placement) rememberPlaces(this.#shown.view, this.#placement)
  }
}

/** Places of hidden nodes are kept for their return. */
function mergePlaces(old: Placement, more: Placement): Placement {
  return { positions: { ...old.positions, ...more.positions }, regions: { ...old.regions, ...more.regions } }
}

/** Pixels between the centres of an edge's ends that let its label breathe: about 6 a letter, lock, bodies and head. */
function roomFor(edge: MapEdge, isWide: boolean): number {
  if (isWide) return Math.min(180, edge.text.length * 6 + 12 + 54 + 30)
  // Between small bodies there is room for a rate; what says more is trouble.
  return edge.isGlowing || edge.isTold ? Math.min(132, edge.text.length * 6 + 12 + 34 + 24) : 0
}

function inputOf(elements: MapElements, aspect: number): LayoutInput {
  const wide = new Set(elements.nodes.filter(node => node.kind === 'namespace').map(node => node.id))
  return {
    nodes: elements.nodes.map(({ id, kind, namespace }) => ({ id, kind, namespace })),
    edges: elements.edges.map(edge => ({
      source: edge.source,
      destination: edge.destination,
      weight: 1 + edge.step * 0.4,
      room: roomFor(edge, wide.has(edge.source) && wide.has(edge.destination)),
    })),
    aspect,
  }
}
