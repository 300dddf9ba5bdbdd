import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import type { Seers } from '#bff/http/sight.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { request } from '#bff/mesh/readings.fixture.ts'
import { answering, sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { type Sample, SourceError } from '#bff/sources/source.ts'
import { ServicesQuery } from '#shared/services/api.ts'
import { servicesSubject } from './feed.ts'
import { cutList, listReadings } from './list.ts'
import { gatewayLatencyQuery, latencyQuery, pageQueries, trendQuery } from './queries.ts'

const signal = new AbortController().signal
const objects = cluster([
  { name: 'shop/web' },
  { name: 'shop/cart', pods: 2, ready: 1 },
  { name: 'pay/ledger' },
  { name: 'away/batch', proxy: 'none' },
])
const calls = answering(
  request({ from: 'shop/web', to: 'shop/cart' }, 8),
  request({ from: 'shop/web', to: 'shop/cart', code: '503' }, 2),
  request({ from: 'shop/cart', to: 'pay/ledger' }, 4),
)
const p95 = (service: string, value: number): Sample => {
  const [namespace = '', name = ''] = service.split('/')
  return { metric: { destination_service_namespace: namespace, destination_service_name: name }, value }
}
const answer = (promql: string): Sample[] =>
  promql.startsWith('histogram_quantile(0.95') ? [p95('shop/cart', 120), p95('pay/ledger', 30)] : calls(promql)
const services = ServicesQuery.parse({ of: 'services' })
const read = (deps: ReturnType<typeof sourcesOf>, query = services) => listReadings(deps, 5000)(query, signal)

describe('the list of services', () => {
  it('has one row each, as the map would say it, with its latency', async () => {
    const list = cutList(await read(sourcesOf({ objects, answer })), [], 'everything')
    expect(
      list.rows.map(({ id, requestRate, errorRatio, p95, health }) => [id, requestRate, errorRatio, p95, health]),
    ).toEqual([
      ['service:pay/ledger', 4, 0, 30, 'healthy'],
      ['service:shop/cart', 10, 0.2, 120, 'failing'],
      ['service:shop/web', 0, null, null, 'healthy'],
    ])
    expect(list.rows[1]?.reason).toEqual({
      rule: 'serverErrors',
      value: 0.2,
      threshold: 0.1,
      limits: { degraded: 0, failing: 0.1 },
      seen: 600,
    })
    expect(list.rows[1]?.pods).toEqual({ ready: 1, total: 2 })
  })

  it('says why one fails: the errors it passes on, or how its own requests end', async () => {
    const failing = answering(
      request({ from: 'shop/web', to: 'shop/cart', code: '503' }, 4),
      request({ from: 'shop/web', to: 'shop/cart' }, 8),
      request({ from: 'shop/cart', to: 'pay/ledger', code: '504', flags: 'UT' }, 3),
      request({ from: 'shop/cart', to: 'pay/ledger', code: '500' }, 1),
    )
    const list = await read(sourcesOf({ objects, answer: failing }))
    const causes = (sight: Parameters<typeof cutList>[2]) =>
      Object.fromEntries(cutList(list, [], sight).rows.map(({ name, cause }) => [name, cause]))
    expect(causes('everything')).toEqual({
      cart: { of: { namespace: 'pay', name: 'ledger' }, code: '504', protocol: 'http', flags: 'UT' },
      ledger: { of: null, code: '504', protocol: 'http', flags: 'UT' },
      web: null,
    })
    // Whoever may not see whose errors they are is not told.
    expect(causes(new Set(['shop']))['cart']).toMatchObject({ of: { namespace: '', name: '' } })
  })

  it('leaves out what is no part of the mesh, until its namespace is asked for', async () => {
    const list = await read(sourcesOf({ objects, answer }))
    expect(cutList(list, ['away'], 'everything').rows.map(({ id }) => id)).toEqual(['outside:away/batch'])
  })

  it('shows nobody a row of a namespace they may not see', async () => {
    const list = await read(sourcesOf({ objects, answer }))
    expect(cutList(list, [], new Set(['pay'])).rows.map(({ namespace }) => namespace)).toEqual(['pay'])
    expect(cutList(list, ['shop'], new Set(['pay'])).rows).toEqual([])
  })

  it('asks nine questions for a mesh of any size and any number of viewers', async () => {
    const many = cluster(Array.from({ length: 300 }, (_, index) => ({ name: `shop/s${index}` })))
    const deps = sourcesOf({ objects: many, answer })
    const readings = listReadings(deps, 5000)
    await Promise.all(Array.from({ length: 20 }, () => readings(services, signal)))
    expect(deps.asked).toHaveLength(9)
    await readings(ServicesQuery.parse({ of: 'services', namespaces: 'shop' }), signal)
    expect(deps.asked).toHaveLength(9)
  })

  it('stands without latencies and trends, and says which are missing', async () => {
    const failing = sourcesOf({
      objects,
      answer: promql => {
        if (promql.startsWith('histogram_quantile')) throw new SourceError('prometheus', 'timeout', 'It took 10 s.')
        return calls(promql)
      },
    })
    const list = cutList(await read(failing), [], 'everything')
    expect(list.rows.map(({ requestRate }) => requestRate)).toEqual([4, 10, 0])
    expect(list.partial).toEqual(['Latencies are missing: It took 10 s.'])
  })

  it('fails as a whole where the calls themselves cannot be read', async () => {
    const failing = sourcesOf({
      objects,
      answer: () => {
        throw new SourceError('prometheus', 'unreachable', 'Nobody there.')
      },
    })
    await expect(read(failing)).rejects.toThrow('Nobody there.')
  })

  it('draws a trend of a value for each minute, with gaps where there was no sample', async () => {
    const now = 1_800_000_000_000
    const { metric } = p95('shop/cart', 0)
    const line = (promql: string) =>
      promql.includes('"part"')
        ? [{ metric: { ...metric, part: 'requests' }, times: [now - 120_000, now], values: [3, 5] }]
        : []
    const list = await read(sourcesOf({ objects, answer, line, now }))
    const { trend } = list.found.find(({ row }) => row.name === 'cart')?.row ?? {}
    expect(trend).toHaveLength(30)
    expect(trend?.slice(-4)).toEqual([null, 3, null, 5])
  })
})

describe('the list of workloads', () => {
  it('has what runs', async () => {
    const list = await read(sourcesOf({ objects, answer: calls }), ServicesQuery.parse({ of: 'workloads' }))
    expect(cutList(list, [], 'everything').rows.map(({ id, workloadKind }) => [id, workloadKind])).toEqual([
      ['workload:pay/ledger', 'Deployment'],
      ['workload:shop/cart', 'Deployment'],
      ['workload:shop/web', 'Deployment'],
    ])
  })
})

describe('the live list', () => {
  const seers: Seers = { of: async user => (user === 'dev' ? new Set(['shop']) : 'everything') }
  it('is one reading for viewers of different rights, each told what they may see', async () => {
    const deps = { ...sourcesOf({ objects, answer }), seers }
    const subject = servicesSubject(deps, listReadings(deps, 5000))
    const [all, some] = await Promise.all([
      subject.read(services, signal, 'admin'),
      subject.read(services, signal, 'dev'),
    ])
    expect(all.rows).toHaveLength(3)
    expect(some.rows.map(({ namespace }) => namespace)).toEqual(['shop', 'shop'])
    expect(deps.asked).toHaveLength(9)
    expect(subject.diff(all, all)).toBeNull()
  })
})

describe('queries of services', () => {
  const gateways = ['gw-1', 'evil"} or vector(1) #']
  it.each([
    latencyQuery('services', 60),
    latencyQuery('workloads', 60),
    gatewayLatencyQuery(gateways, 60),
    trendQuery('services', gateways, 60),
    trendQuery('workloads', [], 60),
    ...Object.values(pageQueries(['a="b"'], { namespace: 'shop', workloads: gateways }, 60)),
  ])('are PromQL without a fault: %s', promql => {
    const faults: number[] = []
    parser.parse(promql ?? '').iterate({ enter: node => void (node.type.isError && faults.push(node.from)) })
    expect(faults).toEqual([])
  })
})
