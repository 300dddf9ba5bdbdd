import type cytoscape from 'cytoscape'
import { titleAt } from './regions.ts'
import type { Scene } from './scene.ts'

/** What hands do on the map. Ids are those of the Graph, but for `onHover`. */
export interface Hands {
  onSelect(id: string | null): void
  onEnter(namespace: string): void
  onHover(id: string | null): void
  onDrag(id: string, at: { x: number; y: number }): void
  onDrop(): void
}

/** Turns Cytoscape's events into what they mean here. Ends with the Cytoscape instance. */
export function listen(cy: cytoscape.Core, sceneNow: () => Scene | null, hands: Hands): void {
  const cursor = (name: string) => {
    const container = cy.container()
    if (container) container.style.cursor = name
  }
  const idOf = (event: cytoscape.EventObject) => (event.target as cytoscape.SingularElementArgument).id()
  cy.on('tap', 'node', event => hands.onSelect(idOf(event)))
  cy.on('tap', 'edge', event => {
    const edge = sceneNow()?.edges.get(idOf(event))
    if (edge) hands.onSelect(edge.edgeIds[0] ?? edge.id)
  })
  cy.on('tap', event => {
    if (event.target === cy) hands.onSelect(null)
  })
  cy.on('dbltap', 'node', event => {
    const node = sceneNow()?.nodes.get(idOf(event))
    if (node?.kind === 'namespace') hands.onEnter(node.name)
  })
  cy.on('dbltap', event => {
    const region = event.target === cy ? titleAt(sceneNow()?.regions ?? [], event.position) : undefined
    if (region) hands.onEnter(region.namespace)
  })
  cy.on('mouseover', 'node, edge', event => {
    cursor('pointer')
    hands.onHover(idOf(event))
  })
  cy.on('mouseout', 'node, edge', () => {
    cursor('')
    hands.onHover(null)
  })
  cy.on('mousemove', event => {
    if (event.target === cy) cursor(titleAt(sceneNow()?.regions ?? [], event.position) ? 'pointer' : '')
  })
  cy.on('drag', 'node', event => {
    const node = event.target as cytoscape.NodeSingular
    hands.onDrag(node.id(), node.position())
  })
  cy.on('dragfree', 'node', () => hands.onDrop())
}
