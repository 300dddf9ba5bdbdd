import { describe, expect, it } from 'vitest'
import type { Series } from '#bff/sources/source.ts'
import { cutTrend, readTrendOf } from './trend.ts'

const now = Date.UTC(2026, 10, 25, 12)
const line = (namespace: string, part: 'mtls' | 'known', values: number[], times: number[]): Series => ({
  metric: { destination_workload_namespace: namespace, part },
  times,
  values,
})
const read = (series: Series[]) =>
  readTrendOf({ prometheus: { queryRange: async () => series }, now: () => now }, new AbortController().signal)

describe('the trend of mTLS', () => {
  it('is a share at each look of seven days, that of the mesh of all requests together', async () => {
    const { times } = await read([])
    expect([times.length, times.at(-1)]).toEqual([28, now])
    const last = [now]
    const whole = await read([
      line('shop', 'mtls', [90], last),
      line('shop', 'known', [100], last),
      line('pay', 'known', [100], last),
    ])
    const { mesh, namespaces } = cutTrend(whole, 'everything')
    expect(mesh.at(-1)).toBe(0.45)
    expect(namespaces.map(({ namespace, mtls }) => [namespace, mtls.at(-1)])).toEqual([
      ['shop', 0.9],
      ['pay', 0],
    ])
    // Before anybody told anything there is nothing, and not none.
    expect(mesh[0]).toBeNull()
  })

  it('has no namespace in it that somebody may not see, also not in the sum', async () => {
    const whole = await read([
      line('shop', 'mtls', [100], [now]),
      line('shop', 'known', [100], [now]),
      line('pay', 'known', [100], [now]),
    ])
    const cut = cutTrend(whole, new Set(['shop']))
    expect(JSON.stringify(cut)).not.toContain('pay')
    expect(cut.mesh.at(-1)).toBe(1)
  })
})
