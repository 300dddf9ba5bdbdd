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
      detail: [{ says: 'noSeriesOf', facts: { metric: 'nope' } }],
      query: 'count(count_over_time(nope[3600s]))',
    })
  })

  it('a label has no such value', async () => {
    expect((await reason('up{job="a",code="599"}', '599')).reason).toMatchObject({
      rung: 'labelsAsExpected',
      detail: [{ says: 'noneOfHas', facts: { metric: 'up', matcher: 'code="599"' } }],
    })
  })

  it('no series has all labels together', async () => {
    expect((await reason('up{job="a",code="599"}', 'job="a",code')).reason?.detail).toEqual([
      { says: 'noneOfTogether', facts: { metric: 'up', matchers: ['job="a"', 'code="599"'] } },
    ])
  })

  it('names no metric where the query names none', async () => {
    expect((await reason('{job="a",code="599"}', '599')).reason?.detail).toEqual([
      { says: 'noneHas', facts: { matcher: 'code="599"' } },
    ])
    expect((await reason('{job="a",code="599"}', 'job="a",code')).reason?.detail).toMatchObject([
      { says: 'noneTogether' },
    ])
  })

  it('the expression leaves nothing', async () => {
    expect((await reason('up{job="a"} > 1e9', null)).reason).toMatchObject({
      rung: 'expressionLeaves',
      detail: [{ says: 'nothingLeft', facts: {} }],
      query: 'up{job="a"} > 1e9',
    })
  })

  it('is asked of what somebody may see only', async () => {
    const { reason: found, asked } = await reason('up', 'up', new Set(['shop']))
    expect(found?.detail).toEqual([{ says: 'noSeriesSeen', facts: { metric: 'up', user: 'ann' } }])
    for (const promql of asked.slice(1)) expect(promql).toContain('namespace="shop"')
    expect((await reason('up', null, new Set())).reason).toMatchObject({
      rung: 'rights',
      detail: [{ says: 'seesNone', facts: { user: 'ann' } }],
    })
  })
})
