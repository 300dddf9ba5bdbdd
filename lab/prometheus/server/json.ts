import { jsonOf, jsonString } from '#lab/prometheus/labels.ts'
import { formatPlain, formatSample } from '#lab/prometheus/promql/number.ts'
import type { QueryResult } from '#lab/prometheus/promql/query.ts'

/** A query's result as the `data` of the HTTP API, number by number as Prometheus writes it. */
export function writeResult(result: QueryResult): string {
  const wrap = (json: string) => `{"resultType":"${result.type}","result":${json}}`
  switch (result.type) {
    case 'scalar':
      return wrap(`[${result.time / 1000},"${formatPlain(result.value)}"]`)
    case 'string':
      return wrap(`[${result.time / 1000},${jsonString(result.value)}]`)
    case 'vector': {
      const time = writeTime(result.time)
      const rows = result.labels.map(
        (labels, row) => `{"metric":${jsonOf(labels)},"value":[${time},"${formatSample(result.values[row] ?? 0)}"]}`,
      )
      return wrap(`[${rows.join(',')}]`)
    }
    case 'matrix': {
      const rows = result.series.map(({ labels, times, values }) => {
        const points = Array.from(times, (time, at) => `[${writeTime(time)},"${formatSample(values[at] ?? 0)}"]`)
        return `{"metric":${jsonOf(labels)},"values":[${points.join(',')}]}`
      })
      return wrap(`[${rows.join(',')}]`)
    }
  }
}

/** Seconds, with three decimals where they are not whole. */
function writeTime(milliseconds: number): string {
  const whole = Math.trunc(milliseconds)
  return whole % 1000 === 0 ? String(whole / 1000) : (whole / 1000).toFixed(3)
}
