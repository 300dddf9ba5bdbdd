import type { Protocol } from '#shared/mesh/node.ts'
import type { Hop } from './hops.ts'
import type { Party, Place } from './party.ts'
import { add, emptyTally, type Tally } from './tally.ts'

/** A hop whose ends are known, with what it adds up to. Made once for a reading and folded as often as needed. */
export interface Call {
  hop: Hop
  source: Party
  destination: Party
  via: Party | null
  tally: Tally
  /** Policy refused something there within the window: its 403s are refusals. */
  isRefusing: boolean
}

/** Calls drawn at some level: what belongs to the same two places is one edge. */
export interface Folded {
  nodes: Map<string, FoldedNode>
  edges: Map<string, FoldedEdge>
}

export interface FoldedNode {
  place: Place
  parties: Set<Party>
  /** What it serves, … */
  requests: Tally
  connections: Tally
  served: Call[]
  /** … what it asks of others, … */
  calls: Tally
  asked: Call[]
  /** … and what passes through it. */
  passes: boolean
  /** Requests that arrived, 1/s, by version; the empty text is unknown. */
  versions: Map<string, number>
}

export interface FoldedEdge {
  id: string
  source: string
  destination: string
  protocol: Protocol
  /** Null where its calls take different ways. */
  via: string | null
  tally: Tally
  calls: Call[]
}

export function fold(calls: readonly Call[], placeOf: (party: Party) => Place, versionOf: VersionOf): Folded {
  const nodes = new Map<string, FoldedNode>()
  const edges = new Map<string, FoldedEdge>()
  // A party stands in thousands of calls; its place is looked up once.
  const places = new Map<Party, FoldedNode>()
  const nodeOf = (party: Party): FoldedNode => {
    const known = places.get(party)
    if (known !== undefined) return known
    const place = placeOf(party)
    let node = nodes.get(place.id)
    if (node === undefined) {
      node = emptyNode(place)
      nodes.set(place.id, node)
    }
    node.parties.add(party)
    places.set(party, node)
    return node
  }

  for (const call of calls) {
    const { hop, source, destination, via, tally } = call
    const from = nodeOf(source)
    const to = nodeOf(destination)
    add(hop.protocol === 'tcp' ? to.connections : to.requests, tally)
    add(from.calls, tally)
    to.served.push(call)
    from.asked.push(call)
    if (hop.protocol !== 'tcp')
      for (const part of hop.arrived) {
        const version = versionOf(hop, part)
        to.versions.set(version, (to.versions.get(version) ?? 0) + part.rate)
      }

    const station = via === null ? null : nodeOf(via)
    if (station !== null) station.passes = true
    // A waypoint inside a namespace that is drawn as one is no station on the map.
    const viaId = station === null || station.place.kind !== 'waypoint' ? null : station.place.id
    const id = `${from.place.id}>${to.place.id}:${hop.protocol}`
    const edge = edges.get(id)
    if (edge === undefined)
      edges.set(id, {
        id,
        source: from.place.id,
        destination: to.place.id,
        protocol: hop.protocol,
        via: viaId,
        tally: { ...tally },
        calls: [call],
      })
    else {
      add(edge.tally, tally)
      edge.calls.push(call)
      if (edge.via !== viaId) edge.via = null
    }
  }
  return { nodes, edges }
}

export type VersionOf = (hop: Hop, part: Hop['arrived'][number]) => string

export const emptyNode = (place: Place): FoldedNode => ({
  place,
  parties: new Set(),
  requests: emptyTally(),
  connections: emptyTally(),
  served: [],
  calls: emptyTally(),
  asked: [],
  passes: false,
  versions: new Map(),
})
