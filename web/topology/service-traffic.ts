import { useView } from './view.ts'

/** What goes to one service now, by version and by caller: read from the live map of its namespace. */
export function useServiceTraffic(namespace: string, service: string) {
  const { graph } = useView({ level: 'service', namespaces: namespace })
  const id = `service:${namespace}/${service}`
  const node = graph?.nodes.find(each => each.id === id)
  if (graph === null || node === undefined) return null
  const edges = graph.edges.filter(edge => edge.destination === id && edge.protocol !== 'tcp')
  const requestRate = edges.reduce((sum, edge) => sum + edge.requestRate, 0)
  const errors = edges.reduce((sum, edge) => sum + edge.requestRate * (edge.errorRatio ?? 0), 0)
  const names = new Map(graph.nodes.map(each => [each.id, each]))
  return {
    requestRate,
    errorRatio: requestRate === 0 ? null : errors / requestRate,
    versions: node.versions.map(({ version, requestRate: rate, pods }) => ({ version, requestRate: rate, pods })),
    callers: edges
      .map(edge => ({ name: names.get(edge.source)?.name ?? edge.source, requestRate: edge.requestRate }))
      .toSorted((a, b) => b.requestRate - a.requestRate),
  }
}
