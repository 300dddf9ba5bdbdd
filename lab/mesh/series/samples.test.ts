import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Matcher, SampleSeries } from '#lab/contract.ts'
import { isStale } from '#lab/prometheus/stale.ts'
import { live, type Living, startedAt } from '#lab/mesh/testing/small-mesh.ts'
import { boundTexts } from './shape.ts'

const is = (name: string, value: string): Matcher => ({ name, op: '=', value })
const named = (name: string) => is('__name__', name)
const minute = 60_000

const { mesh } = live()
mesh.advanceTo(startedAt + 5 * minute)
const now = startedAt + 5 * minute
const select = (...matchers: Matcher[]) => mesh.samples.select(matchers, now - 30 * minute, now)
const growth = (series: SampleSeries[]) =>
  series.reduce((sum, { values }) => sum + (values.at(-1) ?? 0) - (values[0] ?? 0), 0)
const without = ({ labels }: SampleSeries, ...names: string[]) =>
  JSON.stringify(Object.entries(labels).filter(([name]) => !['__name__', ...names].includes(name)))

describe('the series', { timeout: 30_000 }, () => {
  it('have a sample at every scrape, in order', () => {
    const all = select(named('istio_requests_total'))
    expect(all.length).toBeGreaterThan(10)
    for (const { times, values } of all) {
      expect(times.length).toBe(values.length)
      for (let index = 1; index < times.length; index++)
        expect((times[index] ?? 0) - (times[index - 1] ?? 0)).toBe(15_000)
    }
  })
  it('are counters: they never fall', () => {
    const counters = select({ name: '__name__', op: '=~', value: 'istio_.*' })
    const falling = counters.filter(({ values }) => values.some((value, index) => value < (values[index - 1] ?? 0)))
    expect(counters.length).toBeGreaterThan(1000)
    expect(falling.map(series => series.labels)).toEqual([])
  })
  it.each(['istio_request_duration_milliseconds', 'istio_request_bytes', 'istio_response_bytes'])(
    'of %s are histograms: buckets rise, +Inf is the count, the count is that of the requests',
    family => {
      const buckets = Map.groupBy(select(named(`${family}_bucket`)), series => without(series, 'le'))
      const counts = new Map(select(named(`${family}_count`)).map(series => [without(series), series]))
      const requests = new Map(select(named('istio_requests_total')).map(series => [without(series), series]))
      expect(buckets.size).toBe(requests.size)
      for (const [key, group] of buckets) {
        expect(group.map(series => series.labels['le'])).toEqual(boundTexts)
        const count = counts.get(key)
        const isRising = group.every(
          ({ values }, index) =>
            index === 0 || values.every((value, at) => value >= (group[index - 1]?.values[at] ?? 0)),
        )
        expect(isRising, key).toBe(true)
        expect(group.at(-1)?.values).toEqual(count?.values)
        expect(requests.get(key)?.values).toEqual(count?.values)
      }
    },
  )
  it('say the same whichever range is asked for', () => {
    const wide = new Map(
      select(named('istio_request_duration_milliseconds_bucket')).map(series => [series.labels, series]),
    )
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 10 }), (back, wait) => {
        const [from, to] = [now - (back + wait) * minute, now - wait * minute]
        const narrow = mesh.samples.select([named('istio_request_duration_milliseconds_bucket')], from, to)
        for (const { labels, times, values } of narrow) {
          const known = wide.get(labels)
          const first = known?.times.indexOf(times[0] ?? 0) ?? -1
          if (first < 0) continue
          expect([...values]).toEqual([...(known?.values.subarray(first, first + values.length) ?? [])])
        }
      }),
      { numRuns: 10 },
    )
  })
  it('carry the same label objects in every answer', () => {
    const labels = (series: SampleSeries[]) => series.map(one => one.labels)
    const [first, second] = [select(named('istio_requests_total')), select(named('istio_requests_total'))]
    expect(labels(first).every((one, index) => one === second[index]?.labels)).toBe(true)
  })
  it('of source and destination agree', () => {
    const side = (reporter: string) =>
      growth(
        select(
          named('istio_requests_total'),
          is('source_workload', 'front'),
          is('destination_service_name', 'back'),
          is('reporter', reporter),
        ),
      )
    // Whole requests of a few pods on each side.
    expect(Math.abs(side('source') - side('destination'))).toBeLessThan(10)
    expect(side('source') / (30 * 60)).toBeGreaterThan(80)
  })
  it('of a source prove nothing about the connection, those of a destination do', () => {
    const [source] = select(
      named('istio_requests_total'),
      is('reporter', 'source'),
      is('source_workload', 'front'),
      is('destination_workload', 'back-v1'),
    )
    const [destination] = select(
      named('istio_requests_total'),
      is('reporter', 'destination'),
      is('source_workload', 'front'),
    )
    expect(source?.labels['connection_security_policy']).toBe('unknown')
    expect(destination?.labels).toMatchObject({
      connection_security_policy: 'mutual_tls',
      source_principal: 'spiffe://cluster.local/ns/shop/sa/front',
      source_cluster: 'test',
      destination_service: 'back.shop.svc.cluster.local',
      destination_service_namespace: 'shop',
      namespace: 'shop',
      job: 'kubernetes-pods',
      response_code: '200',
      response_flags: '-',
    })
  })
  it('name a plaintext caller by its address and never by a principal', () => {
    const [batch] = select(named('istio_requests_total'), is('source_workload', 'batch'))
    expect(batch?.labels).toMatchObject({
      source_workload_namespace: 'legacy',
      source_principal: 'unknown',
      connection_security_policy: 'none',
      reporter: 'destination',
    })
  })
  it('of ambient come from the waypoint for L7 and from ztunnel for L4', () => {
    const l7 = select(named('istio_requests_total'), is('destination_workload', 'stock'))
    expect(l7.map(series => series.labels['reporter'])).toEqual(l7.map(() => 'waypoint'))
    expect(l7[0]?.labels['grpc_response_status']).toBe('0')
    const l4 = select(named('istio_tcp_connections_opened_total'), is('destination_workload', 'stock'))
    expect(l4.length).toBeGreaterThan(0)
    for (const { labels } of l4)
      expect(labels).toMatchObject({
        app: 'ztunnel',
        source_workload: 'waypoint',
        namespace: 'istio-system',
        reporter: 'destination',
      })
  })
  it('of TCP carry the bytes of both directions, seen from the server', () => {
    const rate = (name: string) =>
      growth(select(named(name), is('reporter', 'destination'), is('destination_workload', 'db')))
    expect(rate('istio_tcp_sent_bytes_total') / rate('istio_tcp_received_bytes_total')).toBeCloseTo(15, 1)
  })
})

