import { describe, expect, it } from 'vitest'
import type { Sight } from '#bff/http/sight.ts'
import { sourcesOf } from '#bff/mesh/sources.fixture.ts'
import { reasonIn } from '#shared/mesh/ladder.ts'
import { explainQuery, selectorsIn } from './empty.ts'

const signal = new AbortController().signal
const grid = { from: 0, to: 3_600_000 }

/** Series by what their question must not contain. */
async function reason(promql: string, lacks: string | null, sight: Sight = 'everything') {
  const deps = sourcesOf({
    answer: asked => (lacks !== null && asked.includes(lacks) ? [] : [{ metric: {}, value: 1 }]),
  })
  const ladder = await explainQuery(promql, grid, { user: 'ann', sight }, deps.sources.prometheus, signal)
  return { reason: reasonIn(ladder), asked: deps.asked.map(one => one.promql) }
}

describe('selectors of a query', () => {
  it.each([
    ['up', [{ metric: 'up', matchers: [] }]],
    ['sum(rate(up{job="a",x!~"b.*"}[5m])) / vector(1)', [{ metric: 'up', matchers: ['job="a"', 'x!~"b.*"'] }]],
    ['{__name__="up",job="a"}', [{ metric: 'up', matchers: ['job="a"'] }]],
    [
      'a > b',
      [
        { metric: 'a', matchers: [] },
        { metric: 'b', matchers: [] },
      ],
    ],
    ['vector(1) > 2', []],
  ])('%s', (promql, found) => expect(selectorsIn(promql)).toEqual(found))
})

describe('why a query found nothing', () => {
  it('its metric is not there', async () => {
    expect((await reason('rate(nope[5m])', 'nope')).reason).toMatchObject({
      rung: 'metricThere',
      detail: 'There is no series of nope in this time.',
      query: 'count(count_over_time(nope[3600s]))',
    })
  })

  it('a label has no such value', async () => {
    expect((await reason('up{job="a",code="599"}', '599')).reason).toMatchObject({
      rung: 'labelsAsExpected',
      detail: 'No series of up has code="599" in this time.',
    })
  })

  it('no series has all labels together', async () => {
    expect((await reason('up{job="a",code="599"}', 'job="a",code')).reason?.detail).toContain('together')
  })

  it('the expression leaves nothing', async () => {
    expect((await reason('up{job="a"} > 1e9', null)).reason).toMatchObject({
      rung: 'expressionLeaves',
      query: 'up{job="a"} > 1e9',
    })
  })

  it('is asked of what somebody may see only', async () => {
    const { reason: found, asked } = await reason('up', 'up', new Set(['shop']))
    expect(found?.detail).toBe('There is no series of up that ann may see in this time.')
    for (const promql of asked.slice(1)) expect(promql).toContain('namespace="shop"')
    expect((await reason('up', null, new Set())).reason?.rung).toBe('rights')
  })
})
