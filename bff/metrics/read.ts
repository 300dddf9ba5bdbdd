import { HttpProblem } from '#bff/http/problem.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import type { Seers, Sight } from '#bff/http/sight.ts'
import { inventoryOf, nameOf } from '#bff/mesh/inventory.ts'
import { oneOf } from '#bff/sources/promql.ts'
import { type Exemplar, type Series, SourceError, type Sources } from '#bff/sources/source.ts'
import type { Dashboard, MetricsQuery, Panel } from '#shared/metrics/api.ts'
import { type Grid, gridOf, pointsOfMesh } from '#shared/metrics/step.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'
import { slowestOf } from './exemplars.ts'
import { errorName, heatOf, linesOf, type NameOf, quantileLines, splitName } from './lines.ts'
import { dashboardQueries, type Measured, planeQueries, quantiles } from './queries.ts'
import { type RangeQuestion, rollingRange } from './rolling.ts'

export interface Deps {
  sources: Pick<Sources, 'prometheus' | 'kubernetes'>
  now: () => EpochMilliseconds
  seers?: Seers
}

/** The longest range that is asked for. */
const longest = 31 * 86_400_000

/** Where the values of this question stand. */
export async function gridFor(
  { from, to, range }: Pick<MetricsQuery, 'from' | 'to' | 'range'>,
  { sources, now }: Deps,
  signal: AbortSignal,
  points?: number,
): Promise<Grid> {
  const end = to ?? now()
  const begin = from ?? end - Number(range) * 1000
  if (begin >= end) throw new HttpProblem(400, 'from is not before to: choose a range that has a beginning and an end.')
  if (end - begin > longest)
    throw new HttpProblem(400, 'A range of more than 31 days is not read: choose a shorter one.')
  const { interval } = await sources.prometheus.scrapeInterval(signal)
  return gridOf(begin, end, interval, points)
}

/** Questions about a range, one for all who ask the same of the same time. */
export function rangeReadings({ sources: { prometheus }, now }: Deps) {
  const shared = {
    key: ({ promql, grid }: RangeQuestion) => JSON.stringify([promql, grid.from, grid.to, grid.step]),
    fresh: ({ grid }: RangeQuestion) => grid.step * 1000,
    now,
    most: 256,
  }
  return {
    series: sharedReading<RangeQuestion, Series[]>({
      ...shared,
      read: rollingRange((promql, range, signal) => prometheus.queryRange(promql, range, signal)),
    }),
    exemplars: sharedReading<RangeQuestion, Exemplar[]>({
      ...shared,
      read: async ({ promql, grid }, signal) => {
        try {
          return await prometheus.queryExemplars(promql, { start: grid.from, end: grid.to }, signal)
        } catch (error) {
          // Many compatible stores have no such question: charts are whole without. What else is wrong, the charts say.
          if (error instanceof SourceError && !signal.aborted) return []
          throw error
        }
      },
    }),
  }
}
export type ReadRange = ReturnType<typeof rangeReadings>

export async function readDashboardOf(
  query: MetricsQuery,
  deps: Deps,
  readRange: ReadRange,
  sight: Sight,
  signal: AbortSignal,
): Promise<Dashboard> {
  const grid = await gridFor(query, deps, signal, query.of === 'mesh' ? pointsOfMesh : undefined)
  const isLive = query.to === undefined
  const { requests, errors, latency, buckets, tcp, openings, sizes, messages, heatmap, exemplars } = dashboardQueries(
    measuredOf(query, deps, sight),
    query.split,
    grid.window,
    grid.step,
  )
  const part: NameOf = metric => metric['part'] ?? ''
  const quantile: NameOf = metric => `p${Math.round(Number(metric['part']) * 100)}`
  const panel = (id: Panel['id'], unit: Panel['unit'], promql: string, name: NameOf) => ({ id, unit, promql, name })
  const by =
    (label: string): NameOf =>
    metric =>
      metric[label] ?? 'all'
  const isCompared = query.only === 'compared'
  const plane =
    query.of === 'mesh' && !isCompared ? planeQueries(sight === 'everything' ? [] : [...sight].sort(), grid.window) : {}
  const units: Partial<Record<Panel['id'], [Panel['unit'], NameOf]>> = {
    pushes: ['perSecond', by('type')],
    convergence: ['milliseconds', quantile],
    rejects: ['perSecond', by('type')],
    cpu: ['cores', by('namespace')],
    memory: ['bytes', by('namespace')],
    connections: ['count', by('namespace')],
  }
  const asked = [
    panel('requests', 'perSecond', requests, splitName(query.split, sight)),
    ...(isCompared
      ? []
      : [
          panel('errors', 'perSecond', errors, errorName),
          panel('tcp', 'bytesPerSecond', tcp, part),
          panel('openings', 'perSecond', openings, part),
          panel('sizes', 'bytes', sizes, part),
          panel('messages', 'perSecond', messages, part),
        ]),
    ...Object.entries(plane).flatMap(([id, promql]) => {
      const known = units[id as Panel['id']]
      return known === undefined ? [] : [panel(id as Panel['id'], known[0], promql, known[1])]
    }),
  ]
  const [measured, found, ...answers] = await Promise.all([
    readRange.series({ promql: buckets, grid, isLive }, signal),
    isCompared ? null : readRange.exemplars({ promql: exemplars, grid }, signal),
    ...asked.map(({ promql }) => readRange.series({ promql, grid, isLive }, signal)),
  ])
  const panels = asked.map(({ id, unit, promql, name }, index) => ({
    id,
    unit,
    query: promql,
    lines: scaled(id, linesOf(answers[index] ?? [], grid.times, name)),
  }))
  const [first, ...rest] = panels
  const durations: Panel = {
    id: 'latency',
    unit: 'milliseconds',
    query: latency,
    lines: quantileLines(measured, grid.times, quantiles),
  }
  return {
    from: grid.from,
    to: grid.to,
    step: grid.step,
    times: grid.times,
    panels: [...(first === undefined ? [] : [first]), durations, ...rest].map(each =>
      each.id === 'errors' && each.lines.length === 0 ? noErrors(each, panels) : each,
    ),
    heatmap: isCompared ? null : { ...heatOf(increased(measured, grid.window), grid.times), query: heatmap },
    exemplars: slowestOf(found ?? [], grid),
    queries: asked.length + (isCompared ? 1 : 2),
  }
}

