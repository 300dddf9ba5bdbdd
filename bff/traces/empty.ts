import { climb, silence } from '#bff/mesh/empty/ladder.ts'
import { oneOf, rate } from '#bff/sources/promql.ts'
import { SourceError, type TraceSearch } from '#bff/sources/source.ts'
import type { Ladder } from '#shared/mesh/ladder.ts'
import type { Statement } from '#shared/mesh/statement.ts'
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
  const window = Math.round((end - start) / 1000)
  const whole = { service, tags: {}, start, end, limit: 1 }
  let seen: string[] = []
  return climb([
    {
      rung: 'sourceReachable',
      ask: async () => {
        await readings.services(signal)
        const { url, version } = tracing.state()
        const facts = { source: 'tracing' as const, url }
        return {
          state: 'holds',
          detail: [
            version === null ? { says: 'answersAt', facts } : { says: 'answersAs', facts: { ...facts, version } },
          ],
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
          ? { state: 'fails', detail: [{ says: 'noServiceSeen', facts: {} }] }
          : { state: 'holds', detail: [{ says: 'servicesSeen', facts: { count: seen.length } }] }
      },
    },
    {
      rung: 'serviceKnown',
      ask: () =>
        seen.includes(service)
          ? { state: 'holds', detail: [{ says: 'hasSpans', facts: { service } }] }
          : { state: 'fails', detail: [{ says: 'noSuchService', facts: { service } }] },
    },
    {
      rung: 'trafficSampled',
      ask: async () => {
        const [any] = await tracing.search(whole, signal)
        if (any !== undefined) return { state: 'holds', detail: [{ says: 'hasTraces', facts: { service, window } }] }
        const { detail, query } = await trafficOf(search, deps, signal)
        const [latest] = await tracing.search({ ...whole, start: end - day }, signal)
        return {
          state: 'fails',
          detail: [{ says: 'noTraces', facts: { service, window } }, ...detail],
          query,
          lastAt: latest === undefined ? null : Math.round(latest.start / 1000),
        }
      },
    },
    {
      rung: 'filtersMatch',
      ask: () => ({
        state: 'fails',
        detail: [{ says: 'filtersLeaveNothing', facts: {} }],
      }),
    },
  ])
}

/** Whether the service was called at all, as Prometheus knows: traffic without traces is a matter of sampling. */
async function trafficOf(
  { service, start, end }: TraceSearch,
  { sources: { prometheus } }: Deps,
  signal: AbortSignal,
): Promise<{ detail: Statement[]; query: string | null }> {
  const { app, namespace } = serviceParts(service)
  if (namespace === '') return { detail: [{ says: 'namespaceUnsaid', facts: {} }], query: null }
  const seconds = Math.min(86_400, Math.max(60, Math.round((end - start) / 1000)))
  const calls = (side: string): string =>
    `sum(${rate('istio_requests_total', [oneOf(`${side}_canonical_service`, [app]), oneOf(`${side}_workload_namespace`, [namespace])], seconds)})`
  const query = `${calls('destination')} or ${calls('source')}`
  try {
    const perSecond = (await prometheus.query(query, end, signal))[0]?.value ?? 0
    const statement: Statement =
      perSecond > 0 ? { says: 'unsampled', facts: { perSecond } } : { says: 'uncalled', facts: {} }
    return { detail: [statement], query }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    return { detail: [{ says: 'trafficUnknown', facts: {} }, silence(error)], query }
  }
}
