import { describe, expect, it } from 'vitest'
import { MemoryStore } from '#lab/prometheus/memory-store.ts'
import { PromqlError } from './error.ts'
import { instantQuery, type QueryOptions, rangeQuery } from './query.ts'

const minute = 60_000

/** `series` maps a metric's line to its values, one a minute from 0; `_` is no sample, `stale` a marker. */
function storeOf(series: Record<string, string>): MemoryStore {
  const store = new MemoryStore()
  for (const [line, values] of Object.entries(series))
    for (const [index, value] of values.split(' ').entries()) {
      if (value === '_') continue
      const [, name = '', pairs = ''] = /^(\w+)(?:\{(.*)\})?$/.exec(line) ?? []
      const labels = Object.fromEntries([...pairs.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, text]) => [key, text]))
      const number = Number(value.replace('Inf', 'Infinity'))
      store.append({ __name__: name, ...labels }, index * minute, value === 'stale' ? 'stale' : number)
    }
  return store
}

/** The answer as short lines: `a{x="y"} 5`. */
function ask(store: MemoryStore, query: string, minutes: number, options?: Partial<QueryOptions>): string[] {
  const result = instantQuery(query, minutes * minute, { store, ...options })
  switch (result.type) {
    case 'scalar':
    case 'string':
      return [String(result.value)]
    case 'vector':
      return result.labels.map((labels, row) => `${show(labels)} ${result.values[row]}`)
    case 'matrix':
      return result.series.map(({ labels, times, values }) => {
        const points = Array.from(times, (time, index) => `${values[index]}@${time / minute}`)
        return `${show(labels)} ${points.join(' ')}`
      })
  }
}