const stepOn = ({ mesh: own, store }: Living, act: () => void) => {
  act()
  own.advanceTo(startedAt + 2 * minute)
  return store
}

describe('a pod', () => {
  it('that vanishes ends its series with a stale marker; its successor begins anew', () => {
    const living = live()
    living.mesh.advanceTo(startedAt + minute)
    const pod = living.store.get('pods', 'shop', 'front-5d4f-0')
    if (!pod) throw new Error('no such pod')
    stepOn(living, () => {
      living.store.remove('pods', 'shop', 'front-5d4f-0')
      living.store.create({ ...pod, metadata: { ...pod.metadata, name: 'front-5d4f-9' } })
    })
    const range = (name: string) =>
      living.mesh.samples.select(
        [named('istio_requests_total'), is('pod', name), is('reporter', 'destination')],
        startedAt,
        startedAt + 2 * minute,
      )
    const old = range('front-5d4f-0')
    expect(old.length).toBeGreaterThan(0)
    for (const { values } of old) {
      expect(isStale(values, values.length - 1)).toBe(true)
      expect(values.slice(0, -1).some(Number.isNaN)).toBe(false)
    }
    const later = living.mesh.samples.select(
      [is('pod', 'front-5d4f-0')],
      startedAt + 1.5 * minute,
      startedAt + 2 * minute,
    )
    expect(later).toEqual([])
    const [successor] = range('front-5d4f-9')
    expect(successor?.times[0]).toBeGreaterThan(startedAt + minute)
    expect(successor?.values[0]).toBeLessThan(old[0]?.values[0] ?? 0)
  })
})

