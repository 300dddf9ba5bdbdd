import * as z from 'zod/mini'
import { HttpProblem } from '#bff/http/problem.ts'
import type { Subject } from '#bff/live/subject.ts'
import { type Dashboard, type MetricLine, MetricsQuery } from '#shared/metrics/api.ts'
import type { Charts } from '#shared/metrics/change.ts'
import { gridOf } from '#shared/metrics/step.ts'
import { diffTold, type Told, type ToldChange } from '#shared/metrics/told.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'

const fastest: Milliseconds = 5_000
const slowest: Milliseconds = 15_000

/** A live range has no ends of its own. */
export const LiveQuery = z.omit(MetricsQuery, { from: true, to: true, only: true })
export type LiveQuery = z.infer<typeof LiveQuery>

export interface LiveOptions<Query, State extends Charts> {
  name: string
  query: z.ZodMiniType<Query, unknown>
  read(query: Query, signal: AbortSignal, caller: string): Promise<State>
  scrapeInterval(signal: AbortSignal): Promise<{ interval: Seconds }>
  now: () => EpochMilliseconds
}

/**
 * Charts that live: of each caller what they may see, of Prometheus one reading for all. What is refused is told once
 * and no fault of anybody's.
 */
export function chartsSubject<Query extends Pick<MetricsQuery, 'range'>, State extends Charts>(
  options: LiveOptions<Query, State>,
): Subject<Query, Told<State>, ToldChange<State>> {
  let interval: Seconds = 15
  return {
    name: options.name,
    query: options.query,
    key: query => JSON.stringify(Object.entries(query).toSorted(([a], [b]) => (a < b ? -1 : 1))),
    isPersonal: true,
    async read(query, signal, caller = '') {
      ;({ interval } = await options.scrapeInterval(signal))
      try {
        return { charts: rounded(await options.read(query, signal, caller)), refused: null }
      } catch (error) {
        if (error instanceof HttpProblem && error.problem.status < 500)
          return { charts: null, refused: error.problem.detail }
        throw error
      }
    },
    diff: diffTold,
    // More often than there are steps: a new one is told soon, and in between nothing is asked that is known.
    every: ({ range }) => {
      const { step } = gridOf(options.now() - Number(range) * 1000, options.now(), interval)
      return Math.min(slowest, Math.max(fastest, step * 1000))
    },
  }
}

const digits = 6
const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(digits)))
const shortLine = (line: MetricLine): MetricLine => ({ ...line, values: line.values.map(short) })

/** As exact as anybody reads a chart, and half as long on its way. REST answers stay exact. */
export function rounded<State extends Charts>(charts: State): State {
  const panels = charts.panels.map(panel => ({ ...panel, lines: panel.lines.map(shortLine) }))
  const { heatmap } = charts as Charts & Partial<Pick<Dashboard, 'heatmap'>>
  if (heatmap == null) return { ...charts, panels }
  const counts = heatmap.counts.map(row => row.map(count => Number(count.toPrecision(digits))))
  return { ...charts, panels, heatmap: { ...heatmap, counts } }
}
