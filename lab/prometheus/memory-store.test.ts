import { describe, expect, it } from 'vitest'
import { MemoryStore } from './memory-store.ts'
import { isStale } from './stale.ts'

const exposition = `# HELP requests_total All of them, "quoted" and\\\\or\\nin two lines.
# TYPE requests_total counter
requests_total{code="200",path="a\\"b\\\\c\\nd"} 5
requests_total { code = "500" , empty="" } 1.5e3 2000

# a comment
up 1
bad NaN
huge +Inf
`

describe('a memory store', () => {
  const store = new MemoryStore()
  store.ingest(exposition, 1000)

  it('reads the text exposition format', () => {
    const series = store.select([{ name: '__name__', op: '=~', value: '.+' }], 0, 5000)
    expect(series.map(({ labels, times, values }) => [labels, [...times], [...values]])).toEqual([
      [{ __name__: 'bad' }, [1000], [Number.NaN]],
      [{ __name__: 'huge' }, [1000], [Number.POSITIVE_INFINITY]],
      [{ __name__: 'requests_total', code: '200', path: 'a"b\\c\nd' }, [1000], [5]],
      [{ __name__: 'requests_total', code: '500' }, [2000], [1500]],
      [{ __name__: 'up' }, [1000], [1]],
    ])
    expect(store.metadata()).toEqual({
      requests_total: { type: 'counter', help: 'All of them, "quoted" and\\or\nin two lines.', unit: '' },
    })
  })

  it('writes what it reads', () => {
    const copy = new MemoryStore()
    copy.ingest([...store.exposition()].join(''), 1000)
    expect([...copy.exposition()]).toEqual([...store.exposition()])
    expect(copy.metadata()).toEqual(store.metadata())
  })

  it.each(['a{b=c} 1', 'a{b="c" 1', 'a', 'a 1 2 3', '{b="c"} 1', 'a x'])('refuses %j', line => {
    expect(() => new MemoryStore().ingest(line, 0)).toThrow('line 1')
  })

  it('selects samples from one time to another, both included', () => {
    const samples = new MemoryStore()
    for (const time of [10, 20, 30, 40]) samples.append({ __name__: 'a' }, time, time)
    const [series] = samples.select([{ name: '__name__', op: '=', value: 'a' }], 20, 30)
    expect([...(series?.times ?? [])]).toEqual([20, 30])
    expect(samples.select([{ name: '__name__', op: '=', value: 'a' }], 41, 50)).toEqual([])
  })

  it('hands out the same labels object for the same series', () => {
    const [first] = store.select([{ name: '__name__', op: '=', value: 'up' }], 0, 5000)
    const [second] = store.select([{ name: '__name__', op: '=', value: 'up' }], 0, 5000)
    expect(first?.labels).toBe(second?.labels)
  })

  it('keeps stale markers apart from NaN', () => {
    const samples = new MemoryStore()
    for (const [time, value] of [Number.NaN, 'stale', 1, 'stale'].entries())
      samples.append({ __name__: 'a' }, time, value as number | 'stale')
    const [series] = samples.select([{ name: '__name__', op: '=', value: 'a' }], 0, 9)
    expect([0, 1, 2, 3].map(index => series && isStale(series.values, index))).toEqual([false, true, false, true])
    expect([...samples.exposition()]).toEqual([])
  })

  it('tells names and values of labels', () => {
    expect(store.labelNames([], 0, 5000)).toEqual(['__name__', 'code', 'path'])
    expect(store.labelValues('code', [], 0, 5000)).toEqual(['200', '500'])
    expect(store.labelValues('code', [{ name: 'path', op: '=', value: '' }], 0, 5000)).toEqual(['500'])
    expect(store.labelValues('code', [], 0, 1500)).toEqual(['200'])
  })

  it('refuses samples that go back in time', () => {
    expect(() => store.append({ __name__: 'up' }, 500, 1)).toThrow('not after the last one')
  })
})
