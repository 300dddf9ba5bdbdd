import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome } from '#shared/config/api.ts'
import type { Json } from '#shared/mesh/object.ts'
import { bodyOf, inverseOf, mergePatch, namedBy, patchOf, wantedOf } from './change.ts'
import { changesOf, pairLines } from './lines.ts'

const object = (name: string, spec: Json, version?: string): Json => ({
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: {
    name,
    namespace: 'shop',
    ...(version === undefined ? {} : { resourceVersion: version, managedFields: [] }),
  },
  spec,
})
const outcome = (
  name: string,
  result: Outcome['result'],
  before: Json | null,
  resourceVersion: string | null,
): Outcome => ({
  object: namedBy(object(name, {})),
  result,
  because: null,
  causes: [],
  conflicts: [],
  warnings: [],
  diff: [],
  before,
  after: null,
  resourceVersion,
})

describe('a change', () => {
  it('is sent without the server’s bookkeeping, with the version that was looked at', () => {
    const wanted = wantedOf([{ ...object('web', { a: 1 }, '7'), status: {} }], object('web', {}, '7'))
    expect(wanted.apply).toEqual([{ manifest: object('web', { a: 1 }), resourceVersion: '7' }])
    const field = { object: namedBy(object('web', {})), path: 'spec.a' }
    expect(bodyOf(wanted, [field], true, '  ')).toEqual({
      apply: [{ manifest: object('web', { a: 1 }), resourceVersion: '7', take: ['spec.a'] }],
      delete: [],
      dryRun: true,
    })
    expect(bodyOf(wanted, [], false, ' because ').reason).toBe('because')
  })

  it('takes a field of the one object whose field was ticked', () => {
    const wanted = wantedOf([object('a', { x: 1 }), object('b', { x: 1 })], null)
    const { apply } = bodyOf(wanted, [{ object: namedBy(object('b', {})), path: 'spec.x' }], false, '')
    expect(apply.map(({ take }) => take)).toEqual([[], ['spec.x']])
  })

  it('is taken back backwards: created is deleted, changed is what it was, deleted comes again', () => {
    expect(
      inverseOf([
        outcome('a', 'created', null, '5'),
        outcome('b', 'applied', object('b', { x: 1 }, '2'), '6'),
        outcome('c', 'deleted', object('c', { y: 1 }, '3'), null),
        outcome('d', 'failed', null, null),
        outcome('e', 'notTried', null, null),
      ]),
    ).toEqual({
      apply: [{ manifest: object('c', { y: 1 }) }, { manifest: object('b', { x: 1 }), resourceVersion: '6' }],
      delete: [{ object: namedBy(object('a', {})), resourceVersion: '5' }],
    })
    expect(inverseOf([outcome('a', 'rejected', null, null), outcome('b', 'unchanged', null, '1')])).toBeNull()
  })

  it('as a patch names its object and only what differs', () => {
    expect(patchOf(object('web', { a: 1, b: 2, l: [1] }, '1'), object('web', { a: 1, l: [1, 2] }))).toEqual(
      object('web', { b: null, l: [1, 2] }),
    )
  })

  it('as a patch leads from the one to the other', () => {
    const value = fc.letrec<{ value: unknown; object: Json }>(tie => ({
      value: fc.oneof({ depthSize: 'small' }, fc.integer({ min: 0, max: 2 }), fc.array(fc.integer()), tie('object')),
      object: fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('value')),
    })).object
    const patched = (before: unknown, patch: unknown): unknown => {
      if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch
      const result: Json = typeof before === 'object' && !Array.isArray(before) ? { ...(before as Json) } : {}
      for (const [key, inner] of Object.entries(patch))
        if (inner === null) delete result[key]
        else result[key] = patched(result[key], inner)
      return result
    }
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(patched(a, mergePatch(a, b))).toEqual(b)
      }),
    )
  })
})

describe('lines side by side', () => {
  it('keep what is common and put a changed line beside its old self', () => {
    expect(pairLines('a\nb\nc\n', 'a\nB\nc\nd\n')).toEqual([
      { left: 'a', right: 'a' },
      { left: 'b', right: 'B' },
      { left: 'c', right: 'c' },
      { left: null, right: 'd' },
    ])
    expect(changesOf(pairLines('a\nb\nc\n', 'a\nB\nc\nd\n'))).toEqual({
      changed: new Set([2, 4]),
      added: 2,
      removed: 1,
    })
  })

  it('say both texts in full, whatever they are', () => {
    const aText = fc
      .array(fc.constantFrom('a', 'b', 'c', ''), { maxLength: 12 })
      .map(lines => lines.map(line => `${line}\n`).join(''))
    fc.assert(
      fc.property(aText, aText, (before, after) => {
        const pairs = pairLines(before, after)
        const side = (pick: 'left' | 'right') =>
          pairs.flatMap(pair => (pair[pick] === null ? [] : [`${pair[pick]}\n`])).join('')
        expect([side('left'), side('right')]).toEqual([before, after])
      }),
    )
  })
})
