import { countingProxy } from './counting-proxy.ts'
import { expect, test } from './fixtures.ts'
import { everyCut, metricPages, metricsIn } from './metric-pages.ts'
import { startConsole } from './mesh.ts'
import { type RealPrometheus, startPrometheus } from './prometheus.ts'

interface Edge {
  id: string
  protocol: string
  requestRate: number
  byteRate: number
  connectionRate: number
}
interface Graph {
  at: number
  nodes: { id: string }[]
  edges: Edge[]
}

interface Charts {
  times: number[]
  panels: { id: string; query: string; lines: { name: string; values: (number | null)[] }[] }[]
}

const shop = {
  service: { namespace: 'shop', name: 'checkout' },
  workload: { namespace: 'shop', name: 'checkout' },
  gateway: { namespace: 'gateways', name: 'web-gateway' },
  caller: 'shop/storefront-v1,storefront-v2',
}

const buckets = 'istio_request_duration_milliseconds_bucket'
/** Requests, errors, latency with its heatmap, exemplars, sizes, messages, and TCP. */
const charts = [
  'istio_request_bytes_count istio_request_bytes_sum istio_response_bytes_count istio_response_bytes_sum',
  buckets,
  buckets,
  'istio_request_messages_total istio_response_messages_total',
  'istio_requests_total',
  'istio_requests_total',
  'istio_tcp_connections_closed_total istio_tcp_connections_opened_total',
  'istio_tcp_received_bytes_total istio_tcp_sent_bytes_total',
]
/** What the map is made of: every hop, counted once. */
const hops = [
  'envoy_http_',
  'istio_request_bytes_sum istio_response_bytes_sum',
  buckets,
  'istio_request_duration_milliseconds_sum',
  'istio_requests_total',
  'istio_tcp_connections_closed_total istio_tcp_connections_failed_total',
  'istio_tcp_connections_opened_total',
  'istio_tcp_received_bytes_total istio_tcp_sent_bytes_total',
]
const usage = ['container_cpu_usage_seconds_total', 'container_memory_working_set_bytes']

/** What each page asks when it opens, by the metrics of each question. */
const costOf: Record<string, string[]> = {
  'metrics of a service': charts,
  'metrics of a workload': charts,
  'metrics of an edge': charts,
  'metrics of a gateway': charts,
  'metrics of the mesh, istiod and the proxies': [
    ...charts,
    ...usage,
    'envoy_cluster_upstream_cx_active',
    'pilot_proxy_convergence_time_bucket',
    'pilot_total_xds_rejects',
    'pilot_xds_pushes',
  ].sort(),
  'the hour before of a service': [buckets, 'istio_requests_total'],
  services: [...hops, buckets, 'istio_requests_total istio_tcp_sent_bytes_total'].sort(),
  // Of the same mesh as the services: it is not read again.
  workloads: [buckets, buckets, 'istio_requests_total istio_tcp_sent_bytes_total'],
  'a service': [...hops, buckets, buckets].sort(),
  // Of the same namespace as the service.
  'a workload': [buckets, buckets, buckets],
  'pods of a workload': usage,
  overview: [
    buckets,
    buckets,
    buckets,
    'istio_requests_total istio_tcp_received_bytes_total istio_tcp_sent_bytes_total',
  ],
}
/** Who called whom in the last ten minutes: read for findings, whoever looks. */
const isOwn = (promql: string): boolean => promql.includes('[600s]')

const scrapeInterval = 5
const window = 90

async function readGraph(url: string, at: number): Promise<Graph> {
  const reply = await fetch(`${url}/api/topology?level=workload&window=${window}&at=${at}`)
  expect(reply.status).toBe(200)
  return (await reply.json()) as Graph
}

