import type { ExemplarStore, Labels, Marks, RequestTree, SampleStore } from '#lab/contract.ts'

type Exemplar = ReturnType<ExemplarStore['select']>[number]['exemplars'][number]

export interface Exemplars extends ExemplarStore {
  keep(root: RequestTree, marks: Marks): void
}

interface Kept extends Exemplar {
  place: string
}

const histogram = 'istio_request_duration_milliseconds_bucket'
/** Series that ended are looked for this far back. */
const lookback = 300_000

/** The newest traced requests, at the duration series of both ends: an exemplar stands in the lowest bucket that holds it. */
export function createExemplars(samples: Pick<SampleStore, 'select'>, most = 4000): Exemplars {
  const kept: Kept[] = []
  let next = 0
  const walk = (request: RequestTree, traceId: string) => {
    const { source, destination } = request
    if (destination !== null && request.protocol !== 'tcp' && !request.isMirror) {
      const place = [
        source?.namespace ?? 'unknown',
        source?.workload ?? 'unknown',
        destination.namespace,
        destination.workload,
        String(request.code),
      ].join('|')
      kept[next] = { at: request.start + request.duration, value: request.duration, traceId, place }
      next = (next + 1) % most
    }
    for (const child of request.children) walk(child, traceId)
  }
  return {
    keep: (root, { isTraced, traceId }) => {
      if (isTraced) walk(root, traceId)
    },
    select(matchers, from, to) {
      const within = kept.filter(({ at }) => at >= from && at <= to)
      if (within.length === 0) return []
      const chosen = [...matchers, { name: '__name__', op: '=', value: histogram } as const]
      const byPlace = Map.groupBy(samples.select(chosen, from - lookback, to), ({ labels }) => placeOf(labels))
      const found = new Map<Labels, Exemplar[]>()
      for (const { place, ...exemplar } of within)
        for (const labels of lowest(byPlace.get(place)?.map(series => series.labels) ?? [], exemplar.value))
          found.set(labels, [...(found.get(labels) ?? []), exemplar])
      return [...found].map(([labels, exemplars]) => ({ labels, exemplars: exemplars.sort((a, b) => a.at - b.at) }))
    },
  }
}

const placeOf = (labels: Labels): string =>
  [
    'source_workload_namespace',
    'source_workload',
    'destination_workload_namespace',
    'destination_workload',
    'response_code',
  ]
    .map(name => labels[name] ?? '')
    .join('|')

const boundOf = ({ le }: Labels): number => (le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le))

/** Of each reporter one series: the first bucket that is wide enough. */
function lowest(series: readonly Labels[], value: number): Labels[] {
  const best = new Map<string, Labels>()
  for (const labels of series) {
    const reporter = labels['reporter'] ?? ''
    const known = best.get(reporter)
    if (boundOf(labels) >= value && (known === undefined || boundOf(labels) < boundOf(known)))
      best.set(reporter, labels)
  }
  return [...best.values()]
}
