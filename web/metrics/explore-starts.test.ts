import { parser } from '@prometheus-io/lezer-promql'
import { describe, expect, it } from 'vitest'
import { busiest, busiestIn, meshStarts, serviceStarts } from './explore-starts.ts'
import { recentIn, withAsked } from './recent.ts'

function faults(query: string): number {
  let count = 0
  parser.parse(query).iterate({ enter: ({ type }) => void (type.isError && count++) })
  return count
}

describe('questions to begin with', () => {
  const hostile = serviceStarts({ namespace: 'sh"op', name: 'a\\b\nc' })
  it.each([busiest, ...Object.values(meshStarts), ...Object.values(hostile)])('are PromQL: %s', query =>
    expect(faults(query)).toBe(0),
  )

  it('of a service ask about it and no other', () => {
    for (const query of Object.values(serviceStarts({ namespace: 'shop', name: 'cart' }))) {
      expect(query.split('{')).toHaveLength(query.split('destination_service_name="cart"').length)
      expect(query.split('{')).toHaveLength(query.split('destination_service_namespace="shop"').length)
    }
  })

  it('name who is busiest now, first the busiest, and nobody who is silent or has no name', () => {
    const row = (name: string | undefined, last: number | null) => ({
      labels: { destination_service_namespace: 'shop', ...(name !== undefined && { destination_service_name: name }) },
      last,
      least: null,
      most: null,
    })
    const told = busiestIn({ rows: [row('a', 1), row('b', 7), row('c', 0), row('d', null), row(undefined, 9)] })
    expect(told).toEqual([
      { namespace: 'shop', name: 'b', requestRate: 7 },
      { namespace: 'shop', name: 'a', requestRate: 1 },
    ])
  })
})

describe('questions that were asked before', () => {
  it('stand once, the latest first, and are few', () => {
    expect(withAsked(['b', 'a'], 'a')).toEqual(['a', 'b'])
    expect(withAsked(['1', '2', '3', '4', '5', '6', '7', '8'], 'x')).toEqual(['x', '1', '2', '3', '4', '5', '6', '7'])
  })

  it.each([
    [null, []],
    ['{', []],
    ['{"a":1}', []],
    ['["up",7,null]', ['up']],
  ])('are read of whatever the browser kept: %s', (kept, expected) => expect(recentIn(kept)).toEqual(expected))
})
