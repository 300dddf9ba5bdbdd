import { describe, expect, it } from 'vitest'
import type { Labels, Marks, Matcher, RequestTree } from '#lab/contract.ts'
import { createExemplars } from './exemplars.ts'

const bucket = (reporter: string, le: string): Labels => ({
  __name__: 'istio_request_duration_milliseconds_bucket',
  reporter,
  source_workload_namespace: 'shop',
  source_workload: 'web',
  destination_workload_namespace: 'shop',
  destination_workload: 'cart',
  response_code: '200',
  le,
})
const series = ['source', 'destination'].flatMap(reporter => ['10', '100', '+Inf'].map(le => bucket(reporter, le)))
const pod = (workload: string) => ({ namespace: 'shop', workload })
const request = (start: number, duration: number) =>
  ({
    source: pod('web'),
    destination: pod('cart'),
    protocol: 'http',
    isMirror: false,
    code: 200,
    start,
    duration,
    children: [],
  }) as unknown as RequestTree
const marks = (traceId: string, isTraced = true): Marks => ({ traceId, requestId: 'r', isTraced, before: [] })

function kept(most?: number) {
  const asked: (readonly Matcher[])[] = []
  const exemplars = createExemplars(
    {
      select: matchers => {
        asked.push(matchers)
        return series.map(labels => ({ labels, times: new Float64Array(), values: new Float64Array() }))
      },
    },
    most,
  )
  return { exemplars, asked }
}

describe('an exemplar', () => {
  it('stands in the lowest bucket that holds it, of both ends', () => {
    const { exemplars } = kept()
    exemplars.keep(request(1000, 40), marks('a'))
    const found = exemplars.select([], 0, 5000)
    expect(found.map(({ labels }) => [labels['reporter'], labels['le']])).toEqual([
      ['source', '100'],
      ['destination', '100'],
    ])
    expect(found[0]?.exemplars).toEqual([{ at: 1040, value: 40, traceId: 'a' }])
  })

  it('is of a traced request only, and of the time that is asked for', () => {
    const { exemplars, asked } = kept()
    exemplars.keep(request(1000, 40), marks('a', false))
    exemplars.keep(request(9000, 40), marks('b'))
    expect(exemplars.select([], 0, 5000)).toEqual([])
    expect(asked).toEqual([])
  })

  it('makes room for the newest', () => {
    const { exemplars } = kept(1)
    exemplars.keep(request(1000, 5), marks('a'))
    exemplars.keep(request(2000, 5), marks('b'))
    expect(exemplars.select([], 0, 5000)[0]?.exemplars.map(({ traceId }) => traceId)).toEqual(['b'])
  })
})
