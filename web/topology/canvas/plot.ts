import cytoscape from 'cytoscape'
import type { ElementChanges } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'
import type { Curve } from './curve.ts'
import { crowd } from './crowd.ts'
import { edgeData, geometry, nodeData } from './element-data.ts'
import type { Emphasis } from './emphasis.ts'
import type { Palette } from './palette.ts'
import type { Scene } from './scene.ts'
import { stylesheet } from './stylesheet.ts'

/** Cytoscape's part of the drawing. Whatever it is told, only elements that look different afterwards are touched. */
export class Plot {
  readonly cy: cytoscape.Core
  #stage: HTMLElement

  constructor(stage: HTMLElement, palette: Palette) {
    this.#stage = stage
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
  }

  restyle(palette: Palette): void {
    this.cy.style(stylesheet(palette))
  }

  draw(before: Scene | null, scene: Scene, changes: ElementChanges): void {
    const { cy } = this
    cy.batch(() => {
      for (const id of changes.removed) cy.getElementById(id).remove()
      cy.add(
        changes.addedNodes.map(node => ({
          group: 'nodes' as const,
          data: nodeData(node),
          position: { ...(scene.positions[node.id] ?? { x: 0, y: 0 }) },
        })),
      )
      cy.add(changes.addedEdges.map(edge => ({ group: 'edges' as const, data: edgeData(scene, edge) })))
      for (const node of changes.changedNodes) cy.getElementById(node.id).data(nodeData(node))
      for (const edge of changes.changedEdges) cy.getElementById(edge.id).data(edgeData(scene, edge))
      if (before) this.#move(before, scene)
      if (before) this.bend(before, scene)
    })
  }

  /** Gives edges their new way. */
  bend(before: Scene, scene: Scene): void {
    this.cy.batch(() => {
      for (const [id, curve] of scene.curves) {
        const was = before.curves.get(id)
        if (was && isSameWay(was, curve)) continue
        this.cy.getElementById(id).data(geometry(scene, id))
      }
    })
  }

  /** In a crowd the hovered neighbourhood is painted above a faded plot instead: no element changes for it. */
  emphasise(scene: Scene, { selected, bright }: Emphasis, isLifted: boolean): void {
    this.#stage.style.opacity = isLifted ? '0.25' : ''
    if (isLifted) return
    const isCrowd = scene.edges.size > crowd
    this.cy.batch(() => {
      this.cy.elements().forEach(element => {
        const id = element.id()
        const isQuiet = isCrowd && isHealthyEnough(scene, id)
        setClass(element, 'selected', selected.has(id))
        setClass(element, 'dim', bright !== null && !bright.has(id))
        setClass(element, 'faint', isQuiet && !bright?.has(id))
      })
    })
  }

  /** The keyboard's ring around a node. */
  ring(id: string | null): void {
    this.cy.batch(() => {
      this.cy.nodes('.focused').removeClass('focused')
      if (id !== null) this.cy.getElementById(id).addClass('focused')
    })
  }

  end(): void {
    this.cy.destroy()
  }

  #move(before: Scene, scene: Scene): void {
    if (before.positions === scene.positions) return
    for (const [id, at] of Object.entries(scene.positions)) {
      const was = before.positions[id]
      if (!was || was.x !== at.x || was.y !== at.y) this.cy.getElementById(id).position({ ...at })
    }
  }
}

/** In a crowd only what fails is worth full colour. */
function isHealthyEnough(scene: Scene, id: string): boolean {
  const edge = scene.edges.get(id)
  return edge !== undefined && edge.tone !== 'failing'
}

/** Cytoscape restyles an element even when it is given a class it has. */
function setClass(element: cytoscape.SingularElementArgument, name: string, isOn: boolean): void {
  if (element.hasClass(name) !== isOn) element.toggleClass(name, isOn)
}

const isSame = (a: Point | undefined, b: Point | undefined) => a?.x === b?.x && a?.y === b?.y

/** Controls are relative to the ends, so a way that only moved as a whole is another way all the same. */
function isSameWay(a: Curve, b: Curve): boolean {
  return (
    isSame(a.from, b.from) &&
    isSame(a.to, b.to) &&
    isSame(a.controls[0], b.controls[0]) &&
    isSame(a.controls[1], b.controls[1])
  )
}
