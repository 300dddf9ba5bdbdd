import { describe, expect, it } from 'vitest'
import { type ScrapeTarget, SourceError } from '#bff/sources/source.ts'
import { LadderQuery, reasonIn } from '#shared/mesh/ladder.ts'
import { explain } from './empty.ts'
import { cluster } from '#bff/mesh/objects.fixture.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'

const signal = new AbortController().signal
const objects = cluster([{ name: 'shop/web' }, { name: 'shop/cart-v1', app: 'cart', pods: 2 }])
const map = LadderQuery.parse({ panel: 'traffic', namespaces: 'shop' })
const count = (value: number) => [{ metric: {}, value }]
const part = (name: string, value: number) => ({ metric: { part: name }, value })
const isUp = (promql: string) => promql.includes('count(up')

/** What Prometheus says: scrapes by `up`, the rest by a rule. */
const saying = (rest: (promql: string) => { metric: Record<string, string>; value: number }[], up = [part('all', 3)]) =>
  sourcesOf({ objects, answer: promql => (isUp(promql) ? up : rest(promql)) })

const climbed = async (deps: ReturnType<typeof sourcesOf>, query = map) => (await explain(query, deps, signal)).ladder
const states = async (deps: ReturnType<typeof sourcesOf>, query = map) =>
  (await climbed(deps, query)).rungs.map(({ state }) => state)

describe('why a panel is empty', () => {
  it('Prometheus does not answer: its own words, and nothing more is asked', async () => {
    const deps = sourcesOf({
      answer: () => {
        throw new SourceError('prometheus', 'unreachable', 'Prometheus at http://p refuses connections.')
      },
    })
    const { rungs } = await climbed(deps)
    expect(rungs.map(({ rung, state }) => [rung, state])).toEqual([
      ['sourceReachable', 'fails'],
      ['scraped', 'unasked'],
      ['metricThere', 'unasked'],
      ['labelsAsExpected', 'unasked'],
      ['trafficInWindow', 'unasked'],
    ])
    expect(rungs[0]?.detail).toEqual([
      { says: 'unreachable', facts: { source: 'prometheus', words: 'Prometheus at http://p refuses connections.' } },
    ])
    expect(deps.asked).toHaveLength(1)
  })

  it('it falls silent on the way: what it was asked last is the reason, as not known', async () => {
    const deps = saying(promql => {
      if (promql === 'vector(1)') return count(1)
      throw new SourceError('prometheus', 'timeout', 'Prometheus did not answer in 10 s.')
    })
    const ladder = await climbed(deps)
    expect(ladder.rungs.map(({ state }) => state)).toEqual(['holds', 'holds', 'unknown', 'unasked', 'unasked'])
    expect(reasonIn(ladder)).toMatchObject({
      rung: 'metricThere',
      detail: [{ says: 'timeout', facts: { source: 'prometheus', words: 'Prometheus did not answer in 10 s.' } }],
    })
  })

  it('there is no such metric', async () => {
    const deps = saying(promql => (promql === 'vector(1)' ? count(1) : []))
    expect(await states(deps)).toEqual(['holds', 'holds', 'fails', 'unasked', 'unasked'])
  })

  it('the labels were removed', async () => {
    const deps = saying(promql => (promql.includes('source_workload!=') ? [] : count(5)))
    expect(await states(deps)).toEqual(['holds', 'holds', 'holds', 'fails', 'unasked'])
    expect(reasonIn(await climbed(deps))?.detail).toEqual([{ says: 'trafficUnlabelled', facts: {} }])
  })

  it('there was no traffic here, and when there last was', async () => {
    const deps = sourcesOf({
      objects,
      answer: promql => (isUp(promql) ? [part('all', 1)] : promql.includes('rate(') ? [] : count(5)),
      line: () => [{ metric: {}, times: [1_799_990_000_000, 1_799_995_000_000], values: [1, 1] }],
    })
    const ladder = await climbed(deps)
    expect(ladder.rungs.map(({ state }) => state)).toEqual(['holds', 'holds', 'holds', 'holds', 'fails'])
    expect(reasonIn(ladder)?.query).toContain('source_workload_namespace="shop"')
    expect(reasonIn(ladder)?.detail).toEqual([
      { says: 'noTraffic', facts: { subject: { of: 'namespaces', namespaces: ['shop'] }, window: 60 } },
    ])
    expect(ladder.lastAt).toBe(1_799_995_000_000)
  })

  it('there is traffic: then what is chosen hides it, and no rung is the reason', async () => {
    const ladder = await climbed(saying(() => count(5)))
    expect(ladder.rungs.every(({ state }) => state === 'holds')).toBe(true)
    expect(reasonIn(ladder)).toBeNull()
  })

  it('another reporter was chosen than the one that tells', async () => {
    const query = LadderQuery.parse({
      panel: 'requests',
      of: 'service',
      namespace: 'shop',
      name: 'cart',
      direction: 'inbound',
      reporter: 'destination',
    })
    const deps = saying(promql =>
      promql.includes('count_over_time') && promql.includes('destination|waypoint') ? [] : count(5),
    )
    expect(reasonIn(await climbed(deps, query))?.detail).toEqual([
      { says: 'otherEndTells', facts: { count: 5, subject: { of: 'service', namespace: 'shop', name: 'cart' } } },
    ])
  })

  it('is not asked through a surprise', async () => {
    const deps = sourcesOf({
      answer: () => {
        throw new TypeError('a mistake of ours')
      },
    })
    await expect(climbed(deps)).rejects.toThrow('a mistake of ours')
  })
})

