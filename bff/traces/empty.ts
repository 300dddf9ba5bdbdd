import { oneOf, rate } from '#bff/sources/promql.ts'
import { SourceError, type TraceSearch } from '#bff/sources/source.ts'
import { rungs, type TraceLadder } from '#shared/traces/api.ts'
import { serviceParts } from '#shared/traces/service.ts'
import type { Milliseconds } from '#shared/units.ts'
import { seesService } from './cut.ts'
import { type Deps, type Readings, sightOfServices, type Viewer } from './read.ts'

type Rung = TraceLadder['rungs'][number]

const day: Milliseconds = 86_400_000

/**
 * Why a search found nothing: rungs in the order in which they fail; those after the first that fails stay unasked
 * (null). A store that does not answer is the first rung's answer, not an error of this question.
 */
export async function explain(
  search: TraceSearch,
  deps: Deps,
  readings: Readings,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<TraceLadder> {
  const told: Rung[] = []
  const tell = (ok: boolean, detail: string, query: string | null = null): void => {
    told.push({ rung: rungs[told.length] ?? 'filtersMatch', ok, detail, query })
  }
  const done = (lastTraceAt: number | null = null): TraceLadder => ({ rungs: withUnasked(told), lastTraceAt })
  const { tracing } = deps.sources
  const { service, start, end } = search
  const minutes = `${Math.round((end - start) / 60_000)} min`
  try {
    const all = await readings.services(signal)
    tell(
      true,
      `The store of traces at ${tracing.state().url} answers (${tracing.state().version ?? 'its kind is not told'}).`,
    )

    const sight = await sightOfServices(viewer, all)
    const seen = all.filter(name => seesService(sight, name))
    if (seen.length === 0) {
      tell(
        false,
        'It knows no service that you may see: no proxy sends spans to it (Telemetry, meshConfig.extensionProviders).',
      )
      return done()
    }
    tell(true, `It knows ${seen.length} services that you may see.`)

    if (!seen.includes(service)) {
      tell(false, `It knows no service ${service}: its proxies have sent no span yet, or report under another name.`)
      return done()
    }
    tell(true, `It has had spans of ${service}.`)

    const whole = { service, tags: {}, start, end, limit: 1 }
    const [any] = await tracing.search(whole, signal)
    if (any === undefined) {
      const { detail, query } = await trafficOf(search, deps, signal)
      tell(false, `No trace of ${service} in the ${minutes} that were searched. ${detail}`, query)
      const [last] = await tracing.search({ ...whole, start: end - day }, signal)
      return done(last === undefined ? null : Math.round(last.start / 1000))
    }
    tell(true, `There are traces of ${service} in the ${minutes} that were searched.`)
    tell(false, 'None of them fits all that is asked of operation, caller, tags, duration and error.')
    return done(Math.round(any.start / 1000))
  } catch (error) {
    if (!(error instanceof SourceError) || error.source !== 'tracing') throw error
    tell(false, error.message)
    return done()
  }
}

/** Whether the service was called at all, as Prometheus knows: traffic without traces is a matter of sampling. */
async function trafficOf(
  { service, start, end }: TraceSearch,
  { sources: { prometheus } }: Deps,
  signal: AbortSignal,
): Promise<{ detail: string; query: string | null }> {
  const { app, namespace } = serviceParts(service)
  if (namespace === '') return { detail: 'Its name says no namespace, so its traffic is not looked up.', query: null }
  const seconds = Math.min(86_400, Math.max(60, Math.round((end - start) / 1000)))
  const calls = (side: string): string =>
    `sum(${rate('istio_requests_total', [oneOf(`${side}_canonical_service`, [app]), oneOf(`${side}_workload_namespace`, [namespace])], seconds)})`
  const query = `${calls('destination')} or ${calls('source')}`
  try {
    const perSecond = (await prometheus.query(query, end, signal))[0]?.value ?? 0
    const detail =
      perSecond > 0
        ? `Prometheus saw ${Number(perSecond.toPrecision(2))} requests a second: none of them was sampled (Telemetry, randomSamplingPercentage).`
        : 'Prometheus saw no request of it either.'
    return { detail, query }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { detail: `Whether there was traffic is not known: ${error.message}`, query }
  }
}

function withUnasked(told: readonly Rung[]): Rung[] {
  const rest = rungs.slice(told.length)
  return [
    ...told,
    ...rest.map((rung): Rung => ({ rung, ok: null, detail: 'Not asked: the rung above fails.', query: null })),
  ]
}
