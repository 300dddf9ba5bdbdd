import type { GraphNamespace } from '#shared/topology/graph.ts'
import type { MapEdge, MapElements, MapNode } from '#web/topology/elements.ts'
import type { Placement } from '#web/topology/layout/layout.ts'
import { around, type Point, type Rect, reach } from '#web/topology/layout/measure.ts'
import { type Curve, pointAt } from './curve.ts'
import { type Labels, placeLabels } from './labels.ts'
import { type Ports, portsOf } from './ports.ts'
import { type Region, regionsOf, titleBox } from './regions.ts'
import { route } from './route.ts'
import type { MapWords } from './words.ts'

/** Everything that is drawn and where, in map coordinates: what the canvases and the SVG export share. */
export interface Scene {
  nodes: Map<string, MapNode>
  edges: Map<string, MapEdge>
  positions: Record<string, Point>
  regionOf: Record<string, string>
  ports: Map<string, Ports>
  curves: Map<string, Curve>
  regions: Region[]
  labels: Labels
}

export interface SceneInput {
  elements: MapElements
  placement: Placement
  namespaces: readonly GraphNamespace[]
  words: MapWords
}

/** From this many edges on, edges that run back take no loops. */
const denseEdges = 90

export function toScene({ elements, placement, namespaces, words }: SceneInput, labels: Labels | null): Scene {
  const nodes = new Map(elements.nodes.map(node => [node.id, node]))
  const { positions, regions: regionOf } = placement
  const ports = portsOf(nodes, elements.edges, positions, elements.edges.length > denseEdges)
  const regions = regionsOf(elements.nodes, positions, regionOf, namespaces, words)
  return {
    nodes,
    edges: new Map(elements.edges.map(edge => [edge.id, edge])),
    positions,
    regionOf,
    ports,
    curves: route(elements.edges, ports, positions, regions.map(titleBox)),
    regions,
    labels: labels ?? { edges: new Map(), names: new Map() },
  }
}

/** The same scene after a node was moved in its positions: ways and boxes follow. */
export function moved(scene: Scene): Scene {
  const edges = [...scene.edges.values()]
  const ports = portsOf(scene.nodes, edges, scene.positions, edges.length > denseEdges)
  const regions = boxesAgain(scene)
  return { ...scene, ports, curves: route(edges, ports, scene.positions, regions.map(titleBox)), regions }
}

function boxesAgain(scene: Scene): Region[] {
  const members = Map.groupBy(scene.nodes.keys(), id => scene.regionOf[id])
  return scene.regions.map(region => ({
    ...region,
    box: around((members.get(region.id) ?? []).flatMap(id => scene.positions[id] ?? [])),
  }))
}

export function labelled(
  scene: Scene,
  zoom: number,
  wanted: ReadonlySet<string>,
  /** Only these are told, where some are lifted out of a crowd. */
  only: ReadonlySet<string> | null,
  measure: (text: string, font: 'label' | 'strong' | 'name') => number,
): Labels {
  return placeLabels({
    nodes: [...scene.nodes.values()].filter(node => only === null || only.has(node.id)),
    edges: [...scene.edges.values()].filter(edge => only === null || only.has(edge.id)),
    curves: scene.curves,
    positions: scene.positions,
    regions: scene.regions,
    zoom,
    measure,
    wanted,
    before: scene.labels,
  })
}

/** The whole drawing, regions, names and loops included. */
export function boundsOf(scene: Scene): Rect {
  let left = Infinity
  let top = Infinity
  let right = -Infinity
  let bottom = -Infinity
  const add = (x: number, y: number) => {
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  for (const id of scene.nodes.keys()) {
    const at = scene.positions[id]
    if (!at) continue
    add(at.x - reach.side - 14, at.y - reach.top)
    add(at.x + reach.side + 14, at.y + reach.bottom)
  }
  for (const { box } of scene.regions) {
    add(box.x, box.y)
    add(box.x + box.width, box.y + box.height)
  }
  for (const curve of scene.curves.values())
    for (const t of [0.25, 0.5, 0.75]) {
      const at = pointAt(curve, t)
      add(at.x - 6, at.y - 6)
      add(at.x + 6, at.y + 6)
    }
  if (left === Infinity) return { x: -100, y: -100, width: 200, height: 200 }
  return { x: left, y: top, width: right - left, height: bottom - top }
}
