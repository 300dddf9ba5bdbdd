import { describe, expect, it } from 'vitest'
import { SourceError } from '#bff/sources/source.ts'
import { TopologyQuery } from '#shared/topology/api.ts'
import { explain } from './empty.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'

const scope = TopologyQuery.parse({ namespaces: 'shop' })
const count = (value: number) => [{ metric: {}, value }]
const oks = async (deps: ReturnType<typeof sourcesOf>) => (await explain(scope, deps)).rungs.map(({ ok }) => ok)

describe('why the map is empty', () => {
  it('Prometheus does not answer: its own words, and nothing more is asked', async () => {
    const deps = sourcesOf({
      answer: () => {
        throw new SourceError('prometheus', 'unreachable', 'Prometheus at http://p refuses connections.')
      },
    })
    const { rungs } = await explain(scope, deps)
    expect(rungs.map(({ rung, ok }) => [rung, ok])).toEqual([
      ['sourceReachable', false],
      ['metricThere', null],
      ['labelsAsExpected', null],
      ['trafficInWindow', null],
    ])
    expect(rungs[0]?.detail).toBe('Prometheus at http://p refuses connections.')
    expect(deps.asked).toHaveLength(1)
  })

  it('there is no such metric', async () => {
    expect(await oks(sourcesOf({}))).toEqual([true, false, null, null])
  })

  it('the labels were removed', async () => {
    const deps = sourcesOf({ answer: promql => (promql.includes('reporter=~') ? [] : count(5)) })
    expect(await oks(deps)).toEqual([true, true, false, null])
  })

  it('there was no traffic here, and when there last was', async () => {
    const deps = sourcesOf({
      answer: promql => (promql.includes('rate(') ? [] : count(5)),
      line: () => [{ metric: {}, times: [1_799_990_000_000, 1_799_995_000_000], values: [1, 1] }],
    })
    const { rungs, lastTrafficAt } = await explain(scope, deps)
    expect(rungs.map(({ ok }) => ok)).toEqual([true, true, true, false])
    expect(rungs[3]?.query).toContain('source_workload_namespace="shop"')
    expect(lastTrafficAt).toBe(1_799_995_000_000)
  })

  it('there is traffic: then the filters hide it', async () => {
    expect(await oks(sourcesOf({ answer: () => count(5) }))).toEqual([true, true, true, true])
  })

  it('is not asked through a surprise', async () => {
    const deps = sourcesOf({
      answer: () => {
        throw new TypeError('a mistake of ours')
      },
    })
    await expect(explain(scope, deps)).rejects.toThrow('a mistake of ours')
  })
})
