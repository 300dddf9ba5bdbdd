import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import type { Sample } from '#bff/sources/source.ts'
import { Detail, readDetail } from '#shared/topology/api.ts'
import { failingSince, readDetailOf } from './detail.ts'
import { defaultThresholds } from '#bff/mesh/health/rules.ts'
import { request } from '#bff/mesh/readings.fixture.ts'
import { namespacesOf } from '#bff/mesh/selection.ts'
import { answering, sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { emptyTally } from '#bff/mesh/tally.ts'

const calls = [
  request({ from: 'shop/web', to: 'shop/cart', version: 'v1' }, 8),
  request({ from: 'shop/web', to: 'shop/cart', version: 'v2', code: '504' }, 2),
  request({ from: 'shop/web', to: 'shop/cart', reporter: 'source', code: '503', flags: 'UH' }, 1),
  request({ from: 'shop/cart', to: 'pay/ledger', protocol: 'grpc', grpcStatus: '0' }, 3),
]
const quantiles = (value: number): Sample[] =>
  ['0.5', '0.95', '0.99'].map(part => ({ metric: { part }, value: value * Number(part) }))

const deps = () =>
  sourcesOf({
    answer: promql => {
      if (promql.includes('[86400s]')) return quantiles(100)
      if (promql.includes('histogram_quantile')) return quantiles(200)
      if (promql.startsWith('group by (source_principal)'))
        return [{ metric: { source_principal: 'spiffe://cluster.local/ns/shop/sa/web' }, value: 1 }]
      return answering(...calls)(promql)
    },
    line: promql => {
      const times = Array.from({ length: 91 }, (_, index) => 1_800_000_000_000 - 1_800_000 + index * 20_000)
      if (!promql.includes('vector(0)'))
        return [{ metric: {}, times: times.slice(10), values: times.slice(10).map(() => 11) }]
      return [{ metric: {}, times, values: times.map((_, index) => (index < 60 ? 0 : 0.27)) }]
    },
  })
const detailOf = async (id: string, given = deps()) => {
  const detail = await readDetailOf(readDetail.query.parse({ id }), given)
  expect(Detail.safeParse(detail).error).toBeUndefined()
  return detail
}

describe('what the side panel shows', () => {
  it('of an edge: its calls by code and flags, most frequent first', async () => {
    const detail = await detailOf('service:shop/web>service:shop/cart:http')
    expect(detail.responses).toEqual([
      { protocol: 'http', code: '200', flags: '-', rate: 8, isServerError: false },
      { protocol: 'http', code: '504', flags: '-', rate: 2, isServerError: true },
      { protocol: 'http', code: '503', flags: 'UH', rate: 1, isServerError: true },
    ])
    expect(detail.inbound).toMatchObject({ requestRate: 11, httpRate: 11 })
    expect(detail.outbound).toBeNull()
    expect(detail.versions).toEqual([
      { version: 'v1', requestRate: 8 },
      { version: 'v2', requestRate: 2 },
    ])
  })

  it('of a node: what comes in and what goes out', async () => {
    const detail = await detailOf('service:shop/cart')
    expect(detail.inbound?.requestRate).toBe(11)
    expect(detail.outbound).toMatchObject({ requestRate: 3, grpcRate: 3 })
  })

  it('of who serves nobody: what it asks', async () => {
    const detail = await detailOf('service:shop/web')
    expect(detail.inbound).toBeNull()
    expect(detail.responses).toHaveLength(3)
  })

  it('has quantiles from summed buckets, beside those of a day (telemetry rule 6)', async () => {
    const detail = await detailOf('service:shop/cart')
    expect(detail.quantiles).toEqual([
      { quantile: 0.5, duration: 100, dayDuration: 50 },
      { quantile: 0.95, duration: 190, dayDuration: 95 },
      { quantile: 0.99, duration: 198, dayDuration: 99 },
    ])
    expect(detail.queries.find(({ name }) => name === 'quantiles')?.query).toContain(
      'histogram_quantile(0.99, sum by (le) (rate(istio_request_duration_milliseconds_bucket{reporter=~"destination|waypoint"',
    )
  })

  it('has a line of half an hour with gaps where nothing was measured, and since when it fails', async () => {
    const detail = await detailOf('service:shop/cart')
    expect(detail.rate.values.length).toBeLessThanOrEqual(120)
    expect(detail.rate.values.slice(0, 11)).toEqual([...Array.from({ length: 10 }, () => null), 11])
    expect(detail.failingSince).toBe(1_800_000_000_000 - 1_800_000 + 60 * 20_000)
    expect(detail.principals).toEqual(['spiffe://cluster.local/ns/shop/sa/web'])
  })

  it('says the PromQL behind it, which is PromQL', async () => {
    for (const id of ['service:shop/cart', 'namespace:pay', 'service:shop/web>service:shop/cart:http'])
      for (const { query } of (await detailOf(id)).queries) {
        let errors = 0
        parser.parse(query).iterate({ enter: ({ type }) => void (errors += type.isError ? 1 : 0) })
        expect([errors, query]).toEqual([0, query])
      }
  })

  it('asks for the selection alone, and for what never arrived', async () => {
    const { queries } = await detailOf('service:shop/web>service:shop/cart:http')
    const rate = queries.find(({ name }) => name === 'rate')?.query
    expect(rate).toContain('source_workload="web"')
    expect(rate).toContain('destination_service_name="cart"')
    expect(rate).toContain('request_protocol="http"')
    expect(rate).toContain('reporter="source",response_flags=~"(.+,)?(UH|')
  })

  it('is empty for what has no traffic, and asks nothing more', async () => {
    const given = deps()
    const detail = await detailOf('service:shop/nothing', given)
    expect(detail).toMatchObject({ inbound: null, outbound: null, responses: [], queries: [] })
    expect(given.asked).toHaveLength(7)
  })

  it('puts nothing of an id into a query', async () => {
    const given = deps()
    await detailOf('service:x"} or vector(1) #/y', given)
    for (const { promql } of given.asked) expect(promql).not.toContain('"x"} or')
  })
})

describe('the namespaces that hold a selection', () => {
  it.each([
    ['service:shop/cart', ['shop']],
    ['namespace:pay', ['pay']],
    ['external:risk.cards.example', []],
    ['service:shop/web>external:risk.cards.example:http', ['shop']],
    ['outside:legacy/batch>service:pay/ledger:http', ['pay']],
    ['external:internet>gateway:gateways/web:http', ['gateways']],
  ])('%s: %j', (id, namespaces) => {
    expect(namespacesOf(id)).toEqual(namespaces)
  })
})

describe('failing since', () => {
  const line = (values: (number | null)[]) => ({ times: values.map((_, index) => index * 20), values })
  const now = (serverErrors: number) => ({ ...emptyTally(), total: 1, serverErrors })

  it.each([
    ['well now', 0, [0.5, 0.5, 0], null],
    ['failing since the third', 0.3, [0, 0.05, 0.2, 0.3], 40],
    ['degraded since the second', 0.05, [0, 0.2, 0.05, 0.05], 20],
    ['longer than the line', 0.3, [0.3, 0.3, 0.3], null],
    ['a gap ends the run', 0.3, [0.3, null, 0.3], 40],
    ['not yet on the line', 0.3, [0, 0, 0], null],
  ] as const)('%s', (_, ratio, values, since) => {
    expect(failingSince(line([...values]), now(ratio), false, defaultThresholds)).toBe(since)
  })
})
