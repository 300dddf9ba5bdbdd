import type { ChoiceField, NumberField, TextField } from './find-field.ts'
import type { Graph, GraphEdge, GraphNode } from './graph.ts'
import { type Flow, type Traffic, trafficOf } from './traffic.ts'

/** What a query may look at beside the node or edge itself. */
export interface FindContext {
  nodes: ReadonlyMap<string, GraphNode>
  /** Made when first asked for. */
  traffic: () => ReadonlyMap<string, Traffic>
}

export function contextOf(graph: Pick<Graph, 'nodes' | 'edges'>): FindContext {
  let traffic: ReadonlyMap<string, Traffic> | null = null
  return {
    nodes: new Map(graph.nodes.map(node => [node.id, node])),
    traffic: () => (traffic ??= trafficOf(graph)),
  }
}

/**
 * What a node says to a field; null: the field is not for nodes, or nobody knows. With a slash in `value`, names are
 * full names (`shop/checkout`).
 */
export function textsOfNode(
  field: TextField | ChoiceField,
  node: GraphNode,
  context: FindContext,
  value: string,
): readonly string[] | null {
  switch (field) {
    case 'name':
      return full(node.namespace, [node.name], value)
    case 'ns':
      return node.namespace === '' ? [] : [node.namespace]
    case 'kind':
      return [node.kind]
    case 'health':
      return [node.health]
    case 'protocol':
      return [...new Set(served(node, context)?.edges.map(edge => edge.protocol))]
    case 'version':
      return node.versions.map(({ version }) => version)
    case 'service':
    case 'workload':
      return full(node.namespace, behind(field, node), value)
    case 'source':
    case 'destination':
      return null
  }
}

/** What an edge has of its own is its own; all else is what either of its ends has. */
export function textsOfEdge(
  field: TextField | ChoiceField,
  edge: GraphEdge,
  context: FindContext,
  value: string,
): readonly string[] | null {
  const ends = (ids: readonly string[], what: TextField | ChoiceField): string[] =>
    ids.flatMap(id => {
      const node = context.nodes.get(id)
      return node === undefined ? [] : (textsOfNode(what, node, context, value) ?? [])
    })
  switch (field) {
    case 'health':
      return [edge.health]
    case 'protocol':
      return [edge.protocol]
    case 'source':
      return ends([edge.source], 'name')
    case 'destination':
      return ends([edge.destination], 'name')
    case 'name':
    case 'ns':
    case 'kind':
    case 'version':
    case 'service':
    case 'workload':
      return ends([edge.source, edge.destination], field)
  }
}

/** Of what the node serves; of what it sends where it serves nothing. Null: nobody knows. */
export function numberOfNode(field: NumberField, node: GraphNode, context: FindContext): number | null {
  if (field === 'pods') return node.pods?.total ?? null
  if (field === 'ready') return node.pods?.ready ?? null
  const side = served(node, context)
  return side === null ? null : numberOfFlow(field, side.flow, side.edges)
}

export function numberOfEdge(field: NumberField, edge: GraphEdge): number | null {
  // Pods are a node's; those of two ends are no number.
  if (field === 'pods' || field === 'ready') return null
  return numberOfFlow(field, edge, [edge])
}

export const isIdleEdge = (edge: GraphEdge): boolean =>
  edge.requestRate === 0 && edge.connectionRate === 0 && edge.byteRate === 0

function numberOfFlow(
  field: Exclude<NumberField, 'pods' | 'ready'>,
  flow: Pick<
    Flow,
    'requestRate' | 'connectionRate' | 'byteRate' | 'errorRatio' | 'deniedRatio' | 'mtlsRatio' | 'meanDuration'
  >,
  edges: readonly GraphEdge[],
): number | null {
  switch (field) {
    // A database has no requests, rather than none per second: `rate < 1` is not about it.
    case 'rate':
      return edges.length > 0 && edges.every(edge => edge.protocol === 'tcp') ? null : flow.requestRate
    case 'connections':
      return edges.length > 0 && edges.every(edge => edge.protocol !== 'tcp') ? null : flow.connectionRate
    case 'bytes':
      return flow.byteRate
    case 'error':
      return flow.errorRatio
    case 'denied':
      return flow.deniedRatio
    case 'mtls':
      return flow.mtlsRatio
    case 'latency':
      return flow.meanDuration
  }
}

function served(node: GraphNode, context: FindContext): { flow: Flow; edges: readonly GraphEdge[] } | null {
  const traffic = context.traffic().get(node.id)
  if (traffic === undefined) return null
  return traffic.edgesIn.every(isIdleEdge)
    ? { flow: traffic.outbound, edges: traffic.edgesOut }
    : { flow: traffic.inbound, edges: traffic.edgesIn }
}

/** The services or workloads a node is or stands with. */
function behind(field: 'service' | 'workload', node: GraphNode): readonly string[] {
  switch (node.kind) {
    case 'service':
    case 'workload':
      return node.kind === field ? [node.name] : node.related
    // Drawn once for both: a Service and the workload behind it.
    case 'gateway':
    case 'waypoint':
    case 'outside':
      return [node.name, ...node.related]
    case 'namespace':
    case 'external':
      return []
  }
}

const full = (namespace: string, names: readonly string[], value: string): readonly string[] =>
  value.includes('/') && namespace !== '' ? names.flatMap(name => [`${namespace}/${name}`, name]) : names
