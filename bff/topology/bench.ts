import { parseVector } from '#bff/sources/prometheus-answer.ts'
import { diff } from '#shared/topology/diff.ts'
import type { Graph } from '#shared/topology/graph.ts'
import { quantise } from '#shared/topology/quantise.ts'
import type { Milliseconds } from '#shared/units.ts'
import { collect } from './collect.ts'
import type { Readings } from '#bff/mesh/paths.ts'

/** What one reading of a mesh of 10,000 pods costs us, in milliseconds of CPU. Prometheus' own work is not in it. */
export interface BenchResult {
  /** Grouped series in all answers, and their JSON in bytes. */
  series: number
  bytes: number
  parse: Milliseconds
  fold: Milliseconds
  diff: Milliseconds
  /** Drawn. */
  nodes: number
  edges: number
}

const workloads = 2500
const namespaces = 200
const calls = 12_000

/** @param cpu CPU time of this process so far, milliseconds */
export function bench(cpu: () => Milliseconds): BenchResult {
  const texts = [0, 1].map(scrape => answers(scrape))
  const spent = { parse: 0, fold: 0, diff: 0 }
  const clock = <T>(what: keyof typeof spent, work: () => T): T => {
    const start = cpu()
    const result = work()
    spent[what] += cpu() - start
    return result
  }
  const parsed = texts.map(text => clock('parse', () => parse(text)))
  const graphs = parsed.map((readings, scrape) => clock('fold', () => graphOf(readings, scrape)))
  const [first, second] = graphs
  if (first === undefined || second === undefined) throw new Error('Two readings make a difference.')
  clock('diff', () => {
    const shown = quantise(first)
    return diff(shown, quantise(second, shown))
  })
  return {
    series: Object.values(parsed[0] ?? {}).reduce((sum, samples) => sum + samples.length, 0),
    bytes: Object.values(texts[0] ?? {}).reduce((sum, text) => sum + text.length, 0),
    parse: spent.parse / 2,
    fold: spent.fold / 2,
    diff: spent.diff,
    nodes: second.nodes.length,
    edges: second.edges.length,
  }
}

const graphOf = (readings: Readings, scrape: number): Graph =>
  collect(
    { namespaces: [], open: [] },
    {
      at: 1_800_000_000_000 + scrape * 15_000,
      window: 60,
      readings,
      objects: null,
      isPast: false,
      cost: { queries: 7, duration: 0 },
      partial: [],
    },
  )

type Texts = Record<keyof Readings, string>

const parse = (texts: Texts): Readings => {
  const vector = (text: string) => parseVector((JSON.parse(text) as { data: unknown }).data)
  return {
    requests: vector(texts.requests),
    durations: vector(texts.durations),
    bodyBytes: vector(texts.bodyBytes),
    tcpBytes: vector(texts.tcpBytes),
    connections: vector(texts.connections),
    connectionTroubles: vector(texts.connectionTroubles),
    refusals: vector(texts.refusals),
  }
}

/** Answers as Prometheus writes them: both reporters, one in four calls with a second code, one in six is TCP. */
function answers(scrape: number): Texts {
  const lists = { requests: [], durations: [], bodyBytes: [], tcpBytes: [], connections: [] } as Record<
    string,
    string[]
  >
  const put = (list: string, metric: Record<string, string>, value: number) =>
    lists[list]?.push(JSON.stringify({ metric, value: [1_800_000_000, String(value)] }))
  for (let call = 0; call < calls; call++) {
    const isTcp = call % 6 === 5
    const rate = (1 + (call % 97)) * (1 + 0.03 * Math.sin(call + scrape))
    for (const reporter of ['source', 'destination']) {
      const ends = { reporter, ...endsOf(call) }
      const outcome = {
        response_flags: '-',
        connection_security_policy: reporter === 'source' ? 'unknown' : 'mutual_tls',
        destination_principal: `spiffe://cluster.local/ns/${ends.destination_workload_namespace}/sa/default`,
      }
      if (isTcp) {
        put('connections', { ...ends, ...outcome, app: 'a' }, rate / 50)
        put('tcpBytes', { ...ends, ...outcome, app: 'a' }, rate * 900)
        continue
      }
      const protocol = { request_protocol: call % 4 === 0 ? 'grpc' : 'http' }
      put('requests', { ...ends, ...protocol, ...outcome, response_code: '200' }, rate)
      if (call % 4 === 1) put('requests', { ...ends, ...protocol, ...outcome, response_code: '503' }, rate / 100)
      put('durations', { ...ends, ...protocol }, rate * 12)
      put('bodyBytes', { ...ends, ...protocol }, rate * 900)
    }
  }
  const text = (list: string) =>
    `{"status":"success","data":{"resultType":"vector","result":[${lists[list]?.join(',') ?? ''}]}}`
  return {
    requests: text('requests'),
    durations: text('durations'),
    bodyBytes: text('bodyBytes'),
    tcpBytes: text('tcpBytes'),
    connections: text('connections'),
    connectionTroubles: text('none'),
    refusals: text('none'),
  }
}

/** Most calls stay among neighbours, as they do in a mesh: a few namespaces call many. */
function endsOf(call: number) {
  const from = (call * 7) % workloads
  const to = (from + 1 + ((call * 13) % 40) * (call % 10 === 0 ? 11 : 1)) % workloads
  const namespace = (workload: number) => `team-${Math.floor((workload * namespaces) / workloads)}`
  return {
    source_workload: `workload-${from}`,
    source_workload_namespace: namespace(from),
    source_canonical_service: `workload-${from}`,
    destination_workload: `workload-${to}`,
    destination_workload_namespace: namespace(to),
    destination_canonical_service: `workload-${to}`,
    destination_version: 'v1',
    destination_service_name: `workload-${to}`,
    destination_service_namespace: namespace(to),
  }
}
