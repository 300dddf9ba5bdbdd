import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Span } from '#shared/mesh/span.ts'
import { criticalPath, criticalTime } from './critical-path.ts'
import { hopsOf } from './hops.ts'
import { anyTrace, span, trace } from './trace.fixture.ts'
import { treeOf } from './tree.ts'

const target = (name: string) => ({ kind: 'client' as const, attributes: [{ key: 'to', value: name }] })
const targetOf = ({ attributes }: Pick<Span, 'attributes'>) => {
  const name = attributes.find(({ key }) => key === 'to')?.value
  return name === undefined ? null : { name: String(name), isHost: false }
}

const bought = trace(
  span('1', null, 0, 100, { service: 'web' }),
  span('2', '1', 5, 95, { service: 'web', ...target('shop') }),
  span('3', '2', 10, 90, { service: 'shop', isError: true }),
  span('4', '3', 20, 30, { service: 'shop', ...target('cart') }),
  span('5', '4', 21, 29, { service: 'cart' }),
  span('6', '3', 40, 80, { service: 'shop', isError: true, ...target('postgres.data') }),
  span('7', '3', 82, 84, { service: 'cart' }),
)
const hops = hopsOf(treeOf(bought), targetOf)
const named = hops.map(({ from, to }) => `${from ?? 'outside'} > ${to}`)

describe('the hops of a trace', () => {
  it('are its ways between services, in the order in which they were first gone', () => {
    expect(named).toEqual(['outside > web', 'web > shop', 'shop > cart', 'shop > postgres.data'])
    expect(hops.map(({ order }) => order)).toEqual([1, 2, 3, 4])
  })

  it('count calls and their failures once, however many spans tell of one', () => {
    expect(hops.map(({ calls, errors }) => [calls, errors])).toEqual([
      [1, 0],
      [1, 1],
      [2, 0],
      [1, 1],
    ])
  })

  it('go on to where nobody tells of them, and the wait is theirs', () => {
    const last = hops.at(-1)
    expect(last).toMatchObject({ isSilent: true, critical: 40, share: 0.4 })
    expect(hops.filter(({ isSilent }) => isSilent)).toHaveLength(1)
  })

  it('lead to the span that held the trace up most', () => {
    const { spans } = treeOf(bought)
    expect(hops.map(({ span: index }) => spans[index]?.span.spanId)).toEqual(['1', '3', '5', '6'])
  })

  it('share the critical path among them, whatever a trace says', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        const nobody = criticalTime(criticalPath(tree)).get(-1) ?? 0
        const sum = hopsOf(tree, ({ operation }) => ({ name: operation, isHost: true })).reduce(
          (all, { critical }) => all + critical,
          nobody,
        )
        expect(sum).toBe(tree.duration)
      }),
    )
  })
})
