import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { queries, scraps } from './find.fixture.ts'
import { parse } from './find-parse.ts'
import { print } from './find-print.ts'
import { complete, suggest, vocabularyOf } from './find-suggest.ts'
import { edge, graph, node } from './graph.fixture.ts'

const shop = graph(
  [
    node('service:shop/catalog', { versions: [{ version: 'v1', requestRate: null, ready: 1, pods: 1 }] }),
    node('service:shop/checkout'),
    node('service:payments/gateway'),
    node('service:payments/rate'),
    node('external:my bank'),
  ],
  [edge('service:shop/catalog', 'service:shop/checkout', {}, 'grpc')],
)
const vocabulary = vocabularyOf(shop)

/** `|` is the cursor. */
const at = (marked: string) => suggest(marked.replace('|', ''), marked.indexOf('|'), vocabulary)
const offered = (marked: string) => at(marked).items.map(({ text }) => text)

describe('what is suggested', () => {
  it('comes from the graph', () => {
    expect(vocabulary.get('ns')).toEqual(['payments', 'shop'])
    expect(vocabulary.get('name')).toEqual(['catalog', 'checkout', 'gateway', 'my bank', 'rate'])
    expect(vocabulary.get('kind')).toEqual(['service', 'external'])
    expect(vocabulary.get('protocol')).toEqual(['grpc'])
    expect(vocabulary.get('version')).toEqual(['v1'])
    expect(vocabulary.get('source')).toEqual(['catalog'])
    expect(vocabulary.get('destination')).toEqual(['checkout'])
    expect(vocabulary.has('rate')).toBe(false)
  })

  it.each([
    ['na|', ['name', 'namespace']],
    ['NS|', ['ns']],
    ['che|', ['checkout']],
    ['rat|', ['rate', '"rate"']],
    ['ba|', ['"my bank"']],
    ['ns |', ['=', '!=', 'contains']],
    ['name con|', ['contains']],
    ['rate >|', ['>', '>=']],
    ['health !|', ['!=']],
    ['ns = |', ['payments', 'shop']],
    ['ns = s|', ['shop', 'payments']],
    ['ns != "sh|', ['shop']],
    ['name = "my|', ['"my bank"']],
    ['name contains at|', ['catalog', 'gateway', 'rate']],
    ['kind = e|', ['external']],
    ['protocol = |', ['grpc', 'http', 'tcp']],
    ['idle = |', ['yes', 'no']],
    ['error > |', ['0%', '1%', '5%']],
    ['error > 2|', ['2%']],
    ['error > 200|', []],
    ['latency > 25|', ['25ms', '25s']],
    ['latency > 5m|', ['5ms']],
    ['rate > 1|', ['1', '10', '100']],
    ['rate > 5 |', ['and', 'or']],
    ['rate > 5 a|', ['and']],
    ['pay |', ['and', 'or']],
    ['(pay |', ['and', 'or', ')']],
    ['(pay and (ns = s|) ', ['shop', 'payments']],
    ['idle and n|', ['name', 'ns', 'namespace', 'not', '"my bank"']],
    ['nmae = |', []],
    ['a) |', []],
    ['rate > 5 5 |', []],
  ])('at %s is %j', (marked, texts) => {
    expect(offered(marked)).toEqual(texts)
  })

  it('begins with the fields, and is never too many', () => {
    expect(offered('|').slice(0, 4)).toEqual(['name', 'ns', 'kind', 'health'])
    const many = graph(
      Array.from({ length: 300 }, (_, index) => node(`service:shop/s${index}`)),
      [],
    )
    expect(suggest('name = s', 8, vocabularyOf(many)).items.length).toBeLessThanOrEqual(12)
  })

  it('says what kind it is', () => {
    expect(at('rat|').items).toEqual([
      { text: 'rate', kind: 'field' },
      { text: '"rate"', kind: 'value' },
    ])
    expect(at('a |').items[0]).toEqual({ text: 'and', kind: 'join' })
    expect(at('ns |').items[0]).toEqual({ text: '=', kind: 'operator' })
  })
})

describe('a suggestion that is taken', () => {
  const taken = (marked: string, index = 0) => {
    const completion = at(marked)
    const item = completion.items[index]
    if (item === undefined) throw new Error(`Nothing is suggested at ${marked}`)
    const { text, cursor } = complete(marked.replace('|', ''), completion, item)
    return `${text.slice(0, cursor)}|${text.slice(cursor)}`
  }

  it.each([
    ['n|', 'name |'],
    ['na|me = x', 'name |= x'],
    ['na| = x', 'name |= x'],
    ['ns =|', 'ns = |'],
    ['ns = sh|op and idle', 'ns = shop |and idle'],
    ['(ns = s|)', '(ns = shop|)'],
    ['ns = "sh|', 'ns = shop |'],
    ['ns = "sh|op" or a', 'ns = shop |or a'],
    ['a or |', 'a or name |'],
  ])('at %s gives %s', (marked, after) => {
    expect(taken(marked)).toBe(after)
  })

  it('leaves a query or the beginning of one', () => {
    let count = 0
    const check = (typed: string) => {
      const completion = suggest(typed, typed.length, vocabulary)
      for (const item of completion.items) {
        count += 1
        const { text, cursor } = complete(typed, completion, item)
        expect(cursor).toBe(text.length)
        const parsed = parse(text)
        expect({ text, isFine: parsed.kind === 'query' || (parsed.kind === 'error' && parsed.isUnfinished) }).toEqual({
          text,
          isFine: true,
        })
      }
    }
    fc.assert(
      fc.property(queries, fc.nat(), (query, cut) => {
        const printed = print(query)
        fc.pre(printed.length < 400)
        check(printed.slice(0, cut % (printed.length + 1)))
      }),
      { numRuns: 2000 },
    )
    fc.assert(fc.property(scraps, check), { numRuns: 2000 })
    expect(count).toBeGreaterThan(2000)
  })

  it('keeps what stands around it, wherever the cursor is', () => {
    fc.assert(
      fc.property(fc.oneof(scraps, fc.string({ maxLength: 40 })), fc.nat(), (typed, place) => {
        const cursor = place % (typed.length + 1)
        const completion = suggest(typed, cursor, vocabulary)
        expect(completion.from).toBeLessThanOrEqual(cursor)
        expect(completion.to).toBeGreaterThanOrEqual(cursor)
        for (const item of completion.items) {
          const { text } = complete(typed, completion, item)
          expect(text.startsWith(typed.slice(0, completion.from) + item.text)).toBe(true)
          expect(text.endsWith(typed.slice(completion.to))).toBe(true)
        }
        expect(new Set(completion.items.map(({ kind, text }) => `${kind} ${text}`)).size).toBe(completion.items.length)
      }),
      { numRuns: 2000 },
    )
  })
})
