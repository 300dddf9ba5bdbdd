import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyTrace } from '#shared/traces/trace.fixture.ts'
import { drawnFlames, flamesOf } from './flames.ts'
import { ancestorsOf, drawn, foldable, matchesOf, modelOf, rowAt, rowsOf, stepOf } from './model.ts'

const none = new Set<number>()

describe('the rows of a waterfall', () => {
  it('are all spans; folded ones hide exactly what is beneath them (law)', () => {
    fc.assert(
      fc.property(anyTrace, fc.array(fc.nat(30), { maxLength: 5 }), (trace, chosen) => {
        const model = modelOf(trace)
        expect(rowsOf(model, none, false)).toEqual(model.tree.spans.map((_, index) => index))
        const folded = new Set(chosen.filter(index => index < model.tree.spans.length))
        const seen = model.tree.spans.flatMap((_, index) =>
          ancestorsOf(model, index).some(above => folded.has(above)) ? [] : [index],
        )
        expect(rowsOf(model, folded, false)).toEqual(seen)
        expect(rowsOf(model, new Set(foldable(model)), false)).toEqual(model.tree.roots)
      }),
    )
  })

  it('of the critical path only are its spans with those above them (law)', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const model = modelOf(trace)
        const rows = rowsOf(model, none, true)
        const on = [...model.critical.keys()].filter(index => index >= 0)
        expect(rows).toEqual(
          [...new Set(on.flatMap(index => [index, ...ancestorsOf(model, index)]))].sort((a, b) => a - b),
        )
      }),
    )
  })

  it('each have a name of their own in the address (law)', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const { keys, indexes, tree } = modelOf(trace)
        expect(new Set(keys).size).toBe(tree.spans.length)
        for (const [index, key] of keys.entries()) expect(indexes.get(key)).toBe(index)
      }),
    )
  })

  it('are walked by keys that never lead out of them (law)', () => {
    const keys = ['ArrowDown', 'ArrowUp', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageDown', 'PageUp']
    fc.assert(
      fc.property(anyTrace, fc.array(fc.constantFrom(...keys), { maxLength: 40 }), (trace, pressed) => {
        const model = modelOf(trace)
        let [active, folded] = [0, none]
        for (const key of pressed) {
          const rows = rowsOf(model, folded, false)
          const step = stepOf(key, active, rows, model, folded, 5)
          if (step?.kind === 'go') active = step.to
          else if (step?.kind === 'fold') folded = new Set([...folded, step.at])
          else if (step?.kind === 'unfold') folded = new Set([...folded].filter(each => each !== step.at))
          const after = rowsOf(model, folded, false)
          expect(after[rowAt(after, active)] ?? 0).toBe(active)
        }
      }),
    )
  })
})

describe('stretches of the critical path as they are drawn', () => {
  it.each([
    [
      [
        [0, 10],
        [20, 30],
      ],
      { from: 0, to: 40 },
      ['0 0.25', '0.5 0.25'],
    ],
    // What lies closer than a hair is one.
    [
      [
        [0, 10],
        [10.01, 20],
      ],
      { from: 0, to: 40 },
      ['0 0.5'],
    ],
    [
      [
        [0, 10],
        [20, 30],
      ],
      { from: 15, to: 25 },
      ['0.5 0.5'],
    ],
    [[[0, 10]], { from: 5, to: 5 }, []],
  ] as const)('%j within %j', (segments, window, expected) => {
    const given = segments.map(([start, end]) => ({ span: 0, start, end }))
    expect(drawn(given, window).map(({ left, width }) => `${left} ${width}`)).toEqual(expected)
  })

  it('are never more than can be told apart', () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ span: 0, start: index * 2, end: index * 2 + 1 }))
    expect(drawn(many, { from: 0, to: 20_000 }).length).toBeLessThanOrEqual(1001)
  })
})

describe('finding in a trace', () => {
  const span = { spanId: 'ab', parentId: null, kind: 'server', start: 0, duration: 1, isError: false } as const
  const rest = { events: [], links: [], process: [], warnings: [] }
  const attributes = [{ key: 'http.status_code', value: 503 }]
  const model = modelOf({
    traceId: 't',
    spans: [
      { ...span, service: 'Cart.shop', operation: 'GET /', attributes, ...rest },
      { ...span, spanId: 'cd', service: 'ledger.pay', operation: 'POST /', attributes: [], ...rest },
    ],
    warnings: [],
  })
  it.each([
    ['cart', [0]],
    ['POST', [1]],
    ['status_code=503', [0]],
    ['cd', [1]],
    ['  ', []],
    ['nothing', []],
  ])('"%s"', (text, found) => expect(matchesOf(model, text)).toEqual(found))
})

describe('flames', () => {
  it('hold every span once, and the work of each is its own and that of all beneath (law)', () => {
    fc.assert(
      fc.property(anyTrace, trace => {
        const model = modelOf(trace)
        const root = flamesOf(model)
        let [count, self] = [0, 0]
        const stack = [root]
        for (let each = stack.pop(); each !== undefined; each = stack.pop()) {
          count += each.count
          self += each.self
          expect(each.work).toBe(each.self + each.children.reduce((sum, { work }) => sum + work, 0))
          stack.push(...each.children)
        }
        expect(count).toBe(model.tree.spans.length)
        expect(root.work).toBe(self)
      }),
    )
  })

  it('are drawn within their parents, so many levels deep; the rest is counted', () => {
    const spans = Array.from({ length: 100 }, (_, index) => ({
      spanId: String(index),
      parentId: index === 0 ? null : String(index - 1),
      service: 's',
      operation: `o${index}`,
      kind: 'internal' as const,
      start: 0,
      duration: 1000 - index,
      isError: false,
      attributes: [],
      events: [],
      links: [],
      process: [],
      warnings: [],
    }))
    const { drawn: shown, deeper } = drawnFlames(flamesOf(modelOf({ traceId: 't', spans, warnings: [] })), 40, 0.001)
    expect(shown).toHaveLength(40)
    expect(deeper).toBe(61)
  })
})