/** Where there are requests and none went wrong, that is a line too: no samples would be another thing. */
function noErrors(errors: Panel, panels: readonly Panel[]): Panel {
  const [first] = panels.find(({ id }) => id === 'requests')?.lines ?? []
  if (first === undefined) return errors
  const values = first.values.map(value => (value === null ? null : 0))
  return { ...errors, lines: [{ id: 'errors', name: 'errors', values }] }
}

/** PromQL's `increase` is `rate` by the seconds of its range. */
const increased = (series: readonly Series[], window: Seconds): Series[] =>
  series.map(line => ({ ...line, values: line.values.map(value => value * window) }))

/** istiod measures in seconds. */
const scaled = (id: Panel['id'], lines: Panel['lines']): Panel['lines'] =>
  id !== 'convergence'
    ? lines
    : lines.map(line => ({ ...line, values: line.values.map(value => (value === null ? null : value * 1000)) }))

/** Whose series are read. Gateways report as callers only: what they serve is what they ask. */
function measuredOf(query: MetricsQuery, { sources }: Deps, sight: Sight): Measured {
  const { of, namespace = '', name = '', direction, reporter, caller } = query
  if (of === 'mesh') {
    const seen = sight === 'everything' ? [] : [...sight].sort()
    const matchers =
      sight === 'everything'
        ? []
        : [oneOf('destination_service_namespace', seen), oneOf('source_workload_namespace', [...seen, 'unknown', ''])]
    // Callers' reports of the whole mesh are as many again, and say what is known: they are read where they are asked for.
    return { matchers, isAsking: false, reporter: reporter === 'auto' ? 'destination' : reporter }
  }
  const objects = sources.kubernetes.objects()
  const inventory = objects === null ? null : inventoryOf(objects)
  const gateways = [...(inventory?.workloads.values() ?? [])]
    .filter(
      each =>
        each.namespace === namespace && each.role === 'gateway' && (each.gatewayName === name || each.name === name),
    )
    .map(each => each.name)
  const behind = inventory?.services.get(nameOf(namespace, name))?.workloads.map(each => each.name) ?? []
  const workloads = gateways.length > 0 ? gateways : of === 'workload' || behind.length === 0 ? [name] : behind
  const isAsking = direction === 'outbound' || gateways.length > 0
  const [callerNamespace = '', callerNames = ''] = caller?.split('/') ?? []
  const ofCaller =
    caller === undefined
      ? []
      : [
          oneOf('source_workload_namespace', [callerNamespace]),
          oneOf('source_workload', [...new Set(callerNames.split(','))].sort()),
        ]
  if (isAsking)
    return {
      matchers: [oneOf('source_workload_namespace', [namespace]), oneOf('source_workload', workloads)],
      isAsking,
      reporter,
    }
  const own =
    of === 'service'
      ? [oneOf('destination_service_namespace', [namespace]), oneOf('destination_service_name', [name])]
      : [oneOf('destination_workload_namespace', [namespace]), oneOf('destination_workload', [name])]
  return { matchers: [...own, ...ofCaller], isAsking, reporter }
}
