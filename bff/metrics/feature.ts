import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import { isSeen, openSight, type Sight, sightText } from '#bff/http/sight.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import {
  type Dashboard,
  explainExplored,
  type ExploreQuery,
  exploreMetrics,
  type MetricsQuery,
  readDashboard,
  readSubjects,
  readWords,
} from '#shared/metrics/api.ts'
import { explainQuery } from './empty.ts'
import { chartsSubject, LiveQuery } from './feed.ts'
import { limited } from './limit.ts'
import { exploredOf } from './explored.ts'
import { seenSeries } from './hosts.ts'
import { openOwn } from './own/feature.ts'
import type { KeptDeps } from './own/kept.ts'
import { type Deps, gridFor, rangeReadings, readDashboardOf } from './read.ts'
import { callerReadings, subjectsOf } from './subjects.ts'
import { wordReadings, wordsOf } from './words.ts'

/** Who asks the cluster as whom, and where dashboards lie that come as files; without both there are none of one's own. */
export type MetricsDeps = Deps & Partial<Pick<KeptDeps, 'users'>> & { dashboards?: string | null }

/** Charts over time, as far as the caller may see the namespaces they are about. */
export function openMetrics(deps: MetricsDeps): { routes(router: Router): void; subjects: AnySubject[] } {
  const { seers = openSight, sources, now } = deps
  const readRange = rangeReadings(deps)
  const readSeries = wordReadings(deps)
  const readCallers = callerReadings(deps)
  const explained = sharedReading<{ query: ExploreQuery; user: string; sight: Sight }, Ladder>({
    // Its words name the user.
    key: ({ query, user, sight }) => JSON.stringify([query, user, sightText(sight)]),
    fresh: () => 10_000,
    now: deps.now,
    read: async ({ query, ...viewer }, signal) =>
      explainQuery(query.q, await gridFor(query, deps, signal), viewer, sources.prometheus, signal),
  })
  const known = () => sources.kubernetes.objects()?.namespaces.map(({ name }) => name) ?? []
  const scrapeInterval = (signal: AbortSignal) => sources.prometheus.scrapeInterval(signal)
  const dashboardFor = async (query: MetricsQuery, signal: AbortSignal, user: string) => {
    const named = namespacesOf(query)
    const sight = await seers.of(user, [...new Set([...named, ...known()])])
    demandSeen(named, sight, user)
    return readDashboardOf(query, deps, readRange, sight, signal)
  }
  const own = openOwn({ ...deps, known, readRange, readWords: readSeries, scrapeInterval })
  return {
    subjects: [
      ...own.subjects,
      chartsSubject<LiveQuery, Dashboard>({
        name: 'metrics',
        query: LiveQuery,
        read: (query, signal, user) => dashboardFor({ ...query, from: undefined, to: undefined }, signal, user),
        scrapeInterval,
        now,
      }),
    ],
    routes: router => {
      serve(router, readDashboard, ({ query }, signal, caller) => dashboardFor(query, signal, caller()))
      serve(router, readWords, async ({ query }, signal, caller) =>
        wordsOf(query, await seers.of(caller(), known()), readSeries, signal),
      )
      serve(router, readSubjects, async ({ query }, signal, caller) => {
        const named = query.namespace === undefined ? [] : [query.namespace]
        return subjectsOf(
          query,
          deps,
          await seers.of(caller(), [...new Set([...named, ...known()])]),
          readCallers,
          signal,
        )
      })
      serve(router, explainExplored, async ({ query }, signal, caller) => {
        const user = caller()
        return explained({ query, user, sight: await seers.of(user, known()) }, signal)
      })
      serve(router, exploreMetrics, async ({ query }, signal, caller) => {
        const sight = await seers.of(caller(), known())
        const asked = limited(query.q, sight)
        const grid = await gridFor(query, deps, signal)
        return exploredOf(seenSeries(await readRange.series({ promql: asked, grid }, signal), sight), asked, grid)
      })
      own.routes(router)
    },
  }
}

const namespacesOf = ({ namespace, caller }: MetricsQuery): string[] => [
  ...(namespace === undefined ? [] : [namespace]),
  ...(caller === undefined ? [] : [caller.split('/')[0] ?? '']),
]

/** Nobody learns that there is something they may not see. */
function demandSeen(named: readonly string[], sight: Sight, user: string): void {
  if (named.some(name => !isSeen(sight, name)))
    throw new HttpProblem(404, `There is nothing of this name that ${user} may see.`)
}
