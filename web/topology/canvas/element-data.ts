import type { MapEdge, MapNode } from '#web/topology/elements.ts'
import type { Point } from '#web/topology/layout/measure.ts'
import { relativeControls } from './curve.ts'
import type { Scene } from './scene.ts'
import type { EdgeData, NodeData } from './stylesheet.ts'

/** Map elements as Cytoscape carries them. */
export const nodeData = ({ id, kind, health, icon, split }: MapNode): NodeData => ({ id, kind, health, icon, split })

export function edgeData(scene: Scene, edge: MapEdge): EdgeData {
  return {
    id: edge.id,
    source: edge.source,
    target: edge.destination,
    protocol: edge.protocol,
    tone: edge.tone,
    step: edge.step,
    isGlowing: edge.isGlowing,
    dash: edge.dash ?? '',
    ...geometry(scene, edge.id),
  }
}

export type Geometry = Pick<EdgeData, 'fromDoor' | 'toDoor' | 'weights' | 'distances'>

export function geometry(scene: Scene, id: string): Geometry {
  const ports = scene.ports.get(id)
  const curve = scene.curves.get(id)
  const door = (at: Point | undefined) => `${at?.x ?? 0}px ${at?.y ?? 0}px`
  const { weights, distances } = curve ? relativeControls(curve) : { weights: [], distances: [] }
  return {
    fromDoor: door(ports?.from),
    toDoor: door(ports?.to),
    weights: weights.join(' '),
    distances: distances.map(distance => `${distance}px`).join(' '),
  }
}
