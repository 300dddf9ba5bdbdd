import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import type { Sight } from '#bff/http/sight.ts'
import { seenSelectors } from './limit.ts'
import { wordReadings, wordsOf } from './words.ts'

const signal = new AbortController().signal
const shop: Sight = new Set(['shop'])
const reading = (...words: string[]) => {
  const deps = sourcesOf({ words })
  return { asked: deps.asked, read: wordReadings(deps) }
}

describe('words of PromQL', () => {
  it('come of seen namespaces only, whatever is asked', async () => {
    const { asked, read } = reading('up')
    await wordsOf({ of: 'metrics', has: '' }, shop, read, signal)
    await wordsOf({ of: 'labels', metric: 'up', has: '' }, shop, read, signal)
    await wordsOf({ of: 'values', label: 'pod', has: '' }, shop, read, signal)
    expect(asked).toHaveLength(3)
    for (const { promql } of asked)
      for (const selector of promql.split(' of ')[1]?.split(' and ') ?? [])
        expect(selector).toContain('source_workload_namespace=~"shop|unknown|"')
  })

  it.each([undefined, 'up', 'istio_requests_total'])('are chosen by selectors without a fault: %s', metric => {
    for (const sight of [shop, new Set<string>(), 'everything'] as const)
      for (const selector of seenSelectors(metric, sight)) {
        const faults: number[] = []
        parser.parse(selector).iterate({ enter: node => void (node.type.isError && faults.push(node.from)) })
        expect(faults).toEqual([])
      }
  })

  it('begin with what is typed before they contain it, and are asked once while it is typed', async () => {
    const { asked, read } = reading('node_up', 'up', 'UPTIME', 'down')
    await wordsOf({ of: 'metrics', has: 'u' }, 'everything', read, signal)
    const { words } = await wordsOf({ of: 'metrics', has: 'up' }, 'everything', read, signal)
    expect(words).toEqual(['UPTIME', 'up', 'node_up'])
    expect(asked).toHaveLength(1)
  })

  it('are fifty at most, and the others are counted', async () => {
    const { read } = reading(...Array.from({ length: 70 }, (_, index) => `metric_${index}`))
    const { words, more } = await wordsOf({ of: 'metrics', has: 'metric' }, 'everything', read, signal)
    expect([words.length, more]).toEqual([50, 20])
  })

  it('are not values of no label', async () => {
    await expect(wordsOf({ of: 'values', has: '' }, shop, reading().read, signal)).rejects.toThrow('say which')
  })
})
