import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyOf, type MeshObject } from '#shared/mesh/object.ts'
import { podKind, serviceKind } from './kinds.ts'
import { createLedger } from './ledger.ts'

const object = (kind: string, name: string): MeshObject => ({ apiVersion: 'v1', kind, metadata: { name } })
const itemsOf = (kind: string, names: readonly string[]) =>
  new Map(names.map(name => [`/${name}`, object(kind, name)] as const))

describe('the ledger', () => {
  it('applied to any earlier state, what changed since gives the present one', () => {
    const state = fc.record({
      kind: fc.constantFrom(podKind, serviceKind),
      names: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd')),
    })
    fc.assert(
      fc.property(fc.array(state, { maxLength: 12 }), states => {
        const ledger = createLedger()
        const all = () =>
          new Map(
            [podKind, serviceKind].flatMap(kind =>
              [...ledger.of(kind)].map(([key, one]) => [`/${kind.kind}/${key}`, one]),
            ),
          )
        const past = states.map(({ kind, names }) => {
          ledger.take(kind, itemsOf(kind.kind, names))
          return { revision: ledger.revision(), held: all() }
        })
        for (const { revision, held } of past) {
          for (const { ref, object: now } of ledger.since(revision) ?? [])
            if (now) held.set(keyOf(ref), now)
            else held.delete(keyOf(ref))
          expect(held).toEqual(all())
        }
      }),
    )
  })

  it('an object that stays the same one is no change', () => {
    const ledger = createLedger()
    const items = itemsOf('Pod', ['a', 'b'])
    ledger.take(podKind, items)
    expect(ledger.take(podKind, new Map(items))).toEqual({ put: [], remove: [] })
    expect(ledger.since(ledger.revision())).toEqual([])
  })

  it('says that it does not know what is too long ago, or has not been yet', () => {
    const ledger = createLedger(3)
    ledger.take(podKind, itemsOf('Pod', ['a', 'b', 'c', 'd']))
    expect(ledger.since(0)).toBeNull()
    expect(ledger.since(1)).toHaveLength(3)
    expect(ledger.since(5)).toBeNull()
    expect(ledger.since(Number.NaN)).toBeNull()
  })
})
