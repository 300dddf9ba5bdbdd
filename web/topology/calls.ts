import type { GraphNode } from '#shared/topology/graph.ts'
import { useView } from './view.ts'

const callers = new Set<GraphNode['kind']>(['workload', 'gateway', 'outside', 'waypoint'])

/** Who calls whom into a namespace (empty: into any), workload by workload, by the live map. */
export function useCalls(namespace: string) {
  const { graph } = useView({ level: 'workload', ...(namespace === '' ? {} : { namespaces: namespace }) })
  if (graph === null) return null
  const nodes = new Map(graph.nodes.map(node => [node.id, node]))
  return graph.edges.flatMap(({ source, destination, mtlsRatio }) => {
    const [from, to] = [nodes.get(source), nodes.get(destination)]
    if (from === undefined || to === undefined || !callers.has(from.kind) || !callers.has(to.kind)) return []
    // The world outside has no namespace, and comes in by gateways.
    if (from.namespace === '' || to.namespace === '') return []
    const isMutual = mtlsRatio === null ? null : mtlsRatio === 1
    const end = ({ namespace: place, name }: GraphNode) => ({ namespace: place, workload: name })
    return [{ source: end(from), destination: end(to), isMutual }]
  })
}
