import type { Graph, GraphEdge, GraphNode, Protocol } from '#shared/topology/graph.ts'
import type { EdgeMark, Marks } from './elements.ts'

/** Of the marks of one line the highest is drawn. */
export type RankedMark = EdgeMark & { rank: number }

/** A call between two workloads, or on a map of services two services, of which something is said. */
export interface MarkedCall {
  source: { namespace: string; workload: string }
  destination: { namespace: string; workload: string }
  /** Null: whichever runs between them. */
  protocol: Protocol | null
  mark: RankedMark
}

export interface MarkedGraph<Call extends MarkedCall> {
  graph: Graph
  marks: Marks
  /** Edges that are marked, with their ends. */
  lit: ReadonlySet<string>
  /** The call that is drawn on an edge, and the one that weighs most of those that arrive at a node. */
  callOf: ReadonlyMap<string, Call>
  /** Calls whose ends are not on this map. */
  missing: readonly Call[]
}

const kindsOf = {
  workload: new Set<GraphNode['kind']>(['workload', 'gateway', 'outside', 'waypoint']),
  service: new Set<GraphNode['kind']>(['service', 'gateway', 'outside', 'waypoint', 'external']),
} as const

/** A map with what is said of calls on it. A call that nobody makes just now gets its line all the same. */
export function withMarks<Call extends MarkedCall>(
  graph: Graph,
  calls: readonly Call[],
  level: 'workload' | 'service' = 'workload',
): MarkedGraph<Call> {
  const nodes = new Map(
    graph.nodes.flatMap(node =>
      kindsOf[level].has(node.kind) ? namesOf(node).map(name => [`${node.namespace}/${name}`, node] as const) : [],
    ),
  )
  const edges = new Map(graph.edges.map(edge => [edge.id, edge]))
  const marks = new Map<string, RankedMark>()
  const callOf = new Map<string, Call>()
  const lit = new Set<string>()
  const missing: Call[] = []
  const heaviest = (id: string, call: Call): boolean => {
    const before = callOf.get(id)
    if (before !== undefined && before.mark.rank >= call.mark.rank) return false
    callOf.set(id, call)
    return true
  }
  for (const call of calls) {
    const source = nodes.get(`${call.source.namespace}/${call.source.workload}`)
    const destination = nodes.get(`${call.destination.namespace}/${call.destination.workload}`)
    if (source === undefined || destination === undefined || source === destination) {
      missing.push(call)
      continue
    }
    const found = edgesOf(call, source, destination, edges)
    for (const edge of found) {
      edges.set(edge.id, edge)
      if (heaviest(edge.id, call)) marks.set(edge.id, call.mark)
      for (const each of [edge.id, edge.source, edge.destination]) lit.add(each)
      if (edge.via !== null) lit.add(edge.via)
    }
    heaviest(destination.id, call)
  }
  const ofLine = (ids: readonly string[]) =>
    ids.flatMap(id => marks.get(id) ?? []).toSorted((a, b) => b.rank - a.rank)[0]
  return { graph: { ...graph, edges: [...edges.values()] }, marks: { ofLine }, lit, callOf, missing }
}

/** The edges that a call goes along: before and after a waypoint those that pass it. */
function edgesOf(
  { protocol }: MarkedCall,
  source: GraphNode,
  destination: GraphNode,
  edges: ReadonlyMap<string, GraphEdge>,
): GraphEdge[] {
  const idOf = (each: Protocol) => `${source.id}>${destination.id}:${each}`
  const own = (protocol === null ? protocols : [protocol]).flatMap(each => edges.get(idOf(each)) ?? [])
  if (own.length > 0) return own
  const isPassing = source.kind === 'waypoint' || destination.kind === 'waypoint'
  const passing = !isPassing
    ? []
    : [...edges.values()].filter(
        edge =>
          (edge.source === source.id && edge.via === destination.id) ||
          (edge.via === source.id && edge.destination === destination.id),
      )
  const fresh = protocol ?? 'http'
  return passing.length > 0 ? passing : [silent(idOf(fresh), source.id, destination.id, fresh)]
}
const protocols: readonly Protocol[] = ['http', 'grpc', 'tcp']

/** A Gateway runs as a Deployment of its name and its class (Istio documentation, "Gateway API", "Automated Deployment"). */
const namesOf = ({ kind, name }: GraphNode): string[] => (kind === 'gateway' ? [`${name}-istio`, name] : [name])

const silent = (id: string, source: string, destination: string, protocol: Protocol): GraphEdge => ({
  id,
  source,
  destination,
  protocol,
  via: null,
  requestRate: 0,
  connectionRate: 0,
  byteRate: 0,
  errorRatio: null,
  clientErrorRatio: null,
  deniedRatio: null,
  mtlsRatio: null,
  meanDuration: null,
  health: 'unknown',
  reason: null,
})
