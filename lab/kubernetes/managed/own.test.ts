import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Fields, listOf } from '#lab/kubernetes/value.ts'
import type { Entry, Manager } from './entries.ts'
import { difference, type FieldSet, isEmpty, isSame, nodeOf, none, stepsOf, union } from './field-set.ts'
import { compare, fieldsIn } from './fields.ts'
import { afterApply, afterUpdate } from './own.ts'
import { setShape, type Shape, whole } from './shape.ts'

/** A kind in small: a map, a plain field, a list as a whole, a set and items with items. */
const struct = (fields: Record<string, Shape>): Shape => ({ kind: 'struct', fields: new Map(Object.entries(fields)) })
const items = (keys: string[], item: Shape): Shape => ({ kind: 'items', keys, defaults: {}, items: item })
const env = items(['name'], struct({ name: whole, value: whole }))
const shape = struct({
  labels: { kind: 'map', values: whole },
  replicas: whole,
  hosts: whole,
  finalizers: setShape,
  containers: items(['name'], struct({ name: whole, image: whole, env })),
})

const value = fc.constantFrom('1', '2')
const named = (names: readonly string[], more: Record<string, fc.Arbitrary<unknown>>) =>
  fc.uniqueArray(fc.record({ name: fc.constantFrom(...names), ...more }, { requiredKeys: ['name'] }), {
    selector: item => item['name'],
    minLength: 1,
    maxLength: 3,
  })
/** What somebody may write, with the names that are theirs to use. Nothing in it is empty. */
const wishes = (names: readonly string[], whole = true) =>
  fc.record(
    {
      labels: fc.dictionary(fc.constantFrom(...names), value, { minKeys: 1, noNullPrototype: true }),
      finalizers: fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 }),
      containers: named(names, { image: value, env: named(names, { value }) }),
      ...(whole ? { replicas: fc.constantFrom(1, 2), hosts: fc.uniqueArray(value) } : {}),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<Fields>
const names = ['a', 'b', 'c']

interface State {
  object: Fields
  entries: Entry[]
}
const nothing: State = { object: {}, entries: [] }
const applier = (manager: string): Manager => ({ manager, operation: 'Apply', apiVersion: 'v1', subresource: '' })
const apply = (state: State, manager: string, config: Fields) =>
  afterApply(shape, state.object, config, { entries: state.entries, me: applier(manager), time: 'now', ignored: none })
const put = (state: State, manager: string, object: Fields): State => {
  const me: Manager = { ...applier(manager), operation: 'Update' }
  return { object, entries: afterUpdate(state.entries, me, compare(shape, state.object, object), 'now') }
}

/** The set without its inner nodes. */
const leaves = (set: FieldSet): FieldSet => {
  const steps = stepsOf(set).map(([step, node]): [string, FieldSet] => [step, leaves(node)])
  return nodeOf(false, Object.fromEntries(steps)) ?? none
}
const owned = (state: State): FieldSet => state.entries.reduce((all, entry) => union(all, entry.fields), none)
/** The order of items that two managers gave says nothing about what is there. */
const inOrder = (object: unknown): unknown =>
  Array.isArray(object)
    ? object.map(inOrder).toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
    : typeof object === 'object' && object !== null
      ? Object.fromEntries(Object.entries(object).map(([key, part]) => [key, inOrder(part)]))
      : object

const steps = fc.array(
  fc.record({ manager: fc.constantFrom('x', 'y', 'z'), applies: fc.boolean(), wish: wishes(names) }),
  { maxLength: 8 },
)
const live = (history: { manager: string; applies: boolean; wish: Fields }[]): State =>
  history.reduce<State>(
    (state, { manager, applies, wish }) => (applies ? apply(state, manager, wish) : put(state, manager, wish)),
    nothing,
  )

describe('applying', () => {
  it('what was just applied changes nothing, also after force', () => {
    fc.assert(
      fc.property(steps, wishes(names), (history, wish) => {
        const once = apply(live(history), 'me', wish)
        const again = apply(once, 'me', wish)
        expect([again.object, again.entries, again.conflicts]).toEqual([once.object, once.entries, []])
      }),
    )
  })

  it('nothing any more leaves no trace of what was applied without conflict', () => {
    fc.assert(
      fc.property(steps, wishes(names), (history, wish) => {
        const before = live(history)
        const applied = apply(before, 'me', wish)
        fc.pre(applied.conflicts.length === 0)
        const after = apply(applied, 'me', {})
        expect(inOrder(after.object)).toEqual(inOrder(before.object))
        expect(after.entries).toEqual(before.entries)
      }),
    )
  })

  it('never conflicts with those who speak of other fields', () => {
    const [mine, theirs] = [
      ['a', 'b'],
      ['c', 'd'],
    ]
    fc.assert(
      fc.property(wishes(mine), wishes(theirs, false), wishes(mine, false), (first, other, second) => {
        const state = apply(apply(nothing, 'me', first), 'you', other)
        expect(state.conflicts).toEqual([])
        expect(apply(state, 'you', {}).conflicts).toEqual([])
        expect(apply(state, 'me', second).conflicts).toEqual([])
      }),
    )
  })

  it('holds what was applied, whoever was there before', () => {
    fc.assert(
      fc.property(steps, wishes(names), (history, wish) => {
        const { object } = apply(live(history), 'me', wish)
        expect(isEmpty(difference(fieldsIn(shape, wish), fieldsIn(shape, object)))).toBe(true)
        const change = compare(shape, wish, object)
        expect(change.modified).toEqual({})
      }),
    )
  })
})

it('whatever is written, and by whom, exactly what is there is owned', () => {
  fc.assert(
    fc.property(steps, history => {
      const state = live(history)
      expect(isSame(leaves(owned(state)), leaves(fieldsIn(shape, state.object)))).toBe(true)
    }),
  )
})

it('items that others have stay in their places among those that are applied', () => {
  const container = (name: string) => ({ name })
  const before = put(nothing, 'x', { containers: ['a', 'b', 'c'].map(container) })
  const { object } = apply(before, 'me', { containers: ['c', 'd', 'b'].map(container) })
  expect(listOf(object['containers']).map(item => item['name'])).toEqual(['a', 'c', 'd', 'b'])
})
