import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Json, pathText } from '#shared/mesh/object.ts'
import { type Desk, emptyDesk, type Event, step, textOn } from './desk.ts'
import { textOfObject } from './draft.ts'
import { readOne } from './manifest.ts'

const ref = { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' }
const object = (version: number, spec: Json): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: String(version) },
  spec,
})
const first = object(1, { a: 1, b: 1 })
const after = (...events: Event[]): Desk => events.reduce(step, emptyDesk(ref, first))
const typed = (text: string): Event => ({ kind: 'typed', text, at: 5 })
const told = (theirs: Json | null): Event => ({ kind: 'told', theirs })
const withA = (a: number) => textOfObject(object(1, { a, b: 1 }))

describe('what lies on the desk', () => {
  it('is the cluster’s text until something is typed, and again when it is typed back', () => {
    expect(textOn(after())).toBe(withA(1))
    expect(after(typed(withA(2))).draft).toMatchObject({ base: first, typedAt: 5 })
    expect(after(typed(withA(2)), typed(withA(1))).draft).toBeNull()
  })

  it('follows the cluster while nothing is typed', () => {
    const desk = after(told(object(2, { a: 9 })))
    expect(desk.draft).toBeNull()
    expect(textOn(desk)).toContain('a: 9')
  })

  it('takes another field of somebody else in, and says which', () => {
    const desk = after(typed(withA(2)), told(object(2, { a: 1, b: 7 })))
    expect(textOn(desk)).toContain('a: 2\n  b: 7')
    expect(desk.taken.map(pathText)).toEqual(['spec.b'])
    expect(step(desk, { kind: 'seen' }).taken).toEqual([])
  })

  it('asks about the same field, keeps mine, and takes theirs when told to', () => {
    const desk = after(typed(withA(2)), told(object(2, { a: 3, b: 1 })))
    expect(desk.conflicts).toMatchObject([{ mine: 2, theirs: 3 }])
    expect(textOn(desk)).toContain('a: 2')
    const [conflict = { path: [] }] = desk.conflicts
    expect(step(desk, { kind: 'decided', conflict, for: 'mine', at: 6 })).toMatchObject({ conflicts: [] })
    const theirs = step(desk, { kind: 'decided', conflict, for: 'theirs', at: 6 })
    expect(theirs.draft).toBeNull()
    expect(textOn(theirs)).toContain('a: 3')
  })

  it('is in every tab what was typed last in any of them', () => {
    const elsewhere = (at: number, text: string | null): Event => ({
      kind: 'elsewhere',
      at,
      draft: text === null ? null : { object: ref, text, base: first, typedAt: at },
    })
    const [older, newer] = [
      after(typed(withA(2)), elsewhere(4, withA(3))),
      after(typed(withA(2)), elsewhere(6, withA(3))),
    ]
    expect(textOn(older)).toBe(withA(2))
    expect(textOn(newer)).toBe(withA(3))
    expect(after(typed(withA(2)), elsewhere(6, null)).draft).toBeNull()
    expect(after(typed(withA(2)), elsewhere(4, null)).draft).not.toBeNull()
    // What the cluster changed meanwhile is merged into it here too.
    expect(textOn(after(told(object(2, { a: 1, b: 7 })), elsewhere(6, withA(3))))).toContain('a: 3\n  b: 7')
  })

  it('waits with the merge while the text is broken, and merges once it is whole', () => {
    const broken = after(typed(`${withA(2)}\n  [`), told(object(2, { a: 1, b: 7 })))
    expect(broken.isWaiting).toBe(true)
    expect(textOn(broken)).toContain('  [')
    const whole = step(broken, typed(withA(2)))
    expect(whole.isWaiting).toBe(false)
    expect(textOn(whole)).toContain('a: 2\n  b: 7')
  })

  it('keeps what was typed when the object is deleted', () => {
    const desk = after(typed(withA(2)), told(null))
    expect(textOn(desk)).toBe(withA(2))
    expect(desk.theirs).toBeNull()
  })

  it('keeps what was typed while the server wrote', () => {
    const applied: Event = { kind: 'applied', theirs: object(2, { a: 2, b: 1 }), text: withA(2) }
    expect(after(typed(withA(2)), applied).draft).toBeNull()
    expect(after(typed(withA(2)), typed(withA(4)), applied).draft).toMatchObject({ text: withA(4) })
  })

  it('a draft from before is taken up on what the cluster has now', () => {
    const draft = { object: ref, text: withA(2), base: first, typedAt: 1 }
    const desk = after(told(object(5, { a: 1, b: 8 })), { kind: 'recalled', draft })
    expect(textOn(desk)).toContain('a: 2\n  b: 8')
  })
})

describe('laws of the desk', () => {
  const field = fc.constantFrom('a', 'b', 'c')
  const aSpec = fc.dictionary(field, fc.integer({ min: 0, max: 2 }), { minKeys: 1 })

  it('whatever others do, every field I typed stays as I typed it, and what I left alone is theirs', () => {
    fc.assert(
      fc.property(aSpec, aSpec, fc.array(aSpec, { maxLength: 6 }), (base, mine, others) => {
        let desk = step(emptyDesk(ref, object(0, base)), typed(textOfObject(object(0, mine))))
        others.forEach((spec, n) => {
          desk = step(desk, told(object(n + 1, spec)))
        })
        const now = (readOne(textOn(desk)).manifest?.value['spec'] ?? {}) as Json
        const last = others.at(-1) ?? base
        // Typed to the same by somebody meanwhile, it is no longer only mine.
        for (const name of ['a', 'b', 'c'])
          if (mine[name] !== base[name] && others.every(spec => spec[name] !== mine[name]))
            expect(now[name]).toBe(mine[name])
          else if (mine[name] === base[name] && others.every(spec => spec[name] !== base[name]))
            expect(now[name]).toBe(last[name])
      }),
    )
  })

  it('nothing but applying and discarding takes a readable draft away that differs from the cluster', () => {
    fc.assert(
      fc.property(aSpec, fc.array(aSpec, { maxLength: 4 }), (mine, others) => {
        const text = `# a note\n${textOfObject(object(0, mine))}`
        const desk = [typed(text), ...others.map((spec, n) => told(object(n + 2, spec))), told(null)].reduce(
          step,
          emptyDesk(ref, first),
        )
        expect(textOn(desk).startsWith('# a note\n')).toBe(true)
      }),
    )
  })
})
