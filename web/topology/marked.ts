import type { Graph, GraphEdge, GraphNode, Protocol } from '#shared/topology/graph.ts'
import type { EdgeMark, Marks } from './elements.ts'

/** A call between two workloads of which something is said. */
export interface MarkedCall {
  source: { namespace: string; workload: string }
  destination: { namespace: string; workload: string }
  protocol: Protocol
  mark: EdgeMark
}

export interface MarkedGraph {
  graph: Graph
  marks: Marks
  /** Edges that are marked, with their ends. */
  lit: ReadonlySet<string>
  /** Calls whose ends are not on this map. */
  missing: readonly MarkedCall[]
}

const callers = new Set<GraphNode['kind']>(['workload', 'gateway', 'outside', 'waypoint'])

/** A map of workloads with what is said of calls on it. A call that nobody makes just now gets its line all the same. */
export function withMarks(graph: Graph, calls: readonly MarkedCall[]): MarkedGraph {
  const nodes = new Map(
    graph.nodes.flatMap(node =>
      callers.has(node.kind) ? namesOf(node).map(name => [`${node.namespace}/${name}`, node.id] as const) : [],
    ),
  )
  const edges = new Map(graph.edges.map(edge => [edge.id, edge]))
  const marks = new Map<string, EdgeMark>()
  const lit = new Set<string>()
  const missing: MarkedCall[] = []
  for (const call of calls) {
    const source = nodes.get(`${call.source.namespace}/${call.source.workload}`)
    const destination = nodes.get(`${call.destination.namespace}/${call.destination.workload}`)
    if (source === undefined || destination === undefined || source === destination) {
      missing.push(call)
      continue
    }
    const id = `${source}>${destination}:${call.protocol}`
    if (!edges.has(id)) edges.set(id, silent(id, source, destination, call.protocol))
    const before = marks.get(id)
    if (before === undefined || before.rank < call.mark.rank) marks.set(id, call.mark)
    for (const each of [id, source, destination]) lit.add(each)
    const via = edges.get(id)?.via ?? null
    if (via !== null) lit.add(via)
  }
  return { graph: { ...graph, edges: [...edges.values()] }, marks, lit, missing }
}

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
