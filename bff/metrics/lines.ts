import { type Bucket, quantileOf } from '#bff/mesh/quantile.ts'
import { verdict } from '#bff/mesh/outcome.ts'
import { isSeen, type Sight } from '#bff/http/sight.ts'
import type { Series } from '#bff/sources/source.ts'
import type { MetricLine, Split } from '#shared/metrics/api.ts'
import type { EpochMilliseconds } from '#shared/units.ts'

/** More lines than this cannot be told apart: the rest are one. */
export const mostLines = 20

/** A name for each series; null leaves it out. Equal names are one line. */
export type NameOf = (metric: Record<string, string>) => string | null

/** Series as lines over the same times: the busiest, and the sum of the others. */
export function linesOf(series: readonly Series[], times: readonly EpochMilliseconds[], nameOf: NameOf): MetricLine[] {
  const places = new Map(times.map((time, index) => [time, index]))
  const lines = new Map<string, (number | null)[]>()
  for (const { metric, times: at, values } of series) {
    const name = nameOf(metric)
    if (name === null) continue
    const line = lines.get(name) ?? times.map(() => null)
    lines.set(name, line)
    for (const [index, time] of at.entries()) {
      const place = places.get(time)
      if (place !== undefined) line[place] = (line[place] ?? 0) + (values[index] ?? 0)
    }
  }
  const busiest = [...lines].map(([name, values]): MetricLine => ({ id: name, name, values }))
  busiest.sort((a, b) => sumOf(b) - sumOf(a) || (a.name < b.name ? -1 : 1))
  if (busiest.length <= mostLines) return busiest
  const others = busiest.slice(mostLines)
  const values = times.map((_, index) => {
    const known = others.flatMap(line => line.values[index] ?? [])
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
  })
  return [...busiest.slice(0, mostLines), { id: 'others', name: `others (${others.length})`, values }]
}

const sumOf = ({ values }: MetricLine): number => values.reduce<number>((sum, value) => sum + (value ?? 0), 0)

/** What a line of a split is called. Callers in namespaces that are not seen have one name. */
export const splitName =
  (split: Split, sight: Sight): NameOf =>
  metric => {
    const of = (label: string) => metric[label] ?? ''
    switch (split) {
      case 'none':
        return 'all'
      case 'version':
        return of('destination_version') || 'unknown'
      case 'caller': {
        const namespace = of('source_workload_namespace')
        if (namespace !== '' && namespace !== 'unknown' && !isSeen(sight, namespace)) return 'other namespaces'
        return namespace === '' || namespace === 'unknown'
          ? of('source_workload') || 'unknown'
          : `${namespace}/${of('source_workload')}`
      }
      case 'code':
        return of('grpc_response_status') === ''
          ? of('response_code') || 'unknown'
          : `gRPC ${of('grpc_response_status')}`
      case 'flag':
        return of('response_flags') || '-'
      case 'protocol':
        return of('request_protocol') || 'unknown'
    }
  }

/** `503 UH`: what did not end well, by code and flags. */
export const errorName: NameOf = metric => {
  const { response_code: code = '', grpc_response_status: grpcStatus = '', response_flags: flags = '-' } = metric
  const protocol = metric['request_protocol'] === 'grpc' ? 'grpc' : 'http'
  if (verdict({ protocol, code, grpcStatus, flags }) === 'fine') return null
  const word = protocol === 'grpc' && grpcStatus !== '' ? `gRPC ${grpcStatus}` : code
  return flags === '-' || flags === '' ? word : `${word} ${flags}`
}

/** Quantiles at each time, from buckets summed by `le` (telemetry rule 6). */
export function quantileLines(
  series: readonly Series[],
  times: readonly EpochMilliseconds[],
  asked: readonly number[],
): MetricLine[] {
  const at = new Map<EpochMilliseconds, Bucket[]>(times.map(time => [time, []]))
  for (const { metric, times: own, values } of series) {
    const le = metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le'])
    for (const [index, time] of own.entries()) at.get(time)?.push([le, values[index] ?? 0])
  }
  if (series.length === 0) return []
  return asked.map(quantile => {
    const name = `p${Math.round(quantile * 100)}`
    return { id: name, name, values: times.map(time => quantileOf(quantile, at.get(time) ?? [])) }
  })
}

/** How many requests fell between one bound and the next: cumulative buckets, told apart. */
export function heatOf(
  series: readonly Series[],
  times: readonly EpochMilliseconds[],
): { bounds: (number | null)[]; counts: number[][] } {
  const bound = ({ metric }: Series): number =>
    metric['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(metric['le'])
  const sorted = series.filter(line => !Number.isNaN(bound(line))).toSorted((a, b) => bound(a) - bound(b))
  const values = sorted.map(({ times: at, values: own }) => new Map(at.map((time, index) => [time, own[index] ?? 0])))
  const counts = times.map(time => {
    let below = 0
    return values.map(known => {
      const cumulative = known.get(time) ?? below
      const count = Math.max(0, cumulative - below)
      below = Math.max(below, cumulative)
      return count
    })
  })
  return {
    bounds: sorted.map(line => (bound(line) === Number.POSITIVE_INFINITY ? null : bound(line))),
    counts,
  }
}

/** `metric{a="b"}`, as Prometheus prints a series. */
export function nameOfSeries({ __name__: name = '', ...labels }: Record<string, string>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}=${JSON.stringify(value)}`)
  return pairs.length === 0 ? name || 'value' : `${name}{${pairs.join(', ')}}`
}
