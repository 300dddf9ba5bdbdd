import type { Prometheus, Sources } from '#bff/sources/source.ts'
import type { TopologyQuery } from '#shared/topology/api.ts'
import type { Graph } from '#shared/topology/graph.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { collect } from './collect.ts'
import { namespacesIn } from './cut.ts'
import { defaultWindow, graphQueries } from '#bff/mesh/queries.ts'
import { readAll } from '#bff/mesh/read-all.ts'
import type { HealthRules } from '#bff/mesh/health/rules.ts'
import type { Sinces } from '#bff/mesh/health/since.ts'
import type { Seers, Sight } from '#bff/http/sight.ts'

/** What the map is read with. */
export interface Deps {
  sources: Pick<Sources, 'prometheus' | 'kubernetes'>
  now: () => EpochMilliseconds
  rules?: HealthRules
  sinces?: Sinces
  /** Who may see which namespaces; absent: everybody sees everything. */
  seers?: Seers
}

/** A moment this close is now: what Kubernetes says still holds. */
const nowIsh = 60_000

/**
 * Reads the graph of one scope at one moment. Throws SourceError when Prometheus fails; without Kubernetes the graph
 * comes all the same and says what is missing.
 */
export async function readTopology(query: TopologyQuery, deps: Deps, signal?: AbortSignal): Promise<Graph> {
  const { prometheus, kubernetes } = deps.sources
  const now = deps.now()
  const at = query.at ?? now
  const window = query.window ?? defaultWindow((await prometheus.scrapeInterval(signal)).interval)
  const queries = graphQueries(query.namespaces, window)
  const readings = await readAll(prometheus, queries, at, signal)
  const objects = kubernetes.objects()
  const isPast = at < now - nowIsh
  const partial: string[] = []
  if (objects === null) partial.push(withoutKubernetes(kubernetes.state().because))
  else if (isPast)
    partial.push('Kubernetes keeps no past: pods and idle workloads are missing, policies are those of now.')
  return collect(query, {
    at,
    window,
    readings,
    objects,
    isPast,
    cost: { queries: Object.keys(queries).length, duration: deps.now() - now },
    partial,
    ...(deps.rules && { rules: deps.rules }),
    ...(deps.sinces && { sinces: deps.sinces }),
  })
}

const withoutKubernetes = (because: string | null): string =>
  `Kubernetes has not told what exists${because === null ? '' : ` (${because})`}: pods, versions, modes and idle workloads are missing.`

/** The window that a query leaves to us. */
export const windowOf = async (query: TopologyQuery, prometheus: Prometheus, signal?: AbortSignal): Promise<Seconds> =>
  query.window ?? defaultWindow((await prometheus.scrapeInterval(signal)).interval)

/** What somebody may see of a graph. */
export const sightOf = (seers: Seers, user: string, graph: Graph): Promise<Sight> => seers.of(user, namespacesIn(graph))
