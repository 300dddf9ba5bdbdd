import { describe, expect, it } from 'vitest'
import type { Sample, Series } from '#bff/sources/source.ts'
import { cutDenials, denialQueries, denialsOf, readDenialsOf } from './denials.ts'
import { progressOf, stepOf } from './progress.ts'

const minute = 60_000
const looks = { start: 0, step: 60, recent: 60 }
const counter = (metric: Record<string, string>, values: readonly (number | null)[]): Series => {
  const kept = values.flatMap((value, index) => (value === null ? [] : [{ value, time: index * minute }]))
  return { metric, times: kept.map(({ time }) => time), values: kept.map(({ value }) => value) }
}
const cart = { namespace: 'shop', pod: 'cart-1' }
const pods = new Map([
  ['shop/cart-1', 'shop/cart'],
  ['shop/cart-2', 'shop/cart'],
])
const staged = (metric: Record<string, string>, result: 'allowed' | 'denied', values: readonly (number | null)[]) =>
  counter({ ...metric, authz_dry_run_action: 'deny', authz_dry_run_result: result }, values)
const read = (given: { enforced?: Series[]; staged?: Series[]; enforcedNow?: Sample[]; stagedNow?: Sample[] }) =>
  denialsOf({ enforced: [], staged: [], enforcedNow: [], stagedNow: [], ...given }, pods, looks)

describe('a counter within a window', () => {
  it.each<[string, (number | null)[], number, number | null]>([
    ['counts from what it was at its start', [7, 7, 9, 9], 2, 2],
    ['and nothing where it stood still', [7, 7, 7], 0, null],
    ['counts whole where it appears later', [null, null, 4, 4], 4, 2],
    ['counts anew after a restart', [50, 60, 3, 5], 15, 3],
    ['is told where a look is missing at the next one', [5, null, 8], 3, 2],
  ])('%s', (_, values, counted, lastMinute) => {
    expect(progressOf(counter({}, values), 0, 60)).toMatchObject({
      counted,
      lastSeen: lastMinute === null ? null : lastMinute * minute,
    })
  })

  it('is looked at some hundred times, never more often than each minute', () => {
    expect([3_600, 86_400, 2_592_000].map(stepOf)).toEqual([60, 360, 10_800])
  })
})

describe('refusals that proxies counted', () => {
  it('of staged policies are those of all pods, with the last and since when they are counted', () => {
    const told = read({
      staged: [
        staged(cart, 'denied', [null, null, null, 2, 5, 5]),
        staged({ namespace: 'shop', pod: 'cart-2' }, 'denied', [null, null, null, 1, 1, 1]),
        staged(cart, 'allowed', [null, null, 9, 20, 30, 40]),
      ],
      stagedNow: [{ metric: { ...cart, authz_dry_run_action: 'deny' }, value: 30 }],
    })
    expect(told).toEqual([
      {
        namespace: 'shop',
        workload: 'cart',
        kind: 'staged',
        action: 'DENY',
        rate: 0.5,
        denied: 6,
        lastSeen: 4 * minute,
        since: 2 * minute,
      },
    ])
  })

  it('are none, and quiet since somebody counts, where all would pass', () => {
    expect(read({ staged: [staged(cart, 'allowed', [null, 3, 4])] })).toMatchObject([
      { kind: 'staged', rate: 0, denied: 0, lastSeen: null, since: minute },
    ])
  })

  it('of staged policies that allow and of those that deny are counted apart', () => {
    const both = [
      staged(cart, 'denied', [0, 4]),
      counter({ ...cart, authz_dry_run_action: 'allow', authz_dry_run_result: 'denied' }, [0, 7]),
    ]
    expect(read({ staged: both }).map(({ action, denied }) => [action, denied])).toEqual([
      ['ALLOW', 7],
      ['DENY', 4],
    ])
  })

  it('that happened are told by pods, by names of workloads, and by ztunnel', () => {
    const told = read({
      enforced: [
        counter({ namespace: 'pay', pod: 'ledger-7c9d8f6b5-x2x4z' }, [1, 3]),
        counter({ namespace: 'shop', workload: 'waypoint' }, [1, 4]),
        counter({ destination_workload_namespace: 'logistics', destination_workload: 'parcels' }, [1, 6]),
      ],
    })
    expect(told.map(({ namespace, workload, kind, denied }) => [`${namespace}/${workload}`, kind, denied])).toEqual([
      ['logistics/parcels', 'enforced', 5],
      ['shop/waypoint', 'enforced', 3],
      ['pay/ledger', 'enforced', 2],
    ])
  })

  it('are told of seen namespaces only', () => {
    const told = read({ staged: [staged(cart, 'denied', [0, 1])] })
    expect(cutDenials(told, new Set(['pay']))).toEqual([])
    expect(cutDenials(told, new Set(['shop']))).toHaveLength(1)
    expect(cutDenials(told, 'everything')).toHaveLength(1)
  })
})

it('four queries read them for the whole mesh; the first that fails ends the others', async () => {
  const { enforcedNow, stagedNow } = denialQueries(60)
  expect(stagedNow).toContain('authz_dry_run_result="denied"')
  expect(enforcedNow).toContain('response_flags="DENY"')
  const ended: boolean[] = []
  const failing = readDenialsOf(
    3600,
    {
      prometheus: {
        scrapeInterval: () => Promise.resolve({ interval: 15, known: true }),
        query: () => Promise.reject(new Error('no')),
        queryRange: (_, __, signal) =>
          new Promise((_resolve, reject) => {
            signal?.addEventListener('abort', () => {
              ended.push(true)
              reject(new Error('ended'))
            })
          }),
      },
      now: () => 0,
      pods,
    },
    new AbortController().signal,
  )
  await expect(failing).rejects.toThrow('no')
  expect(ended).toEqual([true, true])
})
