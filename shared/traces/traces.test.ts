import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { aggregateOf, quantileOf } from './aggregate.ts'
import { compare } from './compare.ts'
import { criticalPath, type Segment } from './critical-path.ts'
import { selfTimes } from './self-time.ts'
import type { Span } from '#shared/mesh/span.ts'
import { statisticsOf } from './statistics.ts'
import { anyTrace, span, trace } from './trace.fixture.ts'
import { type Tree, treeOf } from './tree.ts'

const named = (tree: Tree, segments: readonly Segment[]) =>
  segments.map(({ span, start, end }) => `${tree.spans[span]?.span.spanId ?? 'nobody'} ${start}–${end}`)
const pathOf = (...spans: Span[]) => {
  const tree = treeOf(trace(...spans))
  return named(tree, criticalPath(tree))
}

describe('a trace as a forest', () => {
  it('holds every span exactly once, parents before children, whatever they say of each other', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const { spans, roots, duration } = treeOf(given)
        expect(spans.map(({ span }) => span)).toHaveLength(given.spans.length)
        expect(new Set(spans.map(({ span }) => span)).size).toBe(given.spans.length)
        const fromParents = spans.flatMap(({ children }) => children)
        expect([...roots, ...fromParents].sort((a, b) => a - b)).toEqual(spans.map((_, index) => index))
        for (const [index, { parent, depth, start, end }] of spans.entries()) {
          expect(parent).toBeLessThan(index)
          expect(depth).toBe(parent === -1 ? 0 : (spans[parent]?.depth ?? NaN) + 1)
          expect(start).toBeGreaterThanOrEqual(0)
          expect(end).toBeGreaterThanOrEqual(start)
          expect(end).toBeLessThanOrEqual(duration)
        }
      }),
    )
  })

  it('says what did not fit', () => {
    const tree = treeOf(
      trace(
        span('a', null, 0, 10),
        span('b', 'gone', 2, 4),
        span('c', 'd', 5, 6),
        span('d', 'c', 4, 6),
        span('a', null, 1, 2),
        span('e', 'a', 9, 7),
      ),
    )
    const oddities = Object.fromEntries(tree.spans.map(each => [each.span.spanId + each.span.start, each.oddities]))
    expect(oddities).toEqual({
      a0: [],
      b2: ['orphan'],
      c5: [],
      d4: ['cycle'],
      a1: ['duplicate'],
      e9: ['negativeDuration'],
    })
  })

  it("moves a server's span into its call, with all beneath it, where the clocks disagree", () => {
    const tree = treeOf(
      trace(
        span('client', null, 1000, 1100, { kind: 'client' }),
        span('server', 'client', 5000, 5060, { kind: 'server' }),
        span('inner', 'server', 5010, 5020),
      ),
    )
    expect(tree.spans.map(({ span, start, end, shift }) => [span.spanId, start, end, shift])).toEqual([
      ['client', 0, 100, 0],
      ['server', 20, 80, -3980],
      ['inner', 30, 40, -3980],
    ])
  })

  it('leaves alone what follows without being waited for', () => {
    const tree = treeOf(
      trace(
        span('producer', null, 0, 10, { kind: 'producer' }),
        span('consumer', 'producer', 50, 90, { kind: 'consumer' }),
      ),
    )
    expect(tree.spans[1]).toMatchObject({ start: 50, end: 90, oddities: [] })
  })

  it('takes a chain of fifty thousand without running out of stack', () => {
    const chain = Array.from({ length: 50_000 }, (_, index) =>
      span(String(index), index === 0 ? null : String(index - 1), index, 200_000 - index),
    )
    const tree = treeOf(trace(...chain))
    expect(tree.spans.at(-1)?.depth).toBe(49_999)
    expect(criticalPath(tree)).not.toHaveLength(0)
  })
})

