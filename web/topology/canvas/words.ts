import type { Health } from '#shared/mesh/health.ts'
import type { NodeKind } from '#shared/topology/graph.ts'

/** Every word the map says. The page passes them in the reader's language. */
export interface MapWords {
  /** Name of the map for a screen reader, and how to use it by keyboard. */
  map: string
  help: string
  zoom: string
  zoomIn: string
  zoomOut: string
  fit: string
  zoomTo100: string
  /** On edges: `1.2/s · all refused`, `12 % refused`. */
  refused: string
  allRefused: string
  /** On regions. */
  sidecars: string
  ambient: string
  waypoint: string
  noProxies: string
  mixed: string
  closed: string
  egress: string
  health: Record<Health, string>
  kind: Record<NodeKind, string>
  /** Said when a node gets the focus: name, kind, health, edges in and out. */
  node(name: string, kind: string, health: string, into: number, out: number): string
  /** Said of the whole map. */
  summary(nodes: number, edges: number, failing: readonly string[]): string
}
