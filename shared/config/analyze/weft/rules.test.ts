import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '#shared/mesh/object.ts'
import { authorization } from './cases/objects.ts'
import { coversRule, impossibility, rulesOf } from './rules.ts'

/** What a proxy knows of a request; undefined where it knows nothing (plaintext, no token). */
type Facts = Record<string, string | readonly string[] | undefined>

const methods = fc.constantFrom('GET', 'POST', 'PUT')
const paths = fc.constantFrom('/a', '/a/b', '/b', '/ab')
const namespaces = fc.constantFrom('shop', 'bank')
const principals = fc.constantFrom('td/ns/shop/sa/web', 'td/ns/bank/sa/pay')
const groups = fc.subarray(['a', 'b', 'ab'])

const aRequest: fc.Arbitrary<Facts> = fc
  .record({
    methods,
    paths,
    principals: fc.option(principals, { nil: undefined }),
    groups: fc.option(groups, { nil: undefined }),
  })
  .map(({ methods: method, paths: path, principals: principal, groups: group }) => ({
    methods: method,
    paths: path,
    principals: principal,
    namespaces: principal?.split('/')[2],
    'request.auth.claims[groups]': group,
  }))

const patterns = (of: fc.Arbitrary<string>) =>
  fc.array(
    fc.oneof(
      { weight: 3, arbitrary: of },
      of.map(value => `${value.slice(0, 3)}*`),
      of.map(value => `*${value.slice(-2)}`),
      fc.constant('*'),
    ),
    {
      minLength: 1,
      maxLength: 2,
    },
  )
const anOperation = fc.record(
  { methods: patterns(methods), notMethods: patterns(methods), paths: patterns(paths), notPaths: patterns(paths) },
  { requiredKeys: [] },
)
const aSource = fc.record(
  {
    namespaces: patterns(namespaces),
    notNamespaces: patterns(namespaces),
    principals: patterns(principals),
    notPrincipals: patterns(principals),
  },
  { requiredKeys: [] },
)
const aCondition = fc.record(
  {
    key: fc.constant('request.auth.claims[groups]'),
    values: patterns(fc.constantFrom('a', 'b', 'ab')),
    notValues: patterns(fc.constantFrom('a', 'b')),
  },
  { requiredKeys: ['key'] },
)
const aRule = fc.record(
  {
    from: fc.array(
      aSource.map(source => ({ source })),
      { minLength: 1, maxLength: 2 },
    ),
    to: fc.array(
      anOperation.map(operation => ({ operation })),
      { minLength: 1, maxLength: 2 },
    ),
    when: fc.array(aCondition, { maxLength: 2 }),
  },
  { requiredKeys: [] },
)

/** Istio docs, AuthorizationPolicy: exact, prefix, suffix, presence. */
function fits(pattern: string, value: string): boolean {
  if (pattern === '*') return true
  if (pattern.endsWith('*')) return value.startsWith(pattern.slice(0, -1))
  if (pattern.startsWith('*')) return value.endsWith(pattern.slice(1))
  return pattern === value
}
const holds = (wanted: unknown, fact: Facts[string]): boolean =>
  (wanted as string[]).some(pattern => (fact === undefined ? [] : [fact].flat()).some(value => fits(pattern, value)))

function isClause(clause: Json, facts: Facts): boolean {
  return Object.entries(clause).every(([field, wanted]) =>
    field.startsWith('not')
      ? !holds(wanted, facts[field.charAt(3).toLowerCase() + field.slice(4)])
      : holds(wanted, facts[field]),
  )
}
function isTaken({ from, to, when }: Json, facts: Facts): boolean {
  const any = (list: unknown, inner: string) =>
    list === undefined || (list as Json[]).some(one => isClause(one[inner] as Json, facts))
  const all = ((when ?? []) as Json[]).every(
    ({ key, values, notValues }) =>
      (values === undefined || holds(values, facts[key as string])) &&
      (notValues === undefined || !holds(notValues, facts[key as string])),
  )
  return any(from, 'source') && any(to, 'operation') && all
}

const parsed = (...rules: Json[]) => rulesOf(authorization('shop/a', { rules }))
const requests = fc.array(aRequest, { minLength: 20, maxLength: 20 })

describe('rules as sets', () => {
  it('a wide rule takes every request that one it covers takes', () => {
    let claims = 0
    fc.assert(
      fc.property(aRule, aRule, requests, (wide, narrow, some) => {
        const [first, second] = parsed(wide, narrow)
        if (!first || !second || !coversRule(first, second)) return
        claims++
        for (const facts of some) if (isTaken(narrow, facts)) expect(isTaken(wide, facts)).toBe(true)
      }),
      { numRuns: 20_000 },
    )
    expect(claims).toBeGreaterThan(50)
  })

  it('a rule that is said never to match never does', () => {
    let claims = 0
    fc.assert(
      fc.property(aRule, requests, (rule, some) => {
        const [only] = parsed(rule)
        if (!only || impossibility(only) === null) return
        claims++
        for (const facts of some) expect(isTaken(rule, facts)).toBe(false)
      }),
      { numRuns: 10_000 },
    )
    expect(claims).toBeGreaterThan(50)
  })

  it('every rule covers itself', () => {
    fc.assert(
      fc.property(aRule, rule => {
        const [only] = parsed(rule)
        expect(only && coversRule(only, only)).toBe(true)
      }),
    )
  })
})
