import type { TFunction } from 'i18next'
import type { MapWords } from './canvas/words.ts'

/** The words of the map in the reader's language. */
export const mapWords = (t: TFunction): MapWords => ({
  map: t($ => $.topology.map.name),
  help: t($ => $.topology.map.help),
  zoom: t($ => $.topology.map.zoom),
  zoomIn: t($ => $.topology.map.zoomIn),
  zoomOut: t($ => $.topology.map.zoomOut),
  fit: t($ => $.topology.map.fit),
  zoomTo100: t($ => $.topology.map.zoomTo100),
  refused: t($ => $.topology.map.refused),
  allRefused: t($ => $.topology.map.allRefused),
  sidecars: t($ => $.topology.map.sidecars),
  ambient: t($ => $.topology.map.ambient),
  waypoint: t($ => $.topology.map.waypoint),
  noProxies: t($ => $.topology.map.noProxies),
  mixed: t($ => $.topology.map.mixed),
  closed: t($ => $.topology.map.closed),
  egress: t($ => $.topology.map.egress),
  health: {
    healthy: t($ => $.topology.health.healthy),
    degraded: t($ => $.topology.health.degraded),
    failing: t($ => $.topology.health.failing),
    unknown: t($ => $.topology.health.unknown),
  },
  kind: {
    namespace: t($ => $.topology.kind.namespace),
    gateway: t($ => $.topology.kind.gateway),
    service: t($ => $.topology.kind.service),
    workload: t($ => $.topology.kind.workload),
    waypoint: t($ => $.topology.kind.waypoint),
    external: t($ => $.topology.kind.external),
    outside: t($ => $.topology.kind.outside),
  },
  node: (name, kind, health, into, out) => t($ => $.topology.map.node, { name, kind, health, into, out }),
  summary: (nodes, edges, failing) =>
    failing.length === 0
      ? t($ => $.topology.map.summary, { nodes, edges })
      : t($ => $.topology.map.summaryFailing, { nodes, edges, names: failing.join(', ') }),
})
