import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEvaluator } from '#shared/security/evaluate.ts'
import { type Fact, known, values, withFact } from '#shared/security/flows.fixture.ts'
import { authorization, authorizationOf, objectsOf, written } from '#shared/security/policies.fixture.ts'
import { istioDefaults } from '#shared/security/world.ts'

const facts = Object.keys(values) as Fact[]

describe('an evaluator that takes over what an earlier one found out', () => {
  it('says what one says that begins anew, whatever was changed, made or taken away, and however often', () => {
    fc.assert(
      fc.property(
        written,
        fc.array(fc.record({ place: fc.nat(), policy: fc.option(authorization) }), { minLength: 1, maxLength: 4 }),
        written,
        fc.array(fc.tuple(known, fc.uniqueArray(fc.constantFrom(...facts), { maxLength: 3 })), {
          minLength: 12,
          maxLength: 12,
        }),
        (now, keys, later, calls) => {
          const objects = objectsOf(now)
          const flows = calls.map(([flow, gone]) => gone.reduce((left, fact) => withFact(left, fact, undefined), flow))
          const before = createEvaluator(objects, istioDefaults, { remembers: true })
          // Somebody types in one policy, then in another, makes one and takes one away.
          const typed = keys.map(({ place, policy }, key) => {
            const at = place % (objects.length + 1)
            return [
              ...objects.slice(0, at),
              ...(policy === null ? [] : [authorizationOf(policy, `typed-${key}`)]),
              ...objects.slice(at + 1),
            ]
          })
          for (const after of [...typed, ...typed.slice(0, 1), objectsOf(later), objects]) {
            const near = createEvaluator(after, istioDefaults, { near: before })
            const anew = createEvaluator(after, istioDefaults)
            for (const flow of flows) {
              const { verdict, missing } = anew.judge(flow)
              expect(near.verdict(flow)).toMatchObject({ verdict, missing })
              expect(near.explain(flow)).toEqual(anew.explain(flow))
              expect(near.residue(flow)).toBe(anew.residue(flow))
            }
          }
        },
      ),
      { numRuns: 60, seed: 12 },
    )
  })
})
