import { HttpProblem } from '#bff/http/problem.ts'
import { type Router, serve } from '#bff/http/serve.ts'
import { openSight } from '#bff/http/sight.ts'
import type { AnySubject } from '#bff/live/feeds.ts'
import { unsetUsers } from '#bff/sources/kubernetes-users.ts'
import { chartsSubject } from '#bff/metrics/feed.ts'
import { type Deps, gridFor, type ReadRange } from '#bff/metrics/read.ts'
import type { ReadWords } from '#bff/metrics/words.ts'
import type { MetricsQuery } from '#shared/metrics/api.ts'
import { chartOwn, Chosen, listOwn, type OwnCharts, OwnLive, readOwn } from '#shared/metrics/own/api.ts'
import { type OwnDashboard, readOwnText } from '#shared/metrics/own/dashboard.ts'
import type { Seconds } from '#shared/units.ts'
import { readOwnCharts } from './charts.ts'
import { type KeptDeps, listOwnFor, readOwnFor } from './kept.ts'

export type OwnDeps = Deps &
  Partial<Pick<KeptDeps, 'users'>> & {
    /** A folder of dashboards. */
    dashboards?: string | null
    /** Names of all namespaces. */
    known: () => string[]
    readRange: ReadRange
    readWords: ReadWords
    scrapeInterval(signal: AbortSignal): Promise<{ interval: Seconds }>
  }

/** Dashboards of people's own: kept by the cluster or as files, drawn with the rights of whoever looks. */
export function openOwn(deps: OwnDeps): { routes(router: Router): void; subjects: AnySubject[] } {
  const { seers = openSight, sources, known, readRange, readWords, scrapeInterval, now } = deps
  const kept: KeptDeps = {
    users: deps.users ?? unsetUsers(),
    kubernetes: sources.kubernetes,
    folder: deps.dashboards ?? null,
    ...(deps.seers !== undefined && { seers: deps.seers }),
  }
  const chartsOf = async (
    dashboard: OwnDashboard,
    chosen: Chosen,
    span: Pick<MetricsQuery, 'from' | 'to' | 'range'>,
    user: string,
    signal: AbortSignal,
  ): Promise<OwnCharts> => {
    const sight = await seers.of(user, known())
    const grid = await gridFor(span, deps, signal)
    const isLive = span.to === undefined
    return readOwnCharts(dashboard, chosen, { grid, isLive, sight, series: readRange.series, words: readWords }, signal)
  }
  return {
    subjects: [
      chartsSubject<OwnLive, OwnCharts>({
        name: 'dashboard',
        query: OwnLive,
        read: async ({ namespace, name, range, chosen }, signal, user) => {
          const read = readOwnText((await readOwnFor({ namespace, name }, user, kept, signal)).text)
          if ('problem' in read) throw new HttpProblem(422, `This is no dashboard yet. ${read.problem}`)
          return chartsOf(read.dashboard, chosenIn(chosen), { range, from: undefined, to: undefined }, user, signal)
        },
        scrapeInterval,
        now,
      }),
    ],
    routes: router => {
      serve(router, listOwn, (_, signal, caller) => listOwnFor(caller(), kept, signal))
      serve(router, readOwn, ({ params }, signal, caller) => readOwnFor(params, caller(), kept, signal))
      serve(router, chartOwn, ({ body: { dashboard, chosen, from, to, range } }, signal, caller) =>
        chartsOf(dashboard, chosen, { from, to, range }, caller(), signal),
      )
    },
  }
}

function chosenIn(text: string): Chosen {
  let json: unknown = null
  try {
    json = JSON.parse(text)
  } catch {
    throw new HttpProblem(400, 'chosen is no JSON.')
  }
  const parsed = Chosen.safeParse(json)
  if (!parsed.success) throw new HttpProblem(400, 'chosen names a value, or null, for each variable.')
  return parsed.data
}
