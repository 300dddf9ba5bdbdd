import type { Health } from '#shared/mesh/health.ts'
import type { NodeKind } from '#shared/topology/graph.ts'

/** Every word the map says. The page passes them in the reader's language; these are the English ones. */
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

export const englishWords: MapWords = {
  map: 'Map of the mesh',
  help: 'Arrow keys walk along the edges: right to the busiest call, left to the busiest caller, up and down to its neighbours. Enter selects, Escape clears, plus and minus zoom, 0 fits.',
  zoom: 'Zoom',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  fit: 'Fit the map',
  zoomTo100: 'Zoom to 100 %',
  refused: 'refused',
  allRefused: 'all refused',
  sidecars: 'sidecars',
  ambient: 'ambient',
  waypoint: 'waypoint',
  noProxies: 'no proxies',
  mixed: 'sidecars and ambient',
  closed: 'closed',
  egress: 'egress',
  health: { healthy: 'healthy', degraded: 'degraded', failing: 'failing', unknown: 'health unknown' },
  kind: {
    namespace: 'namespace',
    gateway: 'gateway',
    service: 'service',
    workload: 'workload',
    waypoint: 'waypoint',
    external: 'external host',
    outside: 'outside the mesh',
  },
  node: (name, kind, health, into, out) => `${name}, ${kind}, ${health}, ${into} in, ${out} out`,
  summary: (nodes, edges, failing) =>
    `${nodes} nodes, ${edges} edges.${failing.length > 0 ? ` Failing: ${failing.join(', ')}.` : ''}`,
}
