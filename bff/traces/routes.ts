import { type Router, serve } from '#bff/http/serve.ts'
import { summaryOf } from '#bff/sources/trace-summary.ts'
import {
  compareTraces,
  explainNoTraces,
  type FoundTraces,
  listOperations,
  listServices,
  readTogether,
  readTrace,
  searchTraces,
  type TraceQuery,
} from '#shared/traces/api.ts'
import { cutRow, cutTrace, seesService } from './cut.ts'
import { explain } from './empty.ts'
import {
  type Deps,
  needService,
  readingsOf,
  searchOf,
  seenTrace,
  sightOfServices,
  type Viewer,
  viewerOf,
} from './read.ts'
import { compared, samplesOf, together } from './together.ts'

/** The endpoints of traces: names, search, one trace, many together, comparison, and why there are none. */
export function tracesRoutes(router: Router, deps: Deps): void {
  const readings = readingsOf(deps)
  const samples = samplesOf(deps)
  const viewer = (caller: () => string) => viewerOf(deps, caller())

  serve(router, listServices, async (_, signal, caller) => {
    const all = await readings.services(signal)
    const sight = await sightOfServices(viewer(caller), all)
    return { services: all.filter(name => seesService(sight, name)) }
  })
  serve(router, listOperations, async ({ query: { service } }, signal, caller) => {
    await needService(viewer(caller), service)
    return { operations: await readings.operations(service, signal) }
  })
  serve(router, searchTraces, async ({ query }, signal, caller) =>
    query.id === undefined ? found(query, viewer(caller), signal) : one(query.id, viewer(caller), signal),
  )
  serve(router, readTogether, async ({ query }, signal, caller) => {
    await needAsked(query, viewer(caller))
    return together(query, samples, viewer(caller), signal)
  })
  serve(router, compareTraces, ({ query }, signal, caller) =>
    compared(query, readings, samples, viewer(caller), signal),
  )
  serve(router, explainNoTraces, ({ query }, signal, caller) =>
    explain(searchOf(query, deps.now()), deps, readings, viewer(caller), signal),
  )
  // After the others: their names would be taken for ids.
  serve(router, readTrace, async ({ params }, signal, caller) => {
    const { at, value, sight } = await seenTrace(readings, viewer(caller), params.id, signal)
    return { at, ...cutTrace(value, sight), store: deps.sources.tracing.state().version }
  })

  /** What contradicts itself is refused before anybody's rights are asked for. */
  async function needAsked(query: TraceQuery, who: Viewer): Promise<void> {
    const { service } = searchOf(query, deps.now())
    await needService(who, service)
    if (query.caller !== undefined && query.caller !== '') await needService(who, query.caller)
  }

  async function found(query: TraceQuery, who: Viewer, signal: AbortSignal): Promise<FoundTraces> {
    await needAsked(query, who)
    const { at, value } = await readings.traces(query, signal)
    const { search, found, isFull } = value
    const names = found.flatMap(({ rootService, services }) => [rootService, ...services.map(({ name }) => name)])
    const sight = await sightOfServices(who, new Set(names))
    const { start, end, limit } = search
    return { at, start, end, traces: found.map(each => cutRow(each, sight)), limit, isFull }
  }

  async function one(id: string, who: Viewer, signal: AbortSignal): Promise<FoundTraces> {
    const { at, value, sight } = await seenTrace(readings, who, id, signal)
    const row = cutRow(summaryOf(value), sight)
    const [start, end] = [Math.floor(row.start / 1000), Math.ceil((row.start + row.duration) / 1000)]
    return { at, start, end, traces: [row], limit: 1, isFull: false }
  }
}
