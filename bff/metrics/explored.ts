import type { Series } from '#bff/sources/source.ts'
import type { Explored } from '#shared/metrics/api.ts'
import type { Grid } from '#shared/metrics/step.ts'
import { linesOf, mostLines, nameOfSeries } from './lines.ts'

/** What a table holds. */
export const mostRows = 10_000

/** An answer as it is drawn, the largest series, and as a table of all. */
export function exploredOf(series: readonly Series[], asked: string, { from, to, step, times }: Grid): Explored {
  return {
    from,
    to,
    step,
    times,
    series: series.length,
    asked,
    lines: linesOf(series, times, nameOfSeries).slice(0, mostLines),
    rows: series.slice(0, mostRows).map(({ metric, values }) => ({
      labels: metric,
      last: values.at(-1) ?? null,
      least: extreme(values, (a, b) => a < b),
      most: extreme(values, (a, b) => a > b),
    })),
  }
}

function extreme(values: readonly number[], isNearer: (a: number, b: number) => boolean): number | null {
  let found: number | null = null
  for (const value of values) if (found === null || isNearer(value, found)) found = value
  return found
}