test.describe('a real Prometheus', () => {
  let prometheus: RealPrometheus
  test.beforeAll(async ({ lab }) => {
    prometheus = await startPrometheus(lab.prometheus, scrapeInterval)
  })
  test.afterAll(() => prometheus.stop())
  /** What a test began ends with it, also where it fails. */
  const begun: (() => Promise<void>)[] = []
  const beginConsole = async (sources: Parameters<typeof startConsole>[0]) => {
    const weft = await startConsole(sources)
    begun.push(() => weft.stop())
    return weft
  }
  test.afterEach(async () => {
    for (const end of begun.splice(0).toReversed()) await end()
  })

  test('that scrapes the lab gives the same nodes and edges, rates within 5 %', async ({ lab, weft }) => {
    test.setTimeout(300_000)
    const real = await beginConsole({ ...lab, prometheus: prometheus.url })
    // The window must be full of scrapes, and of the moment compared.
    await new Promise(resolve => setTimeout(resolve, (window + 4 * scrapeInterval) * 1000))
    // The lab's own Prometheus scrapes every 15 s: both have the same past at a moment that is 15 s old.
    const at = Date.now() - 15_000
    const [ours, theirs] = [await readGraph(weft.url, at), await readGraph(real.url, at)]
    const ids = (things: { id: string }[]) => things.map(thing => thing.id).sort()
    expect(ids(theirs.nodes)).toEqual(ids(ours.nodes))
    expect(ids(theirs.edges)).toEqual(ids(ours.edges))
    const byId = new Map(theirs.edges.map(edge => [edge.id, edge]))
    const disagreements = ours.edges.flatMap(edge => {
      const other = byId.get(edge.id)
      return (['requestRate', 'connectionRate', 'byteRate'] as const).flatMap(field => {
        const [a, b] = [edge[field], other?.[field] ?? Number.NaN]
        // Two programs that scrape at different seconds see the ends of the window differently: of rare events a few more or less.
        const events = field === 'byteRate' ? 0 : 4 / window
        return Math.abs(a - b) <= 0.05 * Math.max(a, b) + events ? [] : [`${edge.id} ${field}: ${a} and ${b}`]
      })
    })
    expect(disagreements).toEqual([])
    const sum = (graph: Graph) => graph.edges.reduce((total, edge) => total + edge.requestRate, 0)
    expect(Math.abs(sum(theirs) / sum(ours) - 1)).toBeLessThan(0.05)
  })

  test('answers every question of the pages; two viewers of a page cost one', async ({ lab }) => {
    test.setTimeout(120_000)
    // What a page asks depends on what it finds: a rate needs two scrapes, and some time ago.
    const rates = new URLSearchParams({ query: 'count(rate(istio_requests_total[1m] offset 20s) > 0)' })
    await expect
      .poll(async () => (await fetch(`${prometheus.url}/api/v1/query?${rates.toString()}`)).text(), { timeout: 60_000 })
      .toContain('"value"')
    const between = await countingProxy(prometheus.url)
    begun.push(() => between.close())
    const weft = await beginConsole({ ...lab, prometheus: between.url })
    const read = async (path: string) => {
      const reply = await fetch(`${weft.url}${path}`)
      expect(reply.status, `${path}: ${reply.ok ? '' : await reply.text()}`).toBe(200)
      return reply.json()
    }
    const cost: Record<string, string[]> = {}
    const now = Date.now()
    const span = { from: now - 900_000, to: now }
    for (const { name, calls } of metricPages(shop, span)) {
      const before = between.asked().length
      // Two people at once, and a third a moment later.
      await Promise.all([...calls, ...calls].map(read))
      await Promise.all(calls.map(read))
      cost[name] = between
        .asked()
        .slice(before)
        .filter(({ promql }) => !isOwn(promql))
        .map(({ promql }) => metricsIn(promql))
        .sort()
    }
    expect(cost).toEqual(costOf)
    const { times, panels } = (await read(metricPages(shop, span)[0]?.calls[0] ?? '')) as Charts
    const { lines = [], query = '' } = panels.find(({ id }) => id === 'latency') ?? {}
    // Not the newest: a scrape of just then may come after the page was asked.
    const at = times.at(-4) ?? 0
    const asked = await fetch(
      `${prometheus.url}/api/v1/query?${new URLSearchParams({ query, time: String(at / 1000) }).toString()}`,
    )
    const { data } = (await asked.json()) as {
      data: { result: { metric: { part: string }; value: [number, string] }[] }
    }
    expect(data.result).toHaveLength(3)
    for (const { metric, value } of data.result) {
      const drawn = lines.find(({ name }) => name === `p${Math.round(Number(metric.part) * 100)}`)
      expect(drawn?.values.at(-4), `p of ${metric.part}`).toBeCloseTo(Number(value[1]), 6)
    }
    for (const path of everyCut(shop, span)) await read(path)
    expect(between.asked().filter(({ status }) => status !== 200)).toEqual([])
    expect(between.asked().length).toBeGreaterThan(200)
  })
})
