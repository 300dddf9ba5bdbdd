import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MeshObject } from '#shared/mesh/object.ts'
import { createEvaluator, type Judgement } from '#shared/security/evaluate.ts'
import type { Flow } from '#shared/security/flow.ts'
import { type Fact, known, values, withFact } from '#shared/security/flows.fixture.ts'
import { authorization, authorizationOf, objectsOf, written } from '#shared/security/policies.fixture.ts'

/** The laws of what policies mean: they hold for any policies and any call. */

const judge = (objects: readonly MeshObject[], flow: Flow): Judgement => createEvaluator(objects).judge(flow)
const facts = Object.keys(values) as Fact[]
const some = (most: number) => fc.uniqueArray(fc.constantFrom(...facts), { minLength: 1, maxLength: most })
const without = (flow: Flow, gone: readonly string[]): Flow =>
  gone.reduce((left, fact) => withFact(left, fact, undefined), flow)
const flows = (count: number) => fc.array(known, { minLength: count, maxLength: count })

describe('whatever the policies', () => {
  it('adding a DENY never turns a deny into an allow', () => {
    fc.assert(
      fc.property(written, authorization, flows(20), (policies, more, calls) => {
        const before = createEvaluator(objectsOf(policies))
        const after = createEvaluator([...objectsOf(policies), authorizationOf({ ...more, action: 'DENY' }, 'x')])
        for (const flow of calls)
          if (before.judge(flow).verdict === 'deny') expect(after.judge(flow).verdict).toBe('deny')
      }),
      { numRuns: 100, seed: 1 },
    )
  })

  it('the order of policies and of rules changes no verdict', () => {
    fc.assert(
      fc.property(written, some(4), flows(20), (policies, gone, calls) => {
        const there = createEvaluator(objectsOf(policies))
        const turned = createEvaluator(
          objectsOf({
            ...policies,
            authorization: policies.authorization.map(one => ({ ...one, rules: one.rules.toReversed() })),
          }).toReversed(),
        )
        for (const full of calls)
          for (const flow of [full, without(full, gone)]) {
            const [one, other] = [there.judge(flow), turned.judge(flow)]
            expect([other.verdict, other.missing]).toEqual([one.verdict, one.missing])
          }
      }),
      { numRuns: 60, seed: 2 },
    )
  })

  it('a call whose facts are all known is certain, unless an authorizer is asked', () => {
    fc.assert(
      fc.property(written, flows(20), (policies, calls) => {
        const evaluator = createEvaluator(objectsOf(policies))
        for (const flow of calls) {
          const { verdict, missing } = evaluator.judge(flow)
          expect(missing).toEqual(verdict === 'uncertain' ? ['answer of provider ask'] : [])
        }
      }),
      { numRuns: 100, seed: 3 },
    )
  })

  it('making a fact known turns only uncertain into something', () => {
    fc.assert(
      fc.property(written, some(6), flows(20), (policies, gone, calls) => {
        const evaluator = createEvaluator(objectsOf(policies))
        for (const full of calls)
          for (let count = gone.length; count > 0; count--) {
            const before = evaluator.judge(without(full, gone.slice(0, count))).verdict
            const after = evaluator.judge(without(full, gone.slice(0, count - 1))).verdict
            if (before !== 'uncertain') expect(after).toBe(before)
          }
      }),
      { numRuns: 100, seed: 4 },
    )
  })

  it('a fact that no rule mentions never matters', () => {
    const objects = [
      authorizationOf(
        {
          where: 'shop',
          attachment: {},
          action: 'ALLOW',
          isDryRun: false,
          rules: [{ to: [{ operation: { methods: ['GET'] } }] }],
        },
        0,
      ),
    ]
    fc.assert(
      fc.property(known, some(facts.length), (flow, gone) => {
        const unasked = gone.filter(fact => fact !== 'http.method')
        expect(judge(objects, without(flow, unasked))).toEqual(judge(objects, flow))
      }),
      { seed: 5 },
    )
  })
})

/** What a call would come to with every value of the facts that are gone. */
function* worlds(flow: Flow, gone: readonly Fact[]): Generator<{ flow: Flow; picked: readonly unknown[] }> {
  const [fact, ...rest] = gone
  if (fact === undefined) yield { flow, picked: [] }
  else
    for (const value of values[fact])
      for (const world of worlds(withFact(flow, fact, value), rest))
        yield { ...world, picked: [value, ...world.picked] }
}

/** Which of the facts that are gone change the ending, with the others held: found by trying. */
function mattering(flow: Flow, gone: readonly Fact[], ending: (flow: Flow) => string): Set<Fact> {
  const tried = [...worlds(flow, gone)].map(world => ({ ...world, ending: ending(world.flow) }))
  return new Set(
    gone.filter((_, index) => {
      const others = Map.groupBy(tried, ({ picked }) => JSON.stringify(picked.toSpliced(index, 1)))
      return [...others.values()].some(group => new Set(group.map(one => one.ending)).size > 1)
    }),
  )
}

const factOf = (missing: string): string => {
  if (missing.startsWith('jwt')) return 'jwt'
  if (missing.startsWith('http.headers')) return 'http.headers'
  // One certificate says all three.
  return /^source\.(namespace|serviceAccount)$/.test(missing) ? 'source.principal' : missing
}

describe('what is uncertain', () => {
  const plain = facts.filter(fact => fact !== 'jwt')
  it.each<[what: string, gone: fc.Arbitrary<Fact[]>, runs: number]>([
    ['one fact', fc.constantFrom(...plain).map(fact => [fact]), 400],
    ['two facts', fc.shuffledSubarray(plain, { minLength: 2, maxLength: 2 }), 100],
    // There are thousands of tokens to try.
    ['the token', fc.constant<Fact[]>(['jwt']), 20],
  ])('is exactly what the missing facts can change, found by trying all values of %s', (_, which, numRuns) => {
    let uncertain = 0
    fc.assert(
      fc.property(written, which, flows(4), (policies, gone, calls) => {
        const evaluator = createEvaluator(objectsOf(policies))
        for (const full of calls) {
          const flow = without(full, gone)
          const missing = evaluator.judge(flow).missing.filter(name => !name.startsWith('answer of'))
          const expected = mattering(flow, gone, one => evaluator.judge(one).verdict)
          expect(new Set(missing.map(factOf))).toEqual(expected)
          if (missing.length > 0) uncertain++
        }
      }),
      { numRuns, seed: 7 },
    )
    expect(uncertain).toBeGreaterThan(0)
  })
})