describe('the critical path', () => {
  it('lies in the order of time, without gap or overlap, and sums to the duration', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        const segments = criticalPath(tree)
        let at = 0
        for (const { start, end } of segments) {
          expect(start).toBe(at)
          expect(end).toBeGreaterThan(start)
          at = end
        }
        expect(at).toBe(tree.duration)
      }),
    )
  })

  it('gives nobody time in which he did not run', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        for (const { span, start, end } of criticalPath(tree)) {
          const owner = tree.spans[span]
          if (owner === undefined) continue
          expect(start).toBeGreaterThanOrEqual(owner.start)
          expect(end).toBeLessThanOrEqual(owner.end)
        }
      }),
    )
  })

  it.each<[string, Span[], string[]]>([
    [
      'a span waits for the child that ends last, and works in between',
      [span('a', null, 0, 100), span('b', 'a', 10, 40), span('c', 'a', 50, 90)],
      ['a 0–10', 'b 10–40', 'a 40–50', 'c 50–90', 'a 90–100'],
    ],
    [
      'of two at the same time the one that ends last counts; the other held nobody up',
      [span('a', null, 0, 100), span('b', 'a', 10, 90), span('c', 'a', 10, 60)],
      ['a 0–10', 'b 10–90', 'a 90–100'],
    ],
    [
      'what was still running when the one waited for began did not start it',
      [span('a', null, 0, 100), span('b', 'a', 10, 60), span('c', 'a', 50, 90)],
      ['a 0–50', 'c 50–90', 'a 90–100'],
    ],
    [
      'a child that outlives its parent counts as long as the parent lasts; what is left is nobody’s',
      [span('a', null, 0, 100), span('b', 'a', 50, 140)],
      ['a 0–50', 'b 50–100', 'nobody 100–140'],
    ],
    [
      'roots follow each other; what lies between them is nobody’s',
      [span('a', null, 0, 40), span('b', 'gone', 60, 100)],
      ['a 0–40', 'nobody 40–60', 'b 60–100'],
    ],
  ])('%s', (_, spans, expected) => {
    expect(pathOf(...spans)).toEqual(expected)
  })
})

describe('own time', () => {
  it('is the duration without the time in which any child ran, counted once', () => {
    const tree = treeOf(
      trace(span('a', null, 0, 100), span('b', 'a', 10, 50), span('c', 'a', 30, 60), span('d', 'a', 90, 130)),
    )
    expect(selfTimes(tree)).toEqual([40, 40, 30, 40])
  })

  it('is never negative and never more than the duration', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        for (const [index, self] of selfTimes(tree).entries()) {
          const { start = 0, end = 0 } = tree.spans[index] ?? {}
          expect(self).toBeGreaterThanOrEqual(0)
          expect(self).toBeLessThanOrEqual(end - start)
        }
      }),
    )
  })
})

describe('statistics', () => {
  it('count every span and share out the whole critical path', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        const rows = statisticsOf(tree)
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(given.spans.length)
        const nobodys = criticalPath(tree)
          .filter(({ span }) => span === -1)
          .reduce((sum, { start, end }) => sum + end - start, 0)
        expect(rows.reduce((sum, { critical }) => sum + critical, nobodys)).toBe(tree.duration)
      }),
    )
  })
})

describe('many traces together', () => {
  const one = treeOf(
    trace(
      span('a', null, 0, 100, { service: 'front' }),
      span('b', 'a', 10, 90, { service: 'cart' }),
      span('c', 'b', 20, 80, { service: 'db' }),
    ),
  )

  it('share the time out by service, and say what would be won at most', () => {
    const { quantile, shares } = aggregateOf([one, one], 0.95, 'service')
    expect(quantile).toBe(100)
    expect(shares.map(({ service, share, quantileWithout }) => [service, share, quantileWithout])).toEqual([
      ['db', 0.6, 40],
      ['front', 0.2, 80],
      ['cart', 0.2, 80],
    ])
  })

  it('name the caller of each edge', () => {
    const { shares } = aggregateOf([one], 0.5, 'edge')
    expect(shares.map(({ service, caller }) => [caller, service])).toEqual([
      ['cart', 'db'],
      [null, 'front'],
      ['front', 'cart'],
    ])
  })

  it('sum to the whole', () => {
    fc.assert(
      fc.property(
        fc.array(anyTrace, { maxLength: 4 }),
        fc.constantFrom('service' as const, 'edge' as const),
        (given, by) => {
          const trees = given.map(treeOf)
          const { shares } = aggregateOf(trees, 0.95, by)
          expect(shares.reduce((sum, { time }) => sum + time, 0)).toBe(
            trees.reduce((sum, { duration }) => sum + duration, 0),
          )
        },
      ),
    )
  })

  it('take a quantile between the two nearest', () => {
    expect([0, 0.5, 0.75, 1].map(quantile => quantileOf([1, 2, 3, 4, 5], quantile))).toEqual([1, 3, 4, 5])
    expect(quantileOf([], 0.5)).toBe(0)
  })
})

describe('one trace against others', () => {
  it('is the same everywhere against itself', () => {
    fc.assert(
      fc.property(anyTrace, given => {
        const tree = treeOf(given)
        for (const { before, after } of compare([tree], [tree])) expect(before).toEqual(after)
      }),
    )
  })

  it('says what is new, what is missing, and what takes longer', () => {
    const before = treeOf(trace(span('a', null, 0, 100), span('b', 'a', 0, 10, { operation: 'old' })))
    const after = treeOf(trace(span('a', null, 0, 300), span('b', 'a', 0, 10, { operation: 'new' })))
    expect(
      compare([before], [after]).map(({ operation, before: b, after: a }) => [operation, b?.duration, a?.duration]),
    ).toEqual([
      ['o', 100, 300],
      ['new', undefined, 10],
      ['old', 10, undefined],
    ])
  })
})
