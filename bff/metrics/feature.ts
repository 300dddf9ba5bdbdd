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
  readWords,
} from '#shared/metrics/api.ts'
import { explainQuery } from './empty.ts'
import { chartsSubject, LiveQuery } from './feed.ts'
import { limited } from './limit.ts'
import { linesOf, mostLines } from './lines.ts'
import { type Deps, gridFor, rangeReadings, readDashboardOf } from './read.ts'
import { wordReadings, wordsOf } from './words.ts'

/** Charts over time, as far as the caller may see the namespaces they are about. */
export function openMetrics(deps: Deps): { routes(router: Router): void; subjects: AnySubject[] } {
  const { seers = openSight, sources, now } = deps
  const readRange = rangeReadings(deps)
  const readSeries = wordReadings(deps)
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
  return {
    subjects: [
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
      serve(router, explainExplored, async ({ query }, signal, caller) => {
        const user = caller()
        return explained({ query, user, sight: await seers.of(user, known()) }, signal)
      })
      serve(router, exploreMetrics, async ({ query }, signal, caller) => {
        const sight = await seers.of(caller(), known())
        const asked = limited(query.q, sight)
        const grid = await gridFor(query, deps, signal)
        const series = await readRange.series({ promql: asked, grid }, signal)
        const { from, to, step, times } = grid
        return {
          from,
          to,
          step,
          times,
          series: series.length,
          asked,
          lines: linesOf(series, times, nameOf).slice(0, mostLines),
        }
      })
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

/** `metric{a="b"}`, as Prometheus prints a series. */
function nameOf({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? name || 'value' : `${name}{${pairs.join(', ')}}`
}
