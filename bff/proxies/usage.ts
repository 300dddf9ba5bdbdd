import { oneOf, range, select } from '#bff/sources/promql.ts'
import { type Prometheus, type Sample, SourceError } from '#bff/sources/source.ts'
import type { EpochMilliseconds, Seconds } from '#shared/units.ts'

/** What containers use, as the kubelet's cAdvisor tells Prometheus. */
export interface Usage {
  of(pod: string, container: string): { cpu: number | null; memory: number | null }
  queries: { name: string; query: string }[]
}

const leastWindow: Seconds = 60

export function usageQueries(namespace: string, pods: readonly string[], window: Seconds): Usage['queries'] {
  const matchers = [oneOf('namespace', [namespace]), oneOf('pod', pods), 'container!=""', 'container!="POD"']
  const cpu = select('container_cpu_usage_seconds_total', matchers)
  return [
    { name: 'cpu', query: `sum by (pod, container) (rate(${cpu}${range(window)}))` },
    { name: 'memory', query: `sum by (pod, container) (${select('container_memory_working_set_bytes', matchers)})` },
  ]
}

export async function readUsage(
  prometheus: Pick<Prometheus, 'query' | 'scrapeInterval'>,
  namespace: string,
  pods: readonly string[],
  at: EpochMilliseconds,
  signal: AbortSignal,
): Promise<Usage> {
  if (pods.length === 0) return unknown([])
  let queries: Usage['queries'] = usageQueries(namespace, pods, leastWindow)
  try {
    const { interval } = await prometheus.scrapeInterval(signal)
    queries = usageQueries(namespace, pods, Math.max(leastWindow, interval * 4))
    const [cpu = [], memory = []] = await Promise.all(queries.map(({ query }) => prometheus.query(query, at, signal)))
    const used = { cpu: byContainer(cpu), memory: byContainer(memory) }
    return {
      of: (pod, container) => ({
        cpu: used.cpu.get(`${pod}/${container}`) ?? null,
        memory: used.memory.get(`${pod}/${container}`) ?? null,
      }),
      queries,
    }
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    signal.throwIfAborted()
    return unknown(queries)
  }
}

/** Why, the page asks for itself (`/api/empty`). */
const unknown = (queries: Usage['queries']): Usage => ({
  of: () => ({ cpu: null, memory: null }),
  queries,
})

const byContainer = (samples: readonly Sample[]): Map<string, number> =>
  new Map(samples.map(({ metric, value }) => [`${metric['pod'] ?? ''}/${metric['container'] ?? ''}`, value]))
