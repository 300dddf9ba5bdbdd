import type { Graph, GraphNode } from '#shared/topology/graph.ts'

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
