import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { type Series, SourceError } from '#bff/sources/source.ts'
import { Dashboard, MetricsQuery } from '#shared/metrics/api.ts'
import { errorName, heatOf, linesOf, mostLines, quantileLines, splitName } from './lines.ts'
import { dashboardQueries, planeQueries } from './queries.ts'
import { rangeReadings, readDashboardOf } from './read.ts'

const signal = new AbortController().signal
const line = (metric: Record<string, string>, ...values: number[]): Series => ({
  metric,
  times: values.map((_, index) => index * 1000),
  values,
})
const times = [0, 1000, 2000]
const objects = cluster([
  { name: 'shop/cart-v1', app: 'cart' },
  { name: 'shop/cart-v2', app: 'cart' },
])
const cart = { of: 'service', namespace: 'shop', name: 'cart' }
const read = async (query: Record<string, string>, deps = sourcesOf({ objects }), ranges = rangeReadings(deps)) =>
  readDashboardOf(MetricsQuery.parse(query), deps, ranges, 'everything', signal)

describe('a dashboard', () => {
  it('asks eight questions, and no more for a second viewer', async () => {
    const deps = sourcesOf({ objects })
    const ranges = rangeReadings(deps)
    const [one] = await Promise.all([read(cart, deps, ranges), read(cart, deps, ranges)])
    expect(deps.asked).toHaveLength(8)
    expect(one.queries).toBe(8)
    expect(Dashboard.safeParse(one).error).toBeUndefined()
  })

  it('of an edge counts all versions of its caller, in whatever order they are named, with as many questions', async () => {
    const deps = sourcesOf({ objects })
    const ranges = rangeReadings(deps)
    const [one] = await Promise.all([
      read({ ...cart, caller: 'shop/web-v2,web-v1' }, deps, ranges),
      read({ ...cart, caller: 'shop/web-v1,web-v2' }, deps, ranges),
    ])
    expect(one.queries).toBe(8)
    expect(deps.asked).toHaveLength(8)
    const requests = one.panels.find(({ id }) => id === 'requests')?.query ?? ''
    expect(requests).toContain('source_workload_namespace="shop",source_workload=~"web-v1|web-v2"')
  })

  it.each(['shop/', 'shop/web,', 'shop/web|.*', 'shop/a,pay/b', `shop/${Array(21).fill('web').join(',')}`])(
    'takes no caller %s',
    caller => {
      expect(MetricsQuery.safeParse({ ...cart, caller }).success).toBe(false)
    },
  )

  it('asks for the mesh also what istiod and the proxies do: fourteen questions', async () => {
    const deps = sourcesOf({ objects })
    expect((await read({ of: 'mesh' }, deps)).queries).toBe(14)
    expect(deps.asked).toHaveLength(14)
  })

  it('shows the slowest traced request of each stretch, once', async () => {
    const at = 1_800_000_000_000 - 60_000
    const exemplars = [
      { at, value: 4, traceId: 'a' },
      { at: at + 1, value: 9, traceId: 'b' },
      { at: at + 1, value: 9, traceId: 'b' },
      { at: at - 1_800_000, value: 2, traceId: 'c' },
    ]
    const shown = (await read(cart, sourcesOf({ objects, exemplars }))).exemplars
    expect(shown.map(({ traceId }) => traceId)).toEqual(['c', 'b'])
  })

  it('is whole where Prometheus knows no exemplars', async () => {
    const deps = sourcesOf({ objects })
    deps.sources.prometheus.queryExemplars = () => Promise.reject(new SourceError('prometheus', 'refused', 'no such'))
    expect((await read(cart, deps)).exemplars).toEqual([])
  })

  it('asks only for what is compared', async () => {
    expect((await read({ ...cart, only: 'compared' })).panels.map(({ id }) => id)).toEqual(['requests', 'latency'])
  })

  it('reads what a service asks of others from the workloads behind it', async () => {
    const { panels } = await read({ ...cart, direction: 'outbound' })
    expect(panels[0]?.query).toContain('source_workload=~"cart-v1|cart-v2"')
  })

  it('is refused where the range ends before it begins, or is too long', async () => {
    await expect(read({ ...cart, from: '2000', to: '1000' })).rejects.toThrow('from is not before to')
    await expect(read({ ...cart, from: '1', to: '1700000000000' })).rejects.toThrow('31 days')
  })

  it.each([
    ...(['none', 'version', 'caller', 'code', 'flag', 'protocol'] as const).flatMap(split =>
      (['auto', 'source', 'destination'] as const).flatMap(reporter =>
        Object.values(dashboardQueries({ matchers: ['a="b"'], isAsking: split === 'code', reporter }, split, 60, 15)),
      ),
    ),
    ...Object.values(planeQueries([], 60)),
    ...Object.values(planeQueries(['shop', 'pay'], 60)),
  ])('asks PromQL without a fault: %s', promql => {
    const faults: number[] = []
    parser.parse(promql).iterate({ enter: node => void (node.type.isError && faults.push(node.from)) })
    expect(faults).toEqual([])
  })
})

describe('lines of a chart', () => {
  it('are the busiest twenty, and the sum of the others', () => {
    const series = Array.from({ length: 25 }, (_, index) => line({ response_code: String(index) }, index))
    const lines = linesOf(series, times, splitName('code', 'everything'))
    expect(lines).toHaveLength(mostLines + 1)
    expect(lines[0]?.name).toBe('24')
    expect(lines.at(-1)).toEqual({ id: 'others', name: 'others (5)', values: [0 + 1 + 2 + 3 + 4, null, null] })
  })

  it('give callers of namespaces that are not seen one name, and keep their sum', () => {
    const caller = (namespace: string) => ({ source_workload_namespace: namespace, source_workload: 'w' })
    const series = [line(caller('shop'), 1), line(caller('a'), 2), line(caller('b'), 4)]
    expect(linesOf(series, [0], splitName('caller', new Set(['shop'])))).toEqual([
      { id: 'other namespaces', name: 'other namespaces', values: [6] },
      { id: 'shop/w', name: 'shop/w', values: [1] },
    ])
  })

  it.each([
    [{ response_code: '200', response_flags: '-' }, null],
    [{ response_code: '503', response_flags: 'UH' }, '503 UH'],
    [{ response_code: '404', response_flags: '-' }, '404'],
    [{ response_code: '200', grpc_response_status: '14', request_protocol: 'grpc' }, 'gRPC 14'],
    [{ response_code: '200', grpc_response_status: '0', request_protocol: 'grpc' }, null],
  ])('of errors are called by code and flags: %j', (metric, name) => {
    expect(errorName(metric)).toBe(name)
  })
})

describe('quantiles', () => {
  it('come of summed buckets at each time, and are missing where there was nothing', () => {
    const buckets = [line({ le: '10' }, 5, 0), line({ le: '100' }, 9, 0), line({ le: '+Inf' }, 10, 0)]
    expect(quantileLines(buckets, times, [0.5, 0.95])).toEqual([
      { id: 'p50', name: 'p50', values: [10, null, null] },
      { id: 'p95', name: 'p95', values: [100, null, null] },
    ])
  })
})

describe('a heatmap', () => {
  it('tells cumulative buckets apart, whatever their order', () => {
    const { bounds, counts } = heatOf(
      [line({ le: '+Inf' }, 10, 12), line({ le: '5' }, 4, 4), line({ le: '25' }, 9, 12)],
      times,
    )
    expect(bounds).toEqual([5, 25, null])
    expect(counts).toEqual([
      [4, 5, 1],
      [4, 8, 0],
      [0, 0, 0],
    ])
  })
})