function show(labels: Readonly<Record<string, string>>): string {
  const { __name__: name = '', ...rest } = labels
  const pairs = Object.entries(rest).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${name}{${pairs.map(([key, value]) => `${key}="${value}"`).join(',')}}`
}

const store = storeOf({
  'counter{job="a"}': '0 10 20 30 5 15 25',
  'counter{job="b"}': '0 1 2 3 4 5 6',
  'gauge{job="a",zone="x"}': '1 2 3 4 5 6 7',
  'gauge{job="b",zone="x"}': '7 6 5 4 3 2 1',
  'info{job="a",version="v1"}': '1 1 1 1 1 1 1',
  'bucket{le="1"}': '0 0 0 0 0 0 10',
  'bucket{le="2"}': '0 0 0 0 0 0 30',
  'bucket{le="+Inf"}': '0 0 0 0 0 0 40',
})

describe('an instant selector', () => {
  const gaps = storeOf({ a: '1 2 _ _ _ _ _ _', b: '1 stale _ 4', c: '1 NaN' })

  it.each([
    ['the sample of this very moment', 'a', 1, ['a{} 2']],
    ['the last one within five minutes, to the millisecond', 'a', 6, ['a{} 2']],
    ['nothing older', 'a', 6 + 1 / minute, []],
    ['nothing after a stale marker', 'b', 2, []],
    ['a series that came back', 'b', 3, ['b{} 4']],
    ['NaN, which is a value', 'c', 2, ['c{} NaN']],
    ['the past, by offset', 'a offset 1m', 1, ['a{} 1']],
    ['the future, by a negative offset', 'a offset -1m', 0, ['a{} 2']],
    ['a fixed moment', 'a @ 0', 5, ['a{} 1']],
  ])('sees %s', (_, query, at, expected) => {
    expect(ask(gaps, query, at)).toEqual(expected)
  })

  it('finds series by all four kinds of matchers, anchored', () => {
    expect(ask(store, 'gauge{job=~"a|c"}', 0)).toEqual(['gauge{job="a",zone="x"} 1'])
    expect(ask(store, 'gauge{job!~"a.*"}', 0)).toEqual(['gauge{job="b",zone="x"} 7'])
    expect(ask(store, '{__name__=~"inf.",job!="b"}', 0)).toEqual(['info{job="a",version="v1"} 1'])
    expect(ask(store, 'gauge{job=~"."}', 0)).toHaveLength(2)
    expect(ask(store, 'gauge{nobody=""}', 0)).toHaveLength(2)
  })
})

describe('a range', () => {
  it('holds the samples at both of its ends, without stale markers', () => {
    const gaps = storeOf({ b: '1 stale 3 4 5' })
    expect(ask(gaps, 'b[2m]', 2)).toEqual(['b{} 1@0 3@2'])
    expect(ask(gaps, 'count_over_time(b[2m])', 2)).toEqual(['{} 2'])
    expect(ask(gaps, 'b[2m] offset 1m', 5)).toEqual(['b{} 3@2 4@3 5@4'])
  })

  it.each([
    // Samples reach both ends: 25 gained from 10 to 25 over a reset, divided by the range.
    ['increase(counter{job="a"}[5m])', 6, 20 + 5 + 20],
    ['rate(counter{job="a"}[5m])', 6, 45 / 300],
    // Half of the mean distance beyond the samples, where they end far from the range.
    ['increase(counter{job="b"}[4m])', 8, 2.5],
    // A counter is not extended below zero.
    ['increase(counter{job="b"}[2m])', 1.5, 1.5],
    ['delta(gauge{job="b"}[2m])', 6, -2],
    ['irate(counter{job="a"}[5m])', 4, 5 / 60],
    ['idelta(counter{job="a"}[5m])', 4, -25],
    ['resets(counter{job="a"}[6m])', 6, 1],
    ['changes(gauge{job="a"}[2m])', 6, 2],
    ['deriv(gauge{job="a"}[6m])', 6, 1 / 60],
    ['predict_linear(gauge{job="a"}[6m], 60)', 6, 8],
    ['avg_over_time(gauge{job="a"}[6m])', 6, 4],
    ['stdvar_over_time(gauge{job="a"}[6m])', 6, 4],
    ['quantile_over_time(0.25, gauge{job="a"}[6m])', 6, 2.5],
    ['max_over_time(gauge{job="b"}[1m] offset 5m)', 6, 7],
    ['holt_winters(gauge{job="a"}[6m], 0.5, 0.5)', 6, 7],
    ['max_over_time(sum(gauge)[6m:1m])', 6, 8],
    ['sum_over_time((gauge{job="a"} > 5)[6m:1m])', 6, 13],
  ])('%s at minute %d is %d', (query, at, expected) => {
    const result = instantQuery(query, at * minute, { store })
    expect(result.type === 'vector' ? [...result.values] : []).toEqual([expect.closeTo(expected, 10)])
  })

  it('needs two samples for a rate', () => {
    expect(ask(store, 'rate(counter[30s])', 6)).toEqual([])
  })

  it('of a subquery has steps that are multiples of its own step', () => {
    const timesAt = (minutes: number) => {
      const result = instantQuery('gauge{job="a"}[2m:1m]', minutes * minute, { store })
      return result.type === 'matrix' ? Array.from(result.series[0]?.times ?? [], time => time / minute) : []
    }
    expect(timesAt(6.5)).toEqual([5, 6])
    expect(timesAt(6)).toEqual([4, 5, 6])
  })
})

describe('operators', () => {
  it.each([
    ['gauge + 1', ['{job="a",zone="x"} 8', '{job="b",zone="x"} 2']],
    ['gauge > 3', ['gauge{job="a",zone="x"} 7']],
    ['3 < gauge', ['gauge{job="a",zone="x"} 7']],
    ['gauge > bool 3', ['{job="a",zone="x"} 1', '{job="b",zone="x"} 0']],
    ['counter * ignoring (zone) gauge', ['{job="a"} 175', '{job="b"} 6']],
    ['gauge * on (job) group_left (version) info', ['{job="a",version="v1",zone="x"} 7']],
    ['info * on (job) group_right (version) gauge', ['{job="a",version="v1",zone="x"} 7']],
    ['gauge and on (job) info', ['gauge{job="a",zone="x"} 7']],
    ['gauge unless on (job) info', ['gauge{job="b",zone="x"} 1']],
    ['info or gauge{job="b"}', ['info{job="a",version="v1"} 1', 'gauge{job="b",zone="x"} 1']],
    ['-gauge{job="a"}', ['{job="a",zone="x"} -7']],
    ['1 ^ NaN', ['1']],
    ['7 % -4', ['3']],
    ['scalar(info) + scalar(gauge)', ['NaN']],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 6)).toEqual(expected)
  })

  it.each([
    ['gauge * on (zone) gauge', 'found duplicate series for the match group {zone="x"} on the right hand-side'],
    ['gauge * on (zone) sum by (zone) (gauge)', 'many-to-one matching must be explicit (group_left/group_right)'],
    ['label_replace(gauge, "job", "", "job", ".*")', 'vector cannot contain metrics with the same labelset'],
    ['-{job="a"}', 'vector cannot contain metrics with the same labelset'],
    ['topk(NaN, gauge)', 'Scalar value NaN overflows int64'],
    ['holt_winters(gauge[5m], 2, 0.5)', 'invalid smoothing factor. Expected: 0 < sf < 1, got: 2.000000'],
    ['count_values("a-b", gauge)', 'invalid label name "a-b"'],
    ['label_replace(gauge, "a", "", "b", "(")', 'invalid regular expression in label_replace(): ('],
  ])('%s is an execution error', (query, message) => {
    const run = () =>
      ask(
        storeOf({ 'gauge{job="a",zone="x"}': '1 1', 'gauge{job="b",zone="x"}': '2 2', 'other{job="a",zone="x"}': '1' }),
        query,
        1,
      )
    expect(run).toThrow(PromqlError)
    expect(run).toThrow(message)
  })
})

describe('aggregations', () => {
  const many = storeOf({ 'a{x="1",y="1"}': '1', 'a{x="1",y="2"}': '3', 'a{x="2",y="1"}': '5', 'a{x="2",y="2"}': 'NaN' })

  it.each([
    ['sum by (y) (a)', ['{y="1"} 6', '{y="2"} NaN']],
    ['sum without (y) (a{x="1"})', ['{x="1"} 4']],
    ['max(a)', ['{} 5']],
    ['min by (x) (a)', ['{x="1"} 1', '{x="2"} 5']],
    ['count(a)', ['{} 4']],
    ['group by (x) (a)', ['{x="1"} 1', '{x="2"} 1']],
    ['avg(a{x="1"})', ['{} 2']],
    ['stddev(a{x="1"})', ['{} 1']],
    ['stdvar(a{y="1"})', ['{} 4']],
    ['quantile(0.5, a{y="1"})', ['{} 3']],
    ['topk(1, a)', ['a{x="2",y="1"} 5']],
    ['bottomk by (x) (1, a)', ['a{x="1",y="1"} 1', 'a{x="2",y="1"} 5']],
    ['topk(9, a)', ['a{x="2",y="1"} 5', 'a{x="1",y="2"} 3', 'a{x="1",y="1"} 1', 'a{x="2",y="2"} NaN']],
    ['topk(0, a)', []],
    ['count_values("z", a)', ['{z="1"} 1', '{z="3"} 1', '{z="5"} 1', '{z="NaN"} 1']],
    ['sum(nothing)', []],
  ])('%s', (query, expected) => {
    expect(ask(many, query, 0)).toEqual(expected)
  })

  it('say when topk had to choose between equals', () => {
    let ties = 0
    const onTie = () => ties++
    ask(storeOf({ 'a{x="1"}': '1', 'a{x="2"}': '1' }), 'topk(1, a)', 0, { onTie })
    expect(ties).toBe(1)
    ask(many, 'topk(2, a)', 0, { onTie })
    expect(ties).toBe(1)
  })
})

describe('functions', () => {
  it.each([
    ['absent(nothing{x="y",z=~"."})', ['{x="y"} 1']],
    ['absent(gauge)', []],
    ['absent_over_time(nothing{x="y"}[5m])', ['{x="y"} 1']],
    ['sort_desc(gauge)', ['gauge{job="a",zone="x"} 7', 'gauge{job="b",zone="x"} 1']],
    ['clamp(gauge, 2, 5)', ['{job="a",zone="x"} 5', '{job="b",zone="x"} 2']],
    ['clamp(gauge, 5, 2)', []],
    ['round(vector(2.5))', ['{} 3']],
    ['round(vector(7.3), 0.5)', ['{} 7.5']],
    ['sgn(vector(-3))', ['{} -1']],
    ['timestamp(gauge{job="a"} offset 1m)', ['{job="a",zone="x"} 300']],
    ['timestamp(abs(info))', ['{job="a",version="v1"} 360']],
    ['time()', ['360']],
    ['day_of_week(vector(0))', ['{} 4']],
    ['days_in_month(vector(951782400))', ['{} 29']],
    ['day_of_year(vector(951782400))', ['{} 60']],
    ['year(vector(-1))', ['{} 1969']],
    ['year(vector(NaN))', ['{} 292277026596']],
    ['hour()', ['{} 0']],
    ['histogram_quantile(0.5, bucket)', ['{} 1.5']],
    ['histogram_quantile(0.9, bucket)', ['{} 2']],
    ['histogram_quantile(2, bucket)', ['{} Infinity']],
    ['label_replace(info, "v", "$1-${2}x", "version", "(.)(.)")', ['info{job="a",v="v-1x",version="v1"} 1']],
    ['label_join(info, "j", "/", "job", "version", "none")', ['info{j="a/v1/",job="a",version="v1"} 1']],
    ['scalar(info)', ['1']],
    ['pi()', [String(Math.PI)]],
    ['"text"', ['text']],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 6)).toEqual(expected)
  })
})

describe('a range query', () => {
  const steps = { start: 0, end: 3 * minute, step: minute }
  const points = (query: string, from = store) => {
    const result = rangeQuery(query, steps, { store: from })
    return result.type === 'matrix'
      ? result.series.map(
          ({ labels, times, values }) =>
            `${show(labels)} ${Array.from(times, (time, i) => `${values[i]}@${time / minute}`).join(' ')}`,
        )
      : []
  }

  it('answers as one instant query per step would', () => {
    for (const query of [
      'sum(gauge)',
      'rate(counter[2m])',
      'gauge > 5',
      'topk(1, gauge)',
      'counter @ 60',
      'time()',
      'gauge offset 1m',
    ])
      for (const [index, time] of [0, 1, 2, 3].entries()) {
        const at = points(query)
          .filter(line => line.includes(`@${time}`))
          .map(
            line =>
              `${line.split(' ')[0]} ${
                line
                  .split(' ')
                  .find(point => point.endsWith(`@${index}`))
                  ?.split('@')[0]
              }`,
          )
        expect(at).toEqual(
          ask(store, query, time)
            .map(line => (line.includes('{') ? line : `{} ${line}`))
            .sort(),
        )
      }
  })

  it('keeps @ start() and @ end() at the ends of the whole query', () => {
    expect(points('gauge{job="a"} @ end()')).toEqual(['gauge{job="a",zone="x"} 4@0 4@1 4@2 4@3'])
    expect(points('sum_over_time(gauge{job="a"}[1m] @ end())')).toEqual(['{job="a",zone="x"} 7@0 7@1 7@2 7@3'])
  })

  it('joins series that follow each other and refuses those that meet', () => {
    const versions = storeOf({ 'a{v="1"}': '1 1 stale', 'a{v="2"}': '_ _ 2 2' })
    expect(points('label_replace(a, "v", "", "v", ".*")', versions)).toEqual(['a{} 1@0 1@1 2@2 2@3'])
    const meeting = storeOf({ 'a{v="1"}': '1 1 1', 'a{v="2"}': '_ _ 2 2' })
    expect(() => points('label_replace(a, "v", "", "v", ".*")', meeting)).toThrow('same labelset')
  })

  it('is for scalars and instant vectors', () => {
    expect(() => points('gauge[5m]')).toThrow(
      new PromqlError(
        'bad_data',
        'invalid expression type "range vector" for range query, must be Scalar or instant Vector',
      ),
    )
  })

  it('asks the store once for each selector', () => {
    let selects = 0
    const counting = Object.create(store, {
      select: { value: (...args: Parameters<MemoryStore['select']>) => (selects++, store.select(...args)) },
    }) as MemoryStore
    points('sum(rate(counter[2m])) / sum(gauge) + max_over_time(avg(gauge)[3m:1m])', counting)
    expect(selects).toBe(3)
  })
})

describe('limits', () => {
  it('stop a query that loads too many samples', () => {
    expect(() => ask(store, 'sum_over_time(gauge[6m])', 6, { maxSamples: 10 })).toThrow(
      new PromqlError('execution', 'query processing would load too many samples into memory in query execution'),
    )
  })

  it('stop a query whose time is over', () => {
    expect(() => ask(store, 'gauge', 6, { isLate: () => true })).toThrow(
      new PromqlError('timeout', 'query timed out in expression evaluation'),
    )
  })
})
