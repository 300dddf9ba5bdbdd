import { HttpProblem } from '#bff/http/problem.ts'
import { type Seers, openSight, type Sight } from '#bff/http/sight.ts'
import { sharedReading } from '#bff/http/shared-reading.ts'
import type { Sources, TraceSearch, TraceSummary } from '#bff/sources/source.ts'
import type { Trace } from '#shared/mesh/span.ts'
import { mostTraces, type TraceQuery } from '#shared/traces/api.ts'
import type { EpochMilliseconds, Milliseconds } from '#shared/units.ts'
import { namespacesIn, namespacesOf, seesService } from './cut.ts'

export interface Deps {
  sources: Pick<Sources, 'tracing' | 'prometheus'>
  now: () => EpochMilliseconds
  /** Who may see which namespaces; absent: everybody sees everything. */
  seers?: Seers
}

const hour: Milliseconds = 3_600_000
const defaultLimit = 200
/** Names come and go slowly; a search that ends now is old soon; what is past and a trace that ended stay what they are. */
const fresh = { names: 30_000, now: 4000, past: 60_000, trace: 15_000 } as const

/** A search, with its time made definite. Throws a Problem for what contradicts itself. */
export function searchOf(query: TraceQuery, now: EpochMilliseconds): TraceSearch {
  const { service = '', operation = '', tags, min, max, error } = query
  const end = query.to ?? now
  const start = query.from ?? end - (query.range ?? hour)
  if (service === '') throw new HttpProblem(400, 'Name a service to search, or a trace by its id.')
  if (start >= end) throw new HttpProblem(400, 'The time that is searched ends before it begins (from, to).')
  if (min !== undefined && max !== undefined && min > max)
    throw new HttpProblem(400, 'The least duration is above the most (min, max).')
  return {
    service,
    ...(operation !== '' && { operation }),
    tags,
    ...(error === '1' && { isError: true }),
    ...(min !== undefined && { minDuration: min * 1000 }),
    ...(max !== undefined && { maxDuration: max * 1000 }),
    start,
    end,
    limit: Math.min(mostTraces, Math.round(query.limit ?? defaultLimit)),
  }
}

/** Stores are asked for the spans of one service: that another took part in the trace is seen in what they found. */
export const withCaller = (found: TraceSummary[], caller: string | undefined): TraceSummary[] =>
  caller === undefined || caller === ''
    ? found
    : found.filter(({ services }) => services.some(({ name }) => name === caller))

/** What a store said, and when it was asked. */
export interface Dated<T> {
  at: EpochMilliseconds
  value: T
}

/** The store of traces, asked once by all who ask the same. */
export function readingsOf({ sources: { tracing }, now }: Deps) {
  const dated = async <T>(answer: Promise<T>): Promise<Dated<T>> => {
    const at = now()
    return { at, value: await answer }
  }
  const services = sharedReading<null, string[]>({
    key: () => '',
    read: (_, signal) => tracing.services(signal),
    fresh: () => fresh.names,
    now,
  })
  const operations = sharedReading<string, string[]>({
    key: service => service,
    read: (service, signal) => tracing.operations(service, signal),
    fresh: () => fresh.names,
    now,
    most: 32,
  })
  const traces = sharedReading<TraceQuery, Dated<{ search: TraceSearch; found: TraceSummary[]; isFull: boolean }>>({
    key: query => JSON.stringify(query),
    read: (query, signal) => {
      const search = searchOf(query, now())
      return dated(
        tracing.search(search, signal).then(found => ({
          search,
          found: withCaller(found.slice(0, search.limit), query.caller),
          isFull: found.length >= search.limit,
        })),
      )
    },
    fresh: ({ to }) => (to === undefined ? fresh.now : fresh.past),
    now,
    most: 16,
  })
  const trace = sharedReading<string, Dated<Trace | null>>({
    key: id => id,
    read: (id, signal) => dated(tracing.trace(id, undefined, signal)),
    fresh: () => fresh.trace,
    now,
    // Each may be of twenty megabytes.
    most: 3,
  })
  return { services: (signal: AbortSignal) => services(null, signal), operations, traces, trace }
}
export type Readings = ReturnType<typeof readingsOf>

export interface Viewer {
  name: string
  seers: Seers
}

export const viewerOf = ({ seers = openSight }: Deps, name: string): Viewer => ({ name, seers })

export const sightOfServices = ({ name, seers }: Viewer, services: Iterable<string>): Promise<Sight> =>
  seers.of(name, namespacesOf(services))

/** Nobody learns by asking that there is a service they may not see. */
export async function needService(viewer: Viewer, service: string): Promise<void> {
  const sight = await sightOfServices(viewer, [service])
  if (!seesService(sight, service))
    throw new HttpProblem(404, `There is no service of this name that ${viewer.name} may see.`)
}

/** One trace with what its viewer may see of it. A trace of which nothing is seen is not there. */
export async function seenTrace(
  readings: Readings,
  viewer: Viewer,
  id: string,
  signal: AbortSignal,
): Promise<Dated<Trace> & { sight: Sight }> {
  const { at, value } = await readings.trace(id.toLowerCase(), signal)
  const sight = value === null ? new Set<string>() : await viewer.seers.of(viewer.name, namespacesIn(value))
  const isThere = value !== null && value.spans.length > 0
  if (!isThere || (sight !== 'everything' && sight.size === 0))
    throw new HttpProblem(
      404,
      `The store of traces has no trace ${id.toLowerCase()} that ${viewer.name} may see: it was not sampled, or is older than what is kept.`,
    )
  return { at, value, sight }
}
