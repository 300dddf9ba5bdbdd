import { climb } from '#bff/mesh/empty/ladder.ts'
import { oneOf, rate } from '#bff/sources/promql.ts'
import { SourceError, type TraceSearch } from '#bff/sources/source.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import { serviceParts } from '#shared/traces/service.ts'
import type { Milliseconds } from '#shared/units.ts'
import { seesService } from './cut.ts'
import { type Deps, type Readings, sightOfServices, type Viewer } from './read.ts'

const day: Milliseconds = 86_400_000

/** Why a search found nothing. */
export async function explain(
  search: TraceSearch,
  deps: Deps,
  readings: Readings,
  viewer: Viewer,
  signal: AbortSignal,
): Promise<Ladder> {
  const { tracing } = deps.sources
  const { service, start, end } = search
  const minutes = `${Math.round((end - start) / 60_000)} min`
  const whole = { service, tags: {}, start, end, limit: 1 }
  let seen: string[] = []
  return climb([
    {
      rung: 'sourceReachable',
      ask: async () => {
        await readings.services(signal)
        const { url, version } = tracing.state()
        return {
          state: 'holds',
          detail: `The store of traces at ${url} answers (${version ?? 'its kind is not told'}).`,
        }
      },
    },
    {
      rung: 'servicesKnown',
      ask: async () => {
        const all = await readings.services(signal)
        const sight = await sightOfServices(viewer, all)
        seen = all.filter(name => seesService(sight, name))
        return seen.length === 0
          ? {
              state: 'fails',
              detail:
                'It knows no service that you may see: no proxy sends spans to it (Telemetry, meshConfig.extensionProviders).',
            }
          : { state: 'holds', detail: `It knows ${seen.length} services that you may see.` }
      },
    },
    {
      rung: 'serviceKnown',
      ask: () =>
        seen.includes(service)
          ? { state: 'holds', detail: `It has had spans of ${service}.` }
          : {
              state: 'fails',
              detail: `It knows no service ${service}: its proxies have sent no span yet, or report under another name.`,
            },
    },
    {
      rung: 'trafficSampled',
      ask: async () => {
        const [any] = await tracing.search(whole, signal)
        if (any !== undefined)
          return {
            state: 'holds',
            detail: `There are traces of ${service} in the ${minutes} that were searched.`,
          }
        const { detail, query } = await trafficOf(search, deps, signal)
        const [latest] = await tracing.search({ ...whole, start: end - day }, signal)
        return {
          state: 'fails',
          detail: `No trace of ${service} in the ${minutes} that were searched. ${detail}`,
          query,
          lastAt: latest === undefined ? null : Math.round(latest.start / 1000),
        }
      },
    },
    {
      rung: 'filtersMatch',
      ask: () => ({
        state: 'fails',
        detail: 'None of them fits all that is asked of operation, caller, tags, duration and error.',
      }),
    },
  ])
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
