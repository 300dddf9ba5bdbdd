import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { listNamespaces } from '#shared/mesh/namespace.ts'
import { readDetail, readGraph, type TopologyQuery } from '#shared/topology/api.ts'
import { othersId } from '#shared/topology/graph.ts'
import { cut } from './cut.ts'
import { readDetailOf } from './detail.ts'
import { inventoryOf } from '#bff/mesh/inventory.ts'
import { type Deps, readTopology, sightOf } from './read.ts'
import { namespacesOfEnds } from '#bff/mesh/selection.ts'
import { isSeen, openSight, type Sight } from '#bff/http/sight.ts'

/** The map's endpoints: the graph, what a selection shows, the namespaces. */
export function topologyRoutes(router: Router, deps: Deps): void {
  const { seers = openSight } = deps
  serve(router, readGraph, async ({ query }, signal, caller) => {
    const graph = await readTopology(query, deps, signal)
    return cut(graph, await sightOf(seers, caller(), graph))
  })
  serve(router, readDetail, async ({ query }, signal, caller) => {
    const ends = namespacesOfEnds(query.id)
    const sight = await seers.of(caller(), [...new Set([...ends, ...known(deps)])])
    if (query.id.includes(othersId))
      throw new HttpProblem(403, `These are calls of namespaces that ${caller()} may not see: nothing more is told.`)
    // Nobody learns that there is something they may not see.
    if (ends.some(name => !isSeen(sight, name)) || (ends.length === 0 && sight !== 'everything' && isEmptyScope(query)))
      throw new HttpProblem(404, `There is nothing of this name that ${caller()} may see.`)
    return readDetailOf(query, deps, signal, sight)
  })
  serve(router, listNamespaces, async (_, _signal, caller) => namespaces(deps, await seers.of(caller(), known(deps))))
}

/** Namespaces that exist, as far as Kubernetes has told. */
const known = ({ sources }: Deps): string[] => sources.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []

const isEmptyScope = ({ namespaces: chosen }: TopologyQuery): boolean => chosen.length === 0

function namespaces({ sources: { kubernetes } }: Deps, sight: Sight) {
  const objects = kubernetes.objects()
  const cluster = kubernetes.cluster()
  if (objects === null) return { cluster, namespaces: [] }
  const facts = inventoryOf(objects).namespaces
  const pods = Map.groupBy(objects.pods, pod => pod.namespace)
  return {
    cluster,
    namespaces: objects.namespaces
      .filter(({ name }) => isSeen(sight, name))
      .map(({ name }) => ({
        name,
        pods: pods.get(name)?.length ?? 0,
        dataPlane: facts.get(name)?.dataPlane ?? ('unknown' as const),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}
