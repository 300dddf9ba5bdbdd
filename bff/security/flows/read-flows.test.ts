import { describe, expect, it } from 'vitest'
import type { Prometheus, Series } from '#bff/sources/source.ts'
import { type FlowDeps, readSeenFlows } from './read-flows.ts'
import { openCoverage } from './recorded.ts'

const now = Date.UTC(2026, 10, 26, 4)
const metric = {
  reporter: 'destination',
  source_workload: 'payments',
  source_workload_namespace: 'pay',
  destination_workload: 'ledger',
  destination_workload_namespace: 'pay',
  destination_service_name: 'ledger',
  request_protocol: 'http',
}

/** A Prometheus that answers each range with what is given, and remembers what it was asked. */
function prometheus(answer: (query: string) => Series[] | Error, isRecorded = false) {
  const asked: { query: string; step?: number; points?: number }[] = []
  const query: Prometheus['query'] = async promql => {
    asked.push({ query: promql })
    return isRecorded && promql.startsWith('count(') ? [{ metric: {}, value: 12 }] : []
  }
  const deps: FlowDeps = {
    isRecorded: openCoverage({ prometheus: { query }, now: () => now }),
    prometheus: {
      query,
      queryRange: async (promql, { start, end, step }) => {
        asked.push({ query: promql, step, points: (end - start) / step / 1000 + 1 })
        const told = answer(promql)
        if (told instanceof Error) throw told
        return told
      },
      scrapeInterval: async () => ({ interval: 15, known: true }),
    },
    workloadsOf: () => [],
    workloadOfPod: new Map(),
    now: () => now,
  }
  return { asked, deps }
}
const { signal } = new AbortController()

describe('calls of a window', () => {
  it.each([
    ['an hour', 3600, 300, 12],
    ['a day', 86_400, 3600, 24],
    ['a month', 2_592_000, 21_600, 120],
  ])(
    'of %s are read in steps, with one query for each metric, and the cost is told',
    async (_, window, step, points) => {
      const { asked, deps } = prometheus(() => [])
      const told = await readSeenFlows(window, deps, signal)
      expect(asked.filter(one => one.step !== undefined)).toMatchObject([
        { step, points },
        { step, points },
      ])
      expect(told.step).toBe(step)
      expect(told.queries.map(({ query }) => query).sort()).toEqual(asked.map(({ query }) => query).sort())
    },
  )

  it('tell how many there were, when the last came, and how many in each step', async () => {
    const { deps } = prometheus(query =>
      query.includes('istio_requests') ? [{ metric, times: [now - 1_200_000, now - 600_000], values: [5, 7] }] : [],
    )
    const { flows } = await readSeenFlows(3600, deps, signal)
    expect(flows).toMatchObject([{ passed: 12, lastSeen: now - 600_000, hours: [0, 0, 0, 0, 0, 0, 0, 5, 0, 7, 0, 0] }])
  })

  it.each([
    ['a day', 86_400],
    ['a month', 2_592_000],
  ])('of %s are read from what rules recorded, where they recorded it all, and it is told', async (_, window) => {
    const { asked, deps } = prometheus(() => [], true)
    const told = await readSeenFlows(window, deps, signal)
    const ranges = asked.filter(one => one.step !== undefined)
    expect(ranges.map(({ query }) => query.includes('weft:istio_'))).toEqual([true, true])
    expect(told.queries.map(({ query }) => query).sort()).toEqual(asked.map(({ query }) => query).sort())
    await readSeenFlows(window, deps, signal)
    // Whether they do is asked once in a while.
    expect(asked.filter(({ query }) => query.startsWith('count('))).toHaveLength(1)
  })

  it('of an hour are never read from what was recorded', async () => {
    const { asked, deps } = prometheus(() => [], true)
    await readSeenFlows(3600, deps, signal)
    expect(asked.some(({ query }) => query.includes('weft:'))).toBe(false)
  })

  it('are not told at all where a query fails', async () => {
    const { deps } = prometheus(query => (query.includes('tcp') ? new Error('Too many samples.') : []))
    await expect(readSeenFlows(3600, deps, signal)).rejects.toThrow('Too many samples.')
  })
})
