import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Assertion, parse, print, sentencesIn } from './sentence.ts'

const problem = (text: string) => {
  const read = parse(text)
  return 'problem' in read ? read.problem : null
}

describe('an assertion', () => {
  it.each([
    ['`storefront` may GET `/cart/*`', 'storefront may GET /cart/*'],
    ['nothing outside `pay` reaches `ledger`', 'nothing outside pay reaches ledger'],
    ['shop/cart and audit may GET or HEAD /a, /b/{*} of pay/ledger on port 8080', null],
    ['cart may not call /admin/* of ledger', null],
    ['nothing but payments may POST /entries of ledger', null],
    ['anything in shop may reach catalog', null],
    ['nothing reaches vault on port 8200', null],
    ['anything outside legacy may reach `may`', null],
  ])('%s is read, and written again as a person would', (text, written) => {
    const read = parse(text)
    if ('problem' in read) throw new Error(read.problem)
    const again = print(read.assertion)
    if (written !== null) expect(again).toBe(written)
    expect(parse(again)).toEqual(read)
  })

  it.each([
    ['storefront can GET /cart', 'After “storefront” comes “may” or “may not”: not “can”.'],
    ['storefront may', 'After “may” comes a method in capitals, “call” or “reach”: nothing follows.'],
    ['storefront may get /cart', 'After “may” comes a method in capitals, “call” or “reach”: not “get”.'],
    ['nothing outside reaches ledger', 'After “outside” comes a name: not “reaches”.'],
    ['nothing outside pay/x reaches ledger', 'A namespace has no “/” in it: “pay/x”.'],
    ['nothing may not reach x', '“nothing may not” says two things at once: leave out one of them.'],
    ['a may reach b/c/d', '“b/c/d” is no name: say a name, or namespace/name.'],
    ['a may reach b on port 0', 'A port is a number from 1 to 65535.'],
    ['a may reach b soon', 'After “b” comes the end: not “soon”.'],
    ['a may reach `b', 'A ` is never closed.'],
  ])('%s is not understood, and it says why', (text, sentence) => {
    expect(problem(text)).toBe(sentence)
  })

  it('stands on a line of its own, between remarks', () => {
    const read = sentencesIn('# shop\n\n- cart may reach redis.  # its store\nnonsense\n')
    expect(read).toMatchObject(
      [
        { line: 3, text: 'cart may reach redis' },
        { line: 4, problem: /^After “nonsense”/ },
      ].map(one =>
        'problem' in one ? { ...one, problem: expect.stringMatching(one.problem as RegExp) as string } : one,
      ),
    )
  })

  const word = fc
    .oneof(fc.constantFrom('cart', 'may', 'and', 'a b', 'é', 'x.y', 'port', 'GET'), fc.string({ minLength: 1 }))
    .map(text => text.replace(/[`/\r\n]/g, '_'))
  const name = fc.record({ namespace: fc.option(word), name: word })
  const names = fc.array(name, { minLength: 1, maxLength: 3 })
  const who: fc.Arbitrary<Assertion['who']> = fc.oneof(
    fc.record({ kind: fc.constant('these' as const), names }),
    fc.record({ kind: fc.constant('but' as const), names }),
    fc.record({ kind: fc.constant('anything' as const) }),
    fc.record({
      kind: fc.constantFrom('in' as const, 'outside' as const),
      namespaces: fc.array(word, { minLength: 1, maxLength: 2 }),
    }),
  )
  const path = fc.string().map(text => `/${text.replace(/[`\r\n]/g, '_')}`)
  const assertion: fc.Arbitrary<Assertion> = fc
    .record({
      who,
      passes: fc.boolean(),
      methods: fc.array(fc.constantFrom('GET', 'PUT', 'M-SEARCH'), { maxLength: 2 }),
      paths: fc.array(path, { maxLength: 2 }),
      port: fc.option(fc.integer({ min: 1, max: 65_535 })),
      at: fc.array(name, { maxLength: 2 }),
    })
    // To reach something there must be something.
    .filter(({ methods, paths, at }) => methods.length > 0 || paths.length > 0 || at.length > 0)

  it('comes back from its own words as it was', () => {
    const law = fc.property(assertion, one => {
      expect(parse(print(one))).toEqual({ assertion: one })
    })
    fc.assert(law, { numRuns: 500, seed: 6 })
  })
})
