import type { MapWords } from './words.ts'

/** English words for tests of the map; the page brings its own in every language. */
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
