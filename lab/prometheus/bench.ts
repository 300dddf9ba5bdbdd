/** Prints how long grouped rates over 30,000 series take. Run: node lab/prometheus/bench.ts */
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
const [seriesCount, samples, scrapeInterval] = [30_000, 20, 15_000]
const end = samples * scrapeInterval

const store = new MemoryStore()
for (let index = 0; index < seriesCount; index++) {
  const labels: Record<string, string> = { __name__: 'istio_requests_total', pod: `pod-${index % 3}` }
  for (const [place, name] of labelNames.entries()) labels[name] = `value-${Math.floor(index / 3) % (place * 40 + 7)}`
  for (let sample = 1; sample <= samples; sample++) store.append(labels, sample * scrapeInterval, sample * (index % 17))
}

function measure(what: string, run: () => number): void {
  for (const round of ['first', 'again', 'again']) {
    const start = performance.now()
    const size = run()
    console.log(`${what}, ${round}: ${(performance.now() - start).toFixed(0)} ms, ${size} in the answer`)
  }
}

const query = `sum by (${labelNames.join(', ')}) (rate(istio_requests_total[1m]))`
const options = { store, isLate: () => false }

measure(
  'select only',
  () => store.select([{ name: '__name__', op: '=', value: 'istio_requests_total' }], 0, end).length,
)
measure('instant query', () => {
  const result = instantQuery(query, end, options)
  return result.type === 'vector' ? result.labels.length : 0
})
measure('instant query as JSON bytes', () => writeResult(instantQuery(query, end, options)).length)
measure('range query of 10 steps', () => {
  const result = rangeQuery(query, { start: end / 2, end, step: end / 20 }, options)
  return result.type === 'matrix' ? result.series.length : 0
})