describe('the metric of the panel', () => {
  it.each([
    ['requests', 'istio_requests_total', 'proxiesUnscraped'],
    ['latency', 'istio_request_duration_milliseconds_count', 'proxiesUnscraped'],
    ['tcp', 'istio_tcp_sent_bytes_total', 'proxiesUnscraped'],
    ['messages', 'istio_request_messages_total', 'proxiesUnscraped'],
    ['pushes', 'pilot_xds_pushes', 'istiodUnscraped'],
    ['convergence', 'pilot_proxy_convergence_time_count', 'istiodUnscraped'],
    ['rejects', 'pilot_total_xds_rejects', 'rejectsUncounted'],
    ['cpu', 'container_cpu_usage_seconds_total', 'kubeletsUnscraped'],
    ['connections', 'envoy_cluster_upstream_cx_active', 'connectionsLeftOut'],
  ] as const)('of %s is %s', async (panel, metric, takes) => {
    const deps = saying(promql => (promql === 'vector(1)' ? count(1) : []))
    const reason = reasonIn(await climbed(deps, LadderQuery.parse({ panel })))
    expect(reason?.rung).toBe('metricThere')
    expect(reason?.detail).toMatchObject([
      { says: 'noMetric', facts: { metrics: expect.arrayContaining([metric]) as string[] } },
      { says: takes },
    ])
    expect(reason?.query).toContain(metric)
  })

  it('of a service is asked of the service, of a workload of its pods', async () => {
    const of = (query: Record<string, string>) => LadderQuery.parse({ namespace: 'shop', window: '3600', ...query })
    const service = saying(() => count(5))
    await climbed(service, of({ panel: 'latency', of: 'service', name: 'cart', direction: 'inbound' }))
    expect(service.asked.at(-1)?.promql).toBe(
      'count(count_over_time(istio_request_duration_milliseconds_count{destination_service_namespace="shop",destination_service_name="cart"}[3600s]))',
    )
    const usage = saying(() => count(5))
    await climbed(usage, of({ panel: 'usage', of: 'workload', name: 'cart-v1' }))
    expect(usage.asked.at(-1)?.promql).toContain('pod=~"cart-v1-7c9d8f6b5-x2x40|cart-v1-7c9d8f6b5-x2x41"')
  })
})

describe('scrapes', () => {
  const down = (port: number) => (promql: string) => {
    if (isUp(promql)) return [part('all', 2), part('down', 2)]
    if (promql.startsWith('topk'))
      return [
        {
          metric: { namespace: 'shop', pod: 'cart-v1-7c9d8f6b5-x2x40', instance: `10.1.0.1:${port}`, job: 'pods' },
          value: 0,
        },
      ]
    return count(1)
  }
  const target: ScrapeTarget = {
    labels: { namespace: 'shop', pod: 'cart-v1-7c9d8f6b5-x2x40', instance: '10.1.0.1:8080', job: 'pods' },
    url: 'http://10.1.0.1:8080/metrics',
    isUp: false,
    error: 'server returned HTTP status 403 Forbidden',
  }

  it('that all fail are the reason, in Prometheus’ words, with port and path', async () => {
    const { ladder, failing } = await explain(
      map,
      sourcesOf({ objects, answer: down(8080), targets: [target] }),
      signal,
    )
    expect(reasonIn(ladder)).toMatchObject({
      rung: 'scraped',
      detail: [
        { says: 'targetsFail', facts: { count: 2, subject: { of: 'namespaces', namespaces: ['shop'] } } },
        { says: 'quoted', facts: { source: 'prometheus', words: 'server returned HTTP status 403 Forbidden' } },
      ],
    })
    expect(failing).toEqual([
      {
        namespace: 'shop',
        pod: 'cart-v1-7c9d8f6b5-x2x40',
        port: 8080,
        isPlain: true,
        path: '/metrics',
        error: 'server returned HTTP status 403 Forbidden',
      },
    ])
  })

  it('of a store without a list of targets are known by their instance', async () => {
    const deps = sourcesOf({ objects, answer: down(9090) })
    deps.sources.prometheus.targets = () => Promise.reject(new SourceError('prometheus', 'malformed', 'has none'))
    expect((await explain(map, deps, signal)).failing).toMatchObject([{ port: 9090, isPlain: null, error: '' }])
  })

  it('some of which come through are no reason', async () => {
    const deps = saying(() => count(1), [part('all', 3), part('down', 1)])
    expect((await climbed(deps)).rungs[1]).toMatchObject({
      state: 'holds',
      detail: [{ says: 'targetsAnswer', facts: { count: 2, all: 3 } }],
    })
  })

  it('of the proxies’ own ports decide, whatever else of the pods is scraped', async () => {
    const deps = saying(() => [], [part('all', 4), part('down', 2), part('proxies', 2), part('proxiesDown', 2)])
    expect((await climbed(deps)).rungs[1]).toMatchObject({ rung: 'scraped', state: 'fails' })
  })

  it('that nobody labels are said not to be known, and the ladder goes on', async () => {
    const deps = saying(promql => (promql === 'vector(1)' ? count(1) : []), [])
    expect(await states(deps)).toEqual(['holds', 'unknown', 'fails', 'unasked', 'unasked'])
  })
})
