import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createAnalysis } from '#shared/config/analyze/engine.ts'
import { indexes } from '#shared/config/analyze/indexes.ts'
import { defaultSettings } from '#shared/config/world/settings.ts'
import type { Json } from '#shared/mesh/object.ts'
import { virtualService } from './cases/objects.ts'
import { areApart, coversMatch, matchesOf } from './matches.ts'
import { unreachableRoutes } from './unreachable-routes.ts'

/** Requests and matches of few words, so that they meet often. */
interface Request {
  path: string
  method: string
  headers: Record<string, string>
  port: number
  gateway: string
  labels: Record<string, string>
}

const paths = fc.constantFrom('/', '/a', '/A', '/a/b', '/a/b/c', '/b', '/ab')
const values = fc.constantFrom('1', '12', '2')
const aRequest: fc.Arbitrary<Request> = fc.record({
  path: paths,
  method: fc.constantFrom('GET', 'POST'),
  headers: fc.dictionary(fc.constantFrom('x', 'y'), values, { maxKeys: 2, noNullPrototype: true }),
  port: fc.constantFrom(80, 81),
  gateway: fc.constantFrom('mesh', 'g'),
  labels: fc.dictionary(fc.constantFrom('app', 'version'), values, { maxKeys: 2, noNullPrototype: true }),
})
const word = (of: fc.Arbitrary<string>): fc.Arbitrary<Json> =>
  fc.oneof(
    of.map(exact => ({ exact })),
    of.map(prefix => ({ prefix })),
    fc.constant({ regex: '.*1.*' }),
  )
const headerWords = fc.dictionary(fc.constantFrom('x', 'y'), fc.oneof(word(values), fc.constant({})), {
  maxKeys: 2,
  noNullPrototype: true,
})
const aMatch: fc.Arbitrary<Json> = fc.record(
  {
    uri: word(paths),
    ignoreUriCase: fc.boolean(),
    method: word(fc.constantFrom('GET', 'POST')),
    headers: headerWords,
    withoutHeaders: headerWords,
    port: fc.constantFrom(80, 81),
    gateways: fc.subarray(['mesh', 'g'], { minLength: 1 }),
    sourceLabels: fc.dictionary(fc.constantFrom('app', 'version'), values, { maxKeys: 2, noNullPrototype: true }),
  },
  { requiredKeys: [] },
)

/** Later matches often narrow an earlier one: that is how rules come to be in vain. */
const someRules = fc
  .array(fc.array(fc.record({ match: aMatch, narrows: fc.boolean() }), { minLength: 1, maxLength: 2 }), {
    minLength: 2,
    maxLength: 5,
  })
  .map(rules => {
    let before: Json = {}
    return rules.map(matches =>
      matches.map(({ match, narrows }) => {
        before = narrows ? { ...match, ...before } : match
        return before
      }),
    )
  })

function isWord(wanted: Json | undefined, value: string | undefined, isFolded = false): boolean {
  if (wanted === undefined) return true
  if (value === undefined) return false
  const fold = (text: unknown) => (isFolded ? String(text).toLowerCase() : String(text))
  if ('exact' in wanted) return fold(value) === fold(wanted['exact'])
  if ('prefix' in wanted) return fold(value).startsWith(fold(wanted['prefix']))
  if ('regex' in wanted) return RegExp(`^(?:${String(wanted['regex'])})$`).test(value)
  return true
}

/** What the proxy does, said plainly: every field holds. */
function isTaken(match: Json, request: Request): boolean {
  const {
    uri,
    method,
    headers = {},
    withoutHeaders = {},
    port,
    gateways,
    sourceLabels = {},
  } = match as Record<string, Json>
  const words = (of: Json) => Object.entries(of) as [string, Json][]
  return (
    isWord(uri, request.path, match['ignoreUriCase'] === true) &&
    isWord(method, request.method) &&
    words(headers).every(([key, wanted]) => isWord(wanted, request.headers[key])) &&
    words(withoutHeaders).every(([key, wanted]) => !isWord(wanted, request.headers[key])) &&
    (port === undefined || (port as unknown) === request.port) &&
    (gateways === undefined || (gateways as unknown as string[]).includes(request.gateway)) &&
    Object.entries(sourceLabels).every(([key, value]) => request.labels[key] === value)
  )
}

describe('matches as sets', () => {
  it('a wide match takes every request that one it covers takes', () => {
    fc.assert(
      fc.property(aMatch, aMatch, fc.array(aRequest, { minLength: 20, maxLength: 20 }), (wide, narrow, requests) => {
        if (!coversMatch(wide, narrow)) return
        for (const request of requests) if (isTaken(narrow, request)) expect(isTaken(wide, request)).toBe(true)
      }),
      { numRuns: 5000 },
    )
  })

  it('matches that are apart never take the same request', () => {
    fc.assert(
      fc.property(aMatch, aMatch, fc.array(aRequest, { minLength: 20, maxLength: 20 }), (one, other, requests) => {
        if (!areApart(one, other)) return
        for (const request of requests) expect(isTaken(one, request) && isTaken(other, request)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  it('every match covers itself', () => {
    fc.assert(
      fc.property(aMatch, match => {
        expect(coversMatch(match, match)).toBe(true)
      }),
    )
  })

  it('a rule that is said never to act is never the first that takes a request', () => {
    let claims = 0
    fc.assert(
      fc.property(someRules, fc.array(aRequest, { minLength: 30, maxLength: 30 }), (rules, requests) => {
        const http = rules.map(match => ({ match, route: [{ destination: { host: 'web' } }] }))
        const object = virtualService('shop/a', { hosts: ['web'], http })
        const findings = createAnalysis([unreachableRoutes], indexes, defaultSettings, [object]).findings()
        for (const { path = '' } of findings) {
          claims++
          const [, rule, match] = /^spec\.http\[(\d+)\](?:\.match\[(\d+)\])?$/.exec(path) ?? []
          for (const request of requests) {
            const first = http.findIndex(candidate => matchesOf(candidate).some(one => isTaken(one, request)))
            if (first !== Number(rule)) continue
            // One of its matches acts; the one that is said not to is not it.
            expect(match).toBeDefined()
            expect(isTaken(http[first]?.match[Number(match)] ?? {}, request)).toBe(false)
          }
        }
      }),
      { numRuns: 2000 },
    )
    expect(claims).toBeGreaterThan(100)
  })
})
