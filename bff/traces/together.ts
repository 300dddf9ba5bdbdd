import { HttpProblem, isSourceFailure } from '#bff/http/problem.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import type { TraceSummary } from '#bff/sources/source.ts'
import { summaryOf } from '#bff/sources/trace-summary.ts'
import type { Trace } from '#shared/mesh/span.ts'
import { aggregateOf } from '#shared/traces/aggregate.ts'
import type { Together, TraceComparison, TraceQuery } from '#shared/traces/api.ts'
import { compare } from '#shared/traces/compare.ts'
import { treeOf } from '#shared/traces/tree.ts'
import type { Milliseconds } from '#shared/units.ts'
import { cutRow, cutTrace, namespacesIn } from './cut.ts'
import { type Dated, type Deps, type Readings, searchOf, seenTrace, type Viewer, withCaller } from './read.ts'

/** Spans read for one answer, all traces together. */
const mostSpans = 60_000
const mostShares = 200
const mostPlaces = 5000
const defaultSample = 40
/** Of the operation's own past, for its median. */
const medianOf = 20
const around: Milliseconds = 1_800_000

export interface Sample {
  service: string
  operation: string
  /** Traces of this root operation that were found. */
  found: number
  traces: Trace[]
  missing: number
}

/** Of what was found the root operation most of them have, and of its traces as many as asked, spread over the time. */
export function sampleOf(
  found: readonly TraceSummary[],
  most: number,
): { same: TraceSummary[]; chosen: TraceSummary[] } {
  const groups = Map.groupBy(found, ({ rootService, rootOperation }) => JSON.stringify([rootService, rootOperation]))
  const [same = []] = [...groups.values()].sort((a, b) => b.length - a.length)
  const count = Math.min(most, same.length)
  const chosen = Array.from({ length: count }, (_, index) => same[Math.floor((index * same.length) / count)])
  return { same, chosen: chosen.filter(each => each !== undefined) }
}

/** Whole traces of many; who cannot be read is counted. Throws where none can be. */
async function wholeOf(chosen: readonly TraceSummary[], { sources: { tracing } }: Deps, signal: AbortSignal) {
  const traces: Trace[] = []
  let left = mostSpans
  const answers = await Promise.allSettled(
    chosen.map(async ({ traceId, start, duration }) => {
      // The source asks for a few at a time; those whose turn comes when enough was read are not asked for.
      const end = (start + duration) / 1000
      const trace =
        left <= 0 ? null : await tracing.trace(traceId, { start: start / 1000 - 60_000, end: end + 60_000 }, signal)
      if (trace === null || trace.spans.length === 0 || trace.spans.length > left) return
      left -= trace.spans.length
      traces.push(trace)
    }),
  )
  const failed = answers.find(answer => answer.status === 'rejected')
  if (failed !== undefined && (traces.length === 0 || !isSourceFailure(failed.reason))) throw failed.reason
  return { traces, missing: chosen.length - traces.length }
}

export type TogetherQuery = TraceQuery & { sample?: number | undefined; quantile?: number | undefined }

/** Samples are read once for all who ask the same; what each sees of them is cut afterwards. */
export function samplesOf(deps: Deps) {
  const { now } = deps
  return sharedReading<{ query: TraceQuery; sample: number }, Dated<Sample>>({
    key: each => JSON.stringify(each),
    read: async ({ query, sample }, signal) => {
      const at = now()
      const found = withCaller(await deps.sources.tracing.search(searchOf(query, at), signal), query.caller)
      const { same, chosen } = sampleOf(found, sample)
      const { rootService: service = '', rootOperation: operation = '' } = same[0] ?? {}
      return { at, value: { service, operation, found: same.length, ...(await wholeOf(chosen, deps, signal)) } }
    },
    fresh: () => 60_000,
    now,
    most: 2,
  })
}
export type Samples = ReturnType<typeof samplesOf>

export async function together(
  { sample = defaultSample, quantile = 0.95, ...query }: TogetherQuery,
  samples: Samples,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<Together> {
  const { at, value } = await samples({ query, sample: Math.round(sample) }, signal)
  const { found, traces, missing } = value
  const sight = await viewer.seers.of(viewer.name, [...new Set(traces.flatMap(namespacesIn))])
  const trees = traces.map(trace => treeOf(cutTrace(trace, sight).trace))
  const byService = aggregateOf(trees, quantile, 'service')
  const byEdge = aggregateOf(trees, quantile, 'edge')
  // A root that is not seen has lost its names in every tree.
  const isSeenRoot = trees.every(({ roots, spans }) => spans[roots[0] ?? 0]?.span.isHidden !== true)
  return {
    at,
    service: isSeenRoot ? value.service : null,
    operation: isSeenRoot ? value.operation : null,
    found,
    traces: traces.length,
    missing,
    spans: traces.reduce((sum, { spans }) => sum + spans.length, 0),
    quantile,
    duration: byService.quantile,
    byService: byService.shares.slice(0, mostShares),
    byEdge: byEdge.shares.slice(0, mostShares),
  }
}

/** One trace against another, or against others of its root operation half an hour around it. */
export async function compared(
  { a, b }: { a?: string | undefined; b: string },
  readings: Readings,
  samples: Samples,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<TraceComparison> {
  const after = await seenTrace(readings, viewer, b, signal)
  const before = a === undefined ? null : await seenTrace(readings, viewer, a, signal)
  const whole = summaryOf(after.value)
  const row = cutRow(whole, after.sight)
  let others: Trace[] = before === null ? [] : [before.value]
  if (before === null) {
    if (row.service === null || whole.rootService === '')
      throw new HttpProblem(
        404,
        'The root of this trace is not known or not yours to see: it has no operation to take the median of.',
      )
    const middle = Math.round(whole.start / 1000)
    const query: TraceQuery = {
      service: whole.rootService,
      operation: whole.rootOperation,
      tags: {},
      min: undefined,
      max: undefined,
      from: middle - around,
      to: middle + around,
      range: undefined,
      limit: 200,
    }
    const { value } = await samples({ query, sample: medianOf + 1 }, signal)
    others = value.traces.filter(({ traceId }) => traceId !== after.value.traceId).slice(0, medianOf)
    if (others.length === 0)
      throw new HttpProblem(404, `There is no other trace of ${whole.rootOperation} half an hour around this one.`)
  }
  const sight = await viewer.seers.of(viewer.name, [...new Set([after.value, ...others].flatMap(namespacesIn))])
  const treesOf = (traces: readonly Trace[]) => traces.map(trace => treeOf(cutTrace(trace, sight).trace))
  const places = compare(treesOf(others), treesOf([after.value]))
  return {
    at: after.at,
    a: before === null ? null : cutRow(summaryOf(before.value), before.sight),
    b: row,
    of: others.length,
    places: places.slice(0, mostPlaces),
    left: Math.max(0, places.length - mostPlaces),
  }
}