describe('selection', () => {
  it.each<[claim: string, matchers: Matcher[]]>([
    ['by an indexed label', [is('destination_workload', 'db')]],
    ['by an unindexed one', [is('reporter', 'source')]],
    [
      'by a regular expression',
      [named('istio_requests_total'), { name: 'destination_workload', op: '=~', value: 'back-.*' }],
    ],
    ['by what it is not', [named('istio_requests_total'), { name: 'reporter', op: '!=', value: 'source' }]],
    ['by a bucket', [{ name: 'le', op: '=', value: '100' }]],
    ['by the absence of a label', [named('istio_requests_total'), is('grpc_response_status', '')]],
    ['by the name of what is not there', [named('nothing')]],
  ])('%s finds what a look at every series finds', (_, matchers) => {
    const holds = (labels: Record<string, string>) =>
      matchers.every(({ name, op, value }) => {
        const own = labels[name] ?? ''
        if (op === '=') return own === value
        if (op === '!=') return own !== value
        return new RegExp(`^(?:${value})$`).test(own) === (op === '=~')
      })
    const every = select({ name: '__name__', op: '!=', value: '' })
    const expected = every.filter(series => holds(series.labels)).map(series => series.labels)
    expect(new Set(select(...matchers).map(series => series.labels))).toEqual(new Set(expected))
  })
  it('tells label names and values of what matches', () => {
    const range = [now - minute, now] as const
    expect(mesh.samples.labelNames([named('istio_tcp_sent_bytes_total')], ...range)).not.toContain('response_code')
    expect(mesh.samples.labelValues('destination_workload', [named('istio_tcp_sent_bytes_total')], ...range)).toEqual([
      'db',
      'stock',
    ])
  })
})

describe('the exposition', () => {
  it('tells the present totals of the same series, buckets never falling', () => {
    const own = live()
    const read = () => {
      const values = new Map<string, number>()
      for (const piece of own.mesh.samples.exposition())
        for (const line of piece.split('\n')) {
          const space = line.lastIndexOf(' ')
          if (line !== '' && !line.startsWith('#')) values.set(line.slice(0, space), Number(line.slice(space + 1)))
        }
      return values
    }
    let before = read()
    for (let second = 1; second <= 40; second += 7) {
      own.mesh.advanceTo(startedAt + second * 1000)
      const after = read()
      for (const [series, value] of before)
        if (!/^(pilot|container_|envoy_server)/.test(series))
          expect(after.get(series), series).toBeGreaterThanOrEqual(value)
      before = after
    }
    own.mesh.advanceTo(startedAt + 45_000)
    const present = read()
    const at = startedAt + 45_000
    for (const { labels, values } of own.mesh.samples.select([named('istio_requests_total')], at, at)) {
      const { __name__: name, ...rest } = labels
      const text = Object.entries(rest)
        .map(([key, value]) => `${key}="${value}"`)
        .join(',')
      expect(present.get(`${name}{${text}}`)).toBe(values[0])
    }
  })
})

describe('a mesh', { timeout: 30_000 }, () => {
  const bytes = (seed: number) => {
    const living = live({}, seed)
    living.mesh.advanceTo(startedAt + 30_000)
    living.store.remove('pods', 'shop', 'back-v2-5d4f-0')
    living.mesh.advanceTo(startedAt + minute)
    return { text: [...living.mesh.samples.exposition()].join(''), trees: JSON.stringify(living.trees) }
  }
  it('of the same seed and the same edits tells the same, to the byte', () => {
    expect(bytes(5)).toEqual(bytes(5))
  })
  it('keeps six hours and no more, however long it lives', () => {
    const living = live({ scrapeInterval: 60 })
    const later = startedAt + 8 * 60 * minute
    living.mesh.advanceTo(later)
    const [series] = living.mesh.samples.select(
      [named('istio_requests_total'), is('destination_workload', 'front')],
      0,
      later,
    )
    const hours = (later - (series?.times[0] ?? 0)) / (60 * minute)
    expect(hours).toBeGreaterThanOrEqual(6)
    expect(hours).toBeLessThan(6.2)
  })
  it('of another seed tells something else', () => {
    expect(bytes(5).text).not.toBe(bytes(6).text)
  })
})
