import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { merge } from '#shared/config/change/merge.ts'
import { type Json, pathText } from '#shared/mesh/object.ts'
import { bring, type Draft, takeTheirs, textOfObject } from './draft.ts'
import { edit, textOf } from './edit.ts'
import { readOne } from './manifest.ts'

const object = (spec: unknown, version = '1'): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name: 'web',
    namespace: 'shop',
    resourceVersion: version,
    uid: 'u',
    managedFields: [{ manager: 'kubectl' }],
  },
  spec,
  status: { observedGeneration: 1 },
})
const draftOf = (base: Json, text = textOfObject(base)): Draft => ({
  object: { group: 'networking.istio.io', kind: 'VirtualService', namespace: 'shop', name: 'web' },
  text,
  base,
  typedAt: 0,
})
const says = (text: string): unknown => readOne(text).manifest?.value['spec']

describe('the text of an object', () => {
  it('shows what people mean: no status, no bookkeeping', () => {
    expect(textOfObject(object({ hosts: ['web'] }))).toBe(
      'apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata:\n  name: web\n  namespace: shop\nspec:\n  hosts:\n    - web\n',
    )
  })
})

describe('a draft whose object somebody else has changed', () => {
  const base = object({ hosts: ['web'], http: [{ timeout: '1s', route: [{ weight: 90 }, { weight: 10 }] }] })

  it('takes their fields into the text; mine and my comments stay', () => {
    const typed = textOfObject(base).replace('weight: 10', 'weight: 20 # mine')
    const theirs = object(
      { hosts: ['web', 'www'], http: [{ timeout: '5s', route: [{ weight: 90 }, { weight: 10 }] }] },
      '2',
    )
    const brought = bring(draftOf(base, typed), theirs)
    expect(brought?.conflicts).toEqual([])
    expect(brought?.taken.map(pathText)).toEqual(['spec.hosts', 'spec.http[0].timeout'])
    expect(brought?.draft.text).toContain('weight: 20 # mine')
    expect(brought?.draft.text).toContain('timeout: 5s')
    expect(brought?.draft.text).toContain('    - www')
    expect(brought?.draft.base).toBe(theirs)
  })

  it('keeps what was typed where both changed the same, and says so; theirs can be taken', () => {
    const typed = textOfObject(base).replace('timeout: 1s', 'timeout: 2s # slow')
    const theirs = object({ hosts: ['web'], http: [{ timeout: '9s', route: [{ weight: 90 }, { weight: 10 }] }] }, '2')
    const brought = bring(draftOf(base, typed), theirs)
    const [conflict] = brought?.conflicts ?? []
    expect(conflict).toEqual({ path: ['spec', 'http', 0, 'timeout'], base: '1s', mine: '2s', theirs: '9s' })
    expect(brought?.draft.text).toContain('timeout: 2s # slow')
    expect(conflict && takeTheirs(brought?.draft.text ?? '', conflict)).toContain('timeout: 9s # slow')
  })

  it('waits while the text cannot be read', () => {
    expect(bring(draftOf(base, 'spec: [1'), object({}, '2'))).toBeNull()
  })
})

const aSpec = fc.letrec<{ value: unknown; object: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.integer({ min: 0, max: 3 }),
    fc.constantFrom('x', 'y'),
    fc.array(tie('value'), { maxLength: 3 }),
    tie('object'),
  ),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'name'), tie('value'), { maxKeys: 3 }),
})).object

describe('laws of drafts', () => {
  it('a draft in which nothing was typed becomes what the cluster has', () => {
    fc.assert(
      fc.property(aSpec, aSpec, (before, after) => {
        const brought = bring(draftOf(object(before)), object(after, '2'))
        expect(brought?.conflicts).toEqual([])
        expect(says(brought?.draft.text ?? '')).toEqual(after)
      }),
    )
  })

  it('a change of nothing leaves the text as it is, byte for byte', () => {
    fc.assert(
      fc.property(aSpec, aSpec, (base, typed) => {
        const text = `# mine\n${textOf({ kind: 'VirtualService', spec: typed })}`
        expect(bring(draftOf(object(base), text), object(base, '2'))?.draft.text).toBe(text)
      }),
    )
  })

  it('the text says the merge of both sides, and nothing that was typed is lost', () => {
    fc.assert(
      fc.property(aSpec, aSpec, aSpec, (base, mine, theirs) => {
        const brought = bring(draftOf(object(base), textOfObject(object(mine))), object(theirs, '2'))
        const merged = merge({ spec: base }, { spec: mine }, { spec: theirs })
        expect(says(brought?.draft.text ?? '')).toEqual(merged.value['spec'])
        expect(brought?.conflicts.map(({ path }) => path)).toEqual(merged.conflicts.map(({ path }) => path))
      }),
    )
  })

  it('two people who change different fields one after the other lose neither', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 9 }), fc.integer({ min: 5, max: 9 }), fc.boolean(), (x, y, isFirst) => {
        const base = object({ a: { deep: 1 }, b: [{ deep: 1 }] })
        const set = (text: string, path: (string | number)[], value: number) =>
          edit(text, [{ op: 'set', path, value }]) ?? ''
        const mine = set(textOfObject(base), isFirst ? ['spec', 'a', 'deep'] : ['spec', 'b', 0, 'deep'], x)
        const theirs = isFirst ? { a: { deep: 1 }, b: [{ deep: y }] } : { a: { deep: y }, b: [{ deep: 1 }] }
        const brought = bring(draftOf(base, mine), object(theirs, '2'))
        expect(says(brought?.draft.text ?? '')).toEqual({
          a: { deep: isFirst ? x : y },
          b: [{ deep: isFirst ? y : x }],
        })
        expect(brought?.conflicts).toEqual([])
      }),
    )
  })
})
