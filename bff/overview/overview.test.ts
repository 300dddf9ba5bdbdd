import { describe, expect, it } from 'vitest'
import { type Series, SourceError } from '#bff/sources/source.ts'
import { happeningsIn } from './happenings.ts'
import { cutSignals, signalReadings, type Whole } from './signals.ts'

const at = Date.UTC(2026, 10, 25, 14)
const series = (metric: Record<string, string>, value: number): Series => ({
  metric,
  times: [at - 60_000, at],
  values: [value, value],
})
const sum = (namespace: string, part: string, value: number) =>
  series({ destination_workload_namespace: namespace, part }, value)
const bucket = (namespace: string, le: string, value: number) =>
  series({ destination_workload_namespace: namespace, le }, value)

const p95 = (namespace: string, name: string, value: number, part?: string) => ({
  metric: {
    destination_service_namespace: namespace,
    destination_service_name: name,
    ...(part === undefined ? {} : { part }),
  },
  value,
})

const whole: Whole = {
  at,
  sums: [
    sum('shop', 'all', 90),
    sum('shop', 'failed', 1),
    sum('shop', 'grpcFailed', 2),
    sum('shop', 'mtls', 60),
    sum('shop', 'known', 80),
    sum('pay', 'all', 10),
    sum('pay', 'failed', 10),
  ],
  buckets: [
    bucket('shop', '10', 90),
    bucket('shop', '100', 90),
    bucket('shop', '+Inf', 90),
    bucket('pay', '10', 0),
    bucket('pay', '100', 10),
    bucket('pay', '+Inf', 10),
  ],
  now: [p95('pay', 'ledger', 900), p95('shop', 'cart', 110)],
  day: [
    p95('pay', 'ledger', 100, 'before'),
    p95('pay', 'ledger', 24, 'hours'),
    p95('shop', 'cart', 100, 'before'),
    p95('shop', 'cart', 3, 'hours'),
  ],
  dayBecause: null,
  queries: [],
}

describe('golden signals', () => {
  it('are of the whole scope: sums, and quantiles of summed buckets', () => {
    const { requestRate, errorRatio, mtlsRatio, p95, slower, times } = cutSignals(whole, [], 'everything')
    expect([requestRate.at(-1), errorRatio.at(-1), mtlsRatio.at(-1), p95.at(-1)]).toEqual([100, 0.13, 0.75, 55])
    expect(requestRate[0]).toBeNull()
    expect([times.length, times.at(-1)]).toEqual([60, at])
    expect(slower).toEqual([{ namespace: 'pay', name: 'ledger', p95: 900, before: 100, hours: 24 }])
  })
  it.each([
    ['may see', [], new Set(['shop'])],
    ['asks for', ['shop'], 'everything' as const],
  ])('are of what somebody %s, and tell nothing of the rest', (_, namespaces, sight) => {
    const cut = cutSignals(whole, namespaces, sight)
    expect([cut.requestRate.at(-1), cut.p95.at(-1), cut.slower]).toEqual([90, 9.5, []])
  })
  it('cost four questions, however many look', async () => {
    let asked = 0
    const read = signalReadings({
      prometheus: {
        query: () => Promise.resolve((asked++, [])),
        queryRange: () => Promise.resolve((asked++, [])),
        scrapeInterval: () => Promise.resolve({ interval: 15, known: true }),
      },
      now: () => at,
    })
    const { signal } = new AbortController()
    await Promise.all([read(null, signal), read(null, signal), read(null, signal)])
    // Sums, buckets, latencies of now and of the last day.
    expect(asked).toBe(4)
  })
  it('are told without who became slower while a day is too much for Prometheus, which is said', async () => {
    const read = signalReadings({
      prometheus: {
        query: promql =>
          promql.includes('[1d:1h]')
            ? Promise.reject(new SourceError('prometheus', 'timeout', 'Prometheus did not answer within 10 s.'))
            : Promise.resolve([p95('pay', 'ledger', 900)]),
        queryRange: () => Promise.resolve([sum('shop', 'all', 90)]),
        scrapeInterval: () => Promise.resolve({ interval: 15, known: true }),
      },
      now: () => at,
    })
    const told = cutSignals(await read(null, new AbortController().signal), [], 'everything')
    expect(told.requestRate.at(-1)).toBe(90)
    expect([told.slower, told.slowerBecause]).toEqual([[], 'Prometheus did not answer within 10 s.'])
  })
})

describe('what happened lately', () => {
  const event = (minutes: number, reason: string, message: string, more: Record<string, unknown> = {}) => ({
    metadata: { namespace: 'shop' },
    involvedObject: { kind: 'Deployment', name: 'cart' },
    type: 'Normal',
    reason,
    message,
    lastTimestamp: new Date(at - minutes * 60_000).toISOString(),
    ...more,
  })
  it('is a rollout where two replica sets change, and scaling where one does', () => {
    const told = happeningsIn(
      [
        event(5, 'ScalingReplicaSet', 'Scaled up replica set cart-2 from 0 to 1'),
        event(4, 'ScalingReplicaSet', 'Scaled down replica set cart-1 from 1 to 0'),
        event(3, 'ScalingReplicaSet', 'Scaled up replica set pay-1 from 3 to 5', {
          involvedObject: { kind: 'Deployment', name: 'pay' },
        }),
      ],
      at,
    )
    expect(told.map(({ kind, name, message }) => [kind, name, message])).toEqual([
      ['scaling', 'pay', 'Scaled up replica set pay-1 from 3 to 5'],
      ['rollout', 'cart', 'Scaled down replica set cart-1 from 1 to 0'],
    ])
  })
  it('is a warning once, however often it was said, and nothing that is older than half an hour', () => {
    const told = happeningsIn(
      [
        event(2, 'BackOff', 'back-off', { type: 'Warning', count: 4 }),
        event(1, 'BackOff', 'back-off', { type: 'Warning', count: 3 }),
        event(31, 'BackOff', 'old', { type: 'Warning', involvedObject: { kind: 'Pod', name: 'x' } }),
        event(1, 'Pulled', 'fine'),
      ],
      at,
    )
    expect(told).toMatchObject([{ kind: 'warning', name: 'cart', count: 7, reason: 'BackOff' }])
  })
  it('is nothing where events say nothing', () => expect(happeningsIn([{}, { metadata: 'x' }], at)).toEqual([]))
})
