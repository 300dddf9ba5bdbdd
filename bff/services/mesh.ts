import { sharedReading } from '#bff/http/shared-reading.ts'
import { callsOf } from '#bff/mesh/calls.ts'
import type { Call } from '#bff/mesh/fold.ts'
import { type Inventory, inventoryOf, saidVersion } from '#bff/mesh/inventory.ts'
import type { Parties } from '#bff/mesh/party.ts'
import { defaultWindow, type GraphQueries, graphQueries } from '#bff/mesh/queries.ts'
import { readAll } from '#bff/mesh/read-all.ts'
import type { HealthRules } from '#bff/mesh/health/rules.ts'
import type { Sinces } from '#bff/mesh/health/since.ts'
import type { Seers } from '#bff/http/sight.ts'
import type { Sources } from '#bff/sources/source.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'

/** What lists and pages are read with. */
export interface Deps {
  sources: Pick<Sources, 'prometheus' | 'kubernetes'>
  now: () => EpochMilliseconds
  rules?: HealthRules
  sinces?: Sinces
  /** Who may see which namespaces; absent: everybody sees everything. */
  seers?: Seers
}

/** All calls of the mesh, or of one namespace, at one moment: what every list and page is folded from. */
export interface MeshReading {
  at: EpochMilliseconds
  window: Seconds
  calls: Call[]
  parties: Parties
  inventory: Inventory | null
  isPast: boolean
  partial: string[]
  queries: GraphQueries
  duration: Milliseconds
}

export interface MeshQuery {
  /** Absent: the whole mesh. */
  namespace?: string | undefined
  at?: EpochMilliseconds | undefined
  window?: Seconds | undefined
}

/** A moment this close is now: what Kubernetes says still holds. */
const nowIsh: Milliseconds = 60_000
const never: Milliseconds = 24 * 3_600_000

/** One reading for all who look, whatever they list of it: seven queries, shared while they are this fresh. */
export function meshReadings(
  { sources, now }: Deps,
  fresh: Milliseconds,
): (query: MeshQuery, signal: AbortSignal) => Promise<MeshReading> {
  return sharedReading<MeshQuery, MeshReading>({
    key: ({ namespace, at, window }) =>
      JSON.stringify([namespace ?? null, at ?? null, window ?? null, saidVersion(sources.kubernetes.objects())]),
    fresh: ({ at }) => (at === undefined ? fresh : never),
    now,
    read: async (query, signal) => {
      const { prometheus, kubernetes } = sources
      const begun = now()
      const at = query.at ?? begun
      const window = query.window ?? defaultWindow((await prometheus.scrapeInterval(signal)).interval)
      const namespaces = query.namespace === undefined ? [] : [query.namespace]
      const queries = graphQueries(namespaces, window)
      const readings = await readAll(prometheus, queries, at, signal)
      const objects = kubernetes.objects()
      const inventory = objects === null ? null : inventoryOf(objects)
      const isPast = at < begun - nowIsh
      const { because } = kubernetes.state()
      return {
        at,
        window,
        ...callsOf(readings, inventory, new Set(namespaces), window),
        inventory,
        isPast,
        partial:
          objects === null
            ? [
                `Kubernetes has not told what exists${because === null ? '' : ` (${because})`}: pods, versions and what has no traffic are missing.`,
              ]
            : isPast
              ? ['Kubernetes keeps no past: pods and what had no traffic are missing.']
              : [],
        queries,
        duration: now() - begun,
      }
    },
  })
}
