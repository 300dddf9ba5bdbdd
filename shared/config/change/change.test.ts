import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isEqual } from '#shared/mesh/equal.ts'
import { type Json, pathText } from '#shared/mesh/object.ts'
import { differences } from './diff.ts'
import { merge } from './merge.ts'

const route = (spec: Json, more: Json = {}): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'web', namespace: 'shop', ...more },
  spec,
})
const said = (before: Json | null, after: Json | null) =>
  differences(before, after).map(({ path, before: was, after: is }) => [pathText(path), was, is])

describe('differences', () => {
  it.each([
    ['a changed number', { http: [{ weight: 90 }] }, { http: [{ weight: 50 }] }, [['spec.http[0].weight', 90, 50]]],
    ['a field that is new', {}, { hosts: ['a'] }, [['spec.hosts', undefined, ['a']]]],
    ['a field that is gone', { a: 1, b: 2 }, { b: 2 }, [['spec.a', 1, undefined]]],
    ['an item put in front', { hosts: ['b'] }, { hosts: ['a', 'b'] }, [['spec.hosts[0]', undefined, 'a']]],
    ['an item taken from the middle', { l: [1, 2, 3] }, { l: [1, 3] }, [['spec.l[1]', 2, undefined]]],
    [
      'a named item that moved and changed',
      { s: [{ name: 'a', x: 1 }, { name: 'b' }] },
      { s: [{ name: 'b' }, { name: 'a', x: 2 }] },
      [['spec.s[1].x', 1, 2]],
    ],
    [
      'another order only',
      { s: [{ name: 'a' }, { name: 'b' }] },
      { s: [{ name: 'b' }, { name: 'a' }] },
      [['spec.s', [{ name: 'a' }, { name: 'b' }], [{ name: 'b' }, { name: 'a' }]]],
    ],
    ['a list that became a map', { a: [1] }, { a: { b: 1 } }, [['spec.a', [1], { b: 1 }]]],
  ] as const)('tell %s', (_, before, after, told) => {
    expect(said(route(before), route(after))).toEqual(told)
  })

  it('do not tell what the server keeps for itself', () => {
    const before = route({}, { resourceVersion: '1', generation: 1, managedFields: [] })
    const copy = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' }
    const after = { ...route({}, { resourceVersion: '2', annotations: copy }), status: { x: 1 } }
    expect(said(before, after)).toEqual([])
  })

  it('tell a whole object as one that is new or gone', () => {
    expect(differences(null, route({})).map(({ path }) => path)).toEqual([[]])
    expect(differences(route({}), null)).toHaveLength(1)
  })

  it('are none exactly between equals', () => {
    fc.assert(
      fc.property(aSpec, aSpec, (a, b) => {
        expect(differences(route(a), route(b)).length === 0).toBe(isEqual(a, b))
      }),
    )
  })
})

const aLeaf = fc.oneof(fc.integer({ min: 0, max: 3 }), fc.constantFrom('x', 'y'), fc.boolean())
const aSpec: fc.Arbitrary<Json> = fc.letrec<{ value: unknown; object: Json }>(tie => ({
  value: fc.oneof({ depthSize: 'small' }, aLeaf, fc.array(tie('value'), { maxLength: 3 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'name'), tie('value'), { maxKeys: 3 }),
})).object

describe('a merge of what I typed and what somebody else changed', () => {
  it('keeps both where they touch different fields', () => {
    const base = { spec: { a: 1, b: 1, http: [{ weight: 90 }, { weight: 10 }] } }
    const mine = { spec: { a: 2, b: 1, http: [{ weight: 90 }, { weight: 20 }] } }
    const theirs = { spec: { a: 1, http: [{ weight: 80 }, { weight: 10 }], c: 3 } }
    const { value, conflicts, taken } = merge(base, mine, theirs)
    expect(value).toEqual({ spec: { a: 2, http: [{ weight: 80 }, { weight: 20 }], c: 3 } })
    expect(conflicts).toEqual([])
    expect(taken.map(pathText)).toEqual(['spec.b', 'spec.http[0]', 'spec.c'])
  })

  it('keeps mine and says so where both changed the same', () => {
    const { value, conflicts } = merge({ a: 1 }, { a: 2 }, { a: 3 })
    expect(value).toEqual({ a: 2 })
    expect(conflicts).toEqual([{ path: ['a'], base: 1, mine: 2, theirs: 3 }])
  })

  it('is mine when they changed nothing, theirs when I changed nothing, and either when we agree', () => {
    fc.assert(
      fc.property(aSpec, aSpec, (base, other) => {
        expect(merge(base, other, base)).toMatchObject({ value: other, conflicts: [] })
        expect(merge(base, base, other)).toMatchObject({ value: other, conflicts: [] })
        expect(merge(base, other, other)).toMatchObject({ value: other, conflicts: [] })
      }),
    )
  })

  it('loses nothing I typed', () => {
    fc.assert(
      fc.property(aSpec, aSpec, aSpec, (base, mine, theirs) => {
        const { conflicts, taken } = merge(base, mine, theirs)
        for (const path of taken) expect(isEqual(at(base, path), at(mine, path))).toBe(true)
        for (const { path } of conflicts) expect(isEqual(at(mine, path), at(theirs, path))).toBe(false)
      }),
    )
  })

  it('finds the same conflicts from the other side', () => {
    fc.assert(
      fc.property(aSpec, aSpec, aSpec, (base, mine, theirs) => {
        const places = (a: Json, b: Json) =>
          merge(base, a, b)
            .conflicts.map(({ path }) => pathText(path))
            .sort()
        expect(places(mine, theirs)).toEqual(places(theirs, mine))
      }),
    )
  })
})

const at = (value: unknown, path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>((inner, step) => (inner as Record<string | number, unknown> | undefined)?.[step], value)
