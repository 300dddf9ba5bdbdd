import { rate, sumBy } from '#bff/sources/promql.ts'
import { type Prometheus, SourceError } from '#bff/sources/source.ts'
import { labelsOf } from '#shared/config/world/labels.ts'
import { type Call, callObject } from '#shared/config/world/traffic.ts'
import { workloadOf } from '#shared/config/world/workload.ts'
import type { MeshObject } from '#shared/mesh/object.ts'
import type { EpochMilliseconds, Milliseconds, Seconds } from '#shared/units.ts'
import { podKind } from './kinds.ts'
import type { Mirror } from './mirror.ts'

/** Who calls whom changes slowly, and the question is one for the whole mesh. */
const every: Milliseconds = 60_000
/** A caller that comes every few minutes is a caller. */
const window: Seconds = 600
/** More than anybody reads of one mesh; the busiest stay. */
const most = 10_000

const labels = [
  'reporter',
  'source_workload',
  'source_workload_namespace',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service',
  'connection_security_policy',
]

type Sample = Awaited<ReturnType<Prometheus['query']>>[number]

/**
 * Measured requests as calls of the world. What the destination says of a connection's safety is known; what the caller
 * says is not, and counts only where no destination speaks (telemetry rule 1). Pure.
 */
export function callsIn(
  samples: readonly Sample[],
  podLabels: (namespace: string, workload: string) => Readonly<Record<string, string>>,
): Call[] {
  const pairs = Map.groupBy(
    samples.filter(({ value }) => value > 0),
    ({ metric }) =>
      labels
        .slice(1, 6)
        .map(name => metric[name] ?? '')
        .join(' '),
  )
  return [...pairs.values()]
    .map(told => {
      const own = told.filter(({ metric }) => metric['reporter'] !== 'source')
      return own.length > 0 ? own : told
    })
    .sort((a, b) => total(b) - total(a))
    .flatMap(told => {
      const safety = new Set(told.map(({ metric }) => isMutual(metric['connection_security_policy'])))
      const { metric } = told[0] ?? { metric: {} as Sample['metric'] }
      const end = (side: 'source' | 'destination') => {
        const [namespace, workload] = [metric[`${side}_workload_namespace`] ?? '', metric[`${side}_workload`] ?? '']
        return { namespace, workload, labels: podLabels(namespace, workload) }
      }
      const destination = { ...end('destination'), host: metric['destination_service'] ?? '' }
      return [...safety].map(safe => ({ source: end('source'), destination, port: null, isMutual: safe }))
    })
    .slice(0, most)
}

const total = (samples: readonly Sample[]) => samples.reduce((sum, { value }) => sum + value, 0)

const isMutual = (policy: string | undefined): boolean | null =>
  policy === 'mutual_tls' ? true : policy === 'none' ? false : null

/** Tells the mirror who calls whom, now and then. What is known stays while Prometheus does not answer. */
export function followCalls(options: {
  prometheus: Pick<Prometheus, 'query'>
  mirror: Pick<Mirror, 'ready' | 'ledger' | 'measured'>
  now: () => EpochMilliseconds
  report: (error: unknown) => void
}): { close(): Promise<void> } {
  const { prometheus, mirror, now, report } = options
  const end = new AbortController()
  const { signal } = end
  const ended = Promise.withResolvers<void>()
  let timer: NodeJS.Timeout | undefined

  async function read(): Promise<void> {
    // Of a cluster that never answers nothing is ever ready.
    await Promise.race([mirror.ready, ended.promise])
    if (signal.aborted) return
    try {
      const samples = await prometheus.query(sumBy(labels, rate('istio_requests_total', [], window)), now(), signal)
      const known = new Map<string, MeshObject>()
      for (const pod of mirror.ledger.of(podKind).values()) {
        const { namespace, name } = workloadOf(pod)
        known.set(`${namespace}/${name}`, pod)
      }
      const podLabels = (namespace: string, workload: string) => {
        const pod = known.get(`${namespace}/${workload}`)
        return pod === undefined ? {} : labelsOf(pod)
      }
      await mirror.measured(callsIn(samples, podLabels).map(callObject))
    } catch (error) {
      if (!signal.aborted && !(error instanceof SourceError)) report(error)
    }
  }
  let reading = Promise.resolve()
  const next = () => {
    reading = read().finally(() => {
      if (!signal.aborted) timer = setTimeout(next, every).unref()
    })
  }
  next()
  return {
    close: async () => {
      end.abort(new Error('The console ends.'))
      clearTimeout(timer)
      ended.resolve()
      await reading
    },
  }
}
