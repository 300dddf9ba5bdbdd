import { MemoryStore } from './memory-store.ts'
import { instantQuery, rangeQuery } from './promql/query.ts'
import { writeResult } from './server/json.ts'

const labelNames = [
  'source_workload',
  'source_workload_namespace',
  'source_principal',
  'source_version',
  'reporter',
  'destination_workload',
  'destination_workload_namespace',
  'destination_service',
  'request_protocol',
  'response_code',
  'response_flags',
  'connection_security_policy',
]
const [samples, scrapeInterval] = [20, 15_000]
const end = samples * scrapeInterval

/** How long a question took, and how large the answer was. The first time of three is the cold one. */
export interface QueryFigure {
  what: string
  milliseconds: number[]
  size: number
}

/** Grouped rates over so many series of one metric, as the service map asks for them. */
export function measurePromql(seriesCount: number, now: () => number): QueryFigure[] {
  const store = filled(seriesCount)
  const query = `sum by (${labelNames.join(', ')}) (rate(istio_requests_total[1m]))`
  const options = { store, isLate: () => false }
  const measured = (what: string, run: () => number): QueryFigure => {
    const milliseconds: number[] = []
    let size = 0
    for (let round = 0; round < 3; round++) {
      const start = now()
      size = run()
      milliseconds.push(now() - start)
    }
    return { what, milliseconds, size }
  }
  return [
    measured(
      'select',
      () => store.select([{ name: '__name__', op: '=', value: 'istio_requests_total' }], 0, end).length,
    ),
    measured('instant query', () => {
      const result = instantQuery(query, end, options)
      return result.type === 'vector' ? result.labels.length : 0
    }),
    measured('instant query as JSON, bytes', () => writeResult(instantQuery(query, end, options)).length),
    measured('range query of 10 steps', () => {
      const result = rangeQuery(query, { start: end / 2, end, step: end / 20 }, options)
      return result.type === 'matrix' ? result.series.length : 0
    }),
  ]
}

function filled(seriesCount: number): MemoryStore {
  const store = new MemoryStore()
  for (let index = 0; index < seriesCount; index++) {
    const labels: Record<string, string> = { __name__: 'istio_requests_total', pod: `pod-${index % 3}` }
    for (const [place, name] of labelNames.entries()) labels[name] = `value-${Math.floor(index / 3) % (place * 40 + 7)}`
    for (let sample = 1; sample <= samples; sample++)
      store.append(labels, sample * scrapeInterval, sample * (index % 17))
  }
  return store
}
