import type { Graph, GraphNode, NodeKind } from '#shared/topology/graph.ts'

/** What is selected, for who offers to change it. */
export interface Subject {
  on: 'service' | 'workload' | 'namespace' | 'edge'
  target: {
    namespace: string
    service?: string
    workload?: string
    source?: { namespace: string; workload: string }
  }
  isVersioned: boolean
}

/** Null: nothing of the cluster's own (a host outside, a gateway, a caller without a proxy). */
export function subjectOf({ nodes, edges }: Graph, id: string): Subject | null {
  const edge = edges.find(each => each.id === id)
  const node = nodes.find(each => each.id === (edge === undefined ? id : edge.destination))
  if (node === undefined) return null
  const own = ofNode(node)
  if (edge === undefined || own === null || own.on === 'namespace') return edge === undefined ? own : null
  const source = nodes.find(each => each.id === edge.source)
  const workload =
    source?.kind === 'service' ? source.related[0] : source?.kind === 'workload' ? source.name : undefined
  return {
    ...own,
    on: 'edge',
    target: {
      ...own.target,
      ...(source === undefined || workload === undefined ? {} : { source: { namespace: source.namespace, workload } }),
    },
  }
}

function ofNode({ kind, namespace, name, related, versions }: GraphNode): Subject | null {
  switch (kind) {
    case 'service':
      return { on: 'service', target: { namespace, service: name }, isVersioned: versions.length > 1 }
    case 'workload': {
      const [service] = related
      const target = { namespace, workload: name, ...(service === undefined ? {} : { service }) }
      return { on: 'workload', target, isVersioned: versions.length > 1 }
    }
    case 'namespace':
      return { on: 'namespace', target: { namespace: name }, isVersioned: false }
    case 'gateway':
    case 'waypoint':
    case 'external':
    case 'outside':
      return null
  }
}

/** A place of the mesh, with what stands before it and behind it. */
export interface Place {
  kind: NodeKind
  namespace: string
  name: string
  services: readonly string[]
  workloads: readonly string[]
}

/** What is looked at, for the rooms that know more of it: a node, or where an edge leads and who calls there. */
export interface Trail {
  to: Place
  /** Null for a node, and where nobody can say who calls. */
  from: Place | null
  isEdge: boolean
  isTcp: boolean
  /** A policy refuses some of the calls. */
  isRefused: boolean
  /** Null: nothing of it can be changed here. */
  subject: Subject | null
}

/** Null: it is not in this picture. */
export function trailOf(graph: Graph, id: string): Trail | null {
  const edge = graph.edges.find(each => each.id === id)
  const place = (wanted: string) => {
    const node = graph.nodes.find(each => each.id === wanted)
    return node === undefined ? null : placeOf(node)
  }
  const to = place(edge?.destination ?? id)
  if (to === null) return null
  return {
    to,
    from: edge === undefined ? null : place(edge.source),
    isEdge: edge !== undefined,
    isTcp: edge?.protocol === 'tcp',
    isRefused: (edge?.deniedRatio ?? 0) > 0,
    subject: subjectOf(graph, id),
  }
}

function placeOf({ kind, namespace, name, related }: GraphNode): Place {
  const place = { kind, namespace, name, services: [], workloads: [] }
  switch (kind) {
    case 'service':
      return { ...place, services: [name], workloads: related }
    case 'workload':
    case 'outside':
    case 'waypoint':
      return { ...place, services: related, workloads: [name] }
    case 'gateway':
      // A Gateway's Deployment is called as its Service (Istio documentation, "Gateway API", "Automated Deployment").
      return { ...place, services: related, workloads: related.length === 0 ? [name] : related }
    case 'namespace':
    case 'external':
      return place
  }
}
