import { type Router, serve } from '#bff/http/serve.ts'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import { explainEmpty, readDetail, readGraph } from '#shared/topology/api.ts'
import { readDetailOf } from './detail.ts'
import { explain } from './empty.ts'
import { inventoryOf } from './inventory.ts'
import { type Deps, readTopology } from './read.ts'

/** The map's endpoints: the graph, what a selection shows, why there is nothing to draw, the namespaces. */
export function topologyRoutes(router: Router, deps: Deps): void {
  serve(router, readGraph, ({ query }, signal) => readTopology(query, deps, signal))
  serve(router, readDetail, ({ query }, signal) => readDetailOf(query, deps, signal))
  serve(router, explainEmpty, ({ query }, signal) => explain(query, deps, signal))
  serve(router, listNamespaces, () => namespaces(deps))
}

function namespaces({ sources: { kubernetes } }: Deps) {
  const objects = kubernetes.objects()
  const cluster = kubernetes.cluster()
  if (objects === null) return { cluster, namespaces: [] }
  const facts = inventoryOf(objects).namespaces
  const pods = Map.groupBy(objects.pods, pod => pod.namespace)
  return {
    cluster,
    namespaces: objects.namespaces
      .map(({ name }) => ({
        name,
        pods: pods.get(name)?.length ?? 0,
        dataPlane: facts.get(name)?.dataPlane ?? ('unknown' as const),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
