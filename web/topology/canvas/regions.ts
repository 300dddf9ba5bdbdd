import type { GraphNamespace } from '#shared/topology/graph.ts'
import type { MapNode } from '#web/topology/elements.ts'
import { around, type Point, type Rect } from '#web/topology/layout/measure.ts'
import type { MapWords } from './words.ts'

/** A namespace as drawn beneath its members. */
export interface Region {
  id: string
  namespace: string
  box: Rect
  /** `mTLS STRICT · sidecars`. */
  mode: string
  /** Nothing there has a proxy. */
  isOutside: boolean
}

export function regionsOf(
  nodes: readonly MapNode[],
  positions: Readonly<Record<string, Point>>,
  regionOf: Readonly<Record<string, string>>,
  namespaces: readonly GraphNamespace[],
  words: MapWords,
): Region[] {
  const known = new Map(namespaces.map(namespace => [namespace.name, namespace]))
  const members = Map.groupBy(
    nodes.filter(node => regionOf[node.id] !== undefined && positions[node.id] !== undefined),
    node => regionOf[node.id] ?? '',
  )
  return [...members].map(([id, list]) => {
    const name = list[0]?.namespace ?? id
    const namespace = known.get(name)
    const isEgress = id.endsWith('#egress')
    return {
      id,
      namespace: name,
      box: around(list.map(node => positions[node.id] ?? { x: 0, y: 0 })),
      mode: isEgress ? words.egress : namespace ? modeOf(namespace, list, words) : '',
      isOutside: namespace?.dataPlane === 'none' && list.every(node => node.kind === 'outside' || node.isAlone),
    }
  })
}

/** What a reader should know about a namespace, in two words: how strict, and by what means. */
function modeOf(namespace: GraphNamespace, members: readonly MapNode[], words: MapWords): string {
  if (namespace.dataPlane === 'none') return words.noProxies
  // Gateways are proxies themselves: nothing to add.
  if (members.every(node => node.kind === 'gateway')) return ''
  const isAmbient = namespace.dataPlane === 'ambient'
  const strict = namespace.mtlsMode === 'STRICT' || namespace.mtlsMode === 'DISABLE' ? namespace.mtlsMode : null
  const means = isAmbient
    ? words.ambient
    : namespace.dataPlane === 'mixed'
      ? words.mixed
      : namespace.dataPlane === 'sidecar'
        ? words.sidecars
        : ''
  const parts = namespace.isClosed
    ? [strict ?? means, words.closed]
    : isAmbient && namespace.hasWaypoint
      ? [strict ?? '', means, words.waypoint]
      : [strict === null ? '' : `mTLS ${strict}`, means]
  return parts.filter(part => part !== '').join(' · ')
}

/** About the ground the title of a region covers; exact widths need a font, and ways need not be exact. */
export function titleBox({ box, namespace, mode }: Region): Rect {
  const name = namespace.length * 7 + 4
  const whole = name + 8 + mode.length * 5.6
  const isOneLine = whole <= box.width - 20
  return {
    x: box.x + 8,
    y: box.y + 5,
    width: Math.min(box.width - 12, isOneLine ? whole + 6 : Math.max(name, mode.length * 5.6)),
    height: isOneLine || mode === '' ? 18 : 30,
  }
}

/** The region whose title band (its upper 30 px) is at a point. */
export function titleAt(regions: readonly Region[], at: Point): Region | undefined {
  return regions.find(({ box }) => at.x >= box.x && at.x <= box.x + box.width && at.y >= box.y && at.y <= box.y + 30)
}
