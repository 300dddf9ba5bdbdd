import { describe, expect, it } from 'vitest'
import type { Series } from '#bff/sources/source.ts'
import { cutPlaintext, plaintextOf, plaintextQueries } from './plaintext.ts'

const minute = 60_000
const looks = { start: 0, step: 60, recent: 60 }
const counter = (metric: Record<string, string>, values: readonly number[], first = 0): Series => ({
  metric,
  times: values.map((_, index) => (first + index) * minute),
  values: [...values],
})
const ends = (from: string, to: string, part = 'http') => {
  const [source_workload_namespace = '', source_workload = ''] = from.split('/')
  const [destination_workload_namespace = '', destination_workload = ''] = to.split('/')
  return { part, source_workload_namespace, source_workload, destination_workload_namespace, destination_workload }
}
const told = plaintextOf(
  {
    now: [{ metric: ends('legacy/batch', 'pay/ledger'), value: 120 }],
    plain: [
      counter(ends('legacy/batch', 'pay/ledger'), [10, 40, 160]),
      counter(ends('unknown/unknown', 'shop/web'), [3, 4, 4]),
      counter(ends('shop/cart', 'data/redis', 'tcp'), [8, 8, 8]),
    ],
    all: [
      counter({ part: 'http', destination_workload_namespace: 'pay' }, [100, 400, 900]),
      counter({ part: 'tcp', destination_workload_namespace: 'data' }, [5, 6], 5),
      counter({ part: 'http', destination_workload_namespace: 'data' }, [5, 9], 4),
    ],
  },
  looks,
)

describe('callers without mTLS', () => {
  it('are told with how often they call and when they last did, busiest first; who has stopped for the whole window is none', () => {
    expect(told.calls).toEqual([
      {
        source: { namespace: 'legacy', workload: 'batch', isHidden: false },
        destination: { namespace: 'pay', workload: 'ledger' },
        protocol: 'http',
        rate: 2,
        count: 150,
        lastSeen: 2 * minute,
      },
      {
        source: { namespace: '', workload: '', isHidden: false },
        destination: { namespace: 'shop', workload: 'web' },
        protocol: 'http',
        rate: 0,
        count: 1,
        lastSeen: minute,
      },
    ])
  })

  it('are known to be gone only for as long as somebody tells of the namespace', () => {
    expect(told.told).toEqual([
      { namespace: 'pay', since: 0, count: 800 },
      { namespace: 'data', since: 4 * minute, count: 15 },
    ])
  })

  it('of namespaces that are not seen are one without a name, and calls to them are not told', () => {
    const cut = cutPlaintext(told, new Set(['pay']))
    expect(JSON.stringify(cut)).not.toMatch(/legacy|batch|shop|web|data/)
    expect(cut.calls).toMatchObject([{ source: { isHidden: true }, rate: 2 }])
    expect(cut.told.map(({ namespace }) => namespace)).toEqual(['pay'])
    expect(cutPlaintext(told, 'everything')).toEqual(told)
  })
})

it('three queries read them, as destinations tell: the caller’s proxy does not know', () => {
  const queries = Object.values(plaintextQueries(60))
  expect(queries).toHaveLength(3)
  for (const query of queries) expect(query).toContain('reporter=~"destination|waypoint"')
})
